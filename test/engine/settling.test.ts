import { describe, expect, it } from 'vitest'
import type { Resource } from '../../src/resources/resource.ts'
import { becoming } from '../support/becoming.ts'

const common = { tags: {}, after: [] }
const role: Resource = {
  ...common,
  address: 'role',
  type: 'iam/role',
  props: {
    roleName: 'web',
    path: '/',
    assumeRolePolicy: {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    },
    managedPolicyArns: [],
    inlinePolicies: {},
  },
}
const ofRole = (attribute: string) => ({ reference: 'role', attribute, holds: true })

/** Seconds. */
async function makingWith(other: Pick<Resource, 'type' | 'props'>): Promise<number> {
  const { become, context } = await becoming()
  const began = context.clock.now()
  const user = { ...common, ...other, address: 'user' }
  expect(await become([role, user])).toMatchObject({ outcome: 'done' })
  return (context.clock.now() - began) / 1000
}

describe('a new role', () => {
  it('is given time to become known before another service has to use it', async () => {
    const nothing = { ports: [], environment: {}, secrets: {}, mountPoints: [] }
    const container = { name: 'web', image: 'nginx', ...nothing }
    const props = {
      family: 'web',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containers: [container],
      volumes: [],
      executionRoleArn: ofRole('arn'),
    }
    expect(await makingWith({ type: 'ecs/task-definition', props })).toBeGreaterThan(8)
  })

  it('holds up nothing in its own service', async () => {
    const props = { instanceProfileName: 'web', roleName: ofRole('roleName') }
    expect(await makingWith({ type: 'iam/instance-profile', props })).toBeLessThan(5)
  })
})
