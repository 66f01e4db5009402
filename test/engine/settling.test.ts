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

async function makingWith(other: Pick<Resource, 'type' | 'props'>) {
  const { become, context } = await becoming()
  const began = context.clock.now()
  const user = { ...common, ...other, address: 'user' }
  expect(await become([role, user])).toMatchObject({ outcome: 'done' })
  const asked = context.calls.map(({ operation, error, started }) => ({
    operation,
    error,
    second: Math.round((started - began) / 1000),
  }))
  return { asked, seconds: (context.clock.now() - began) / 1000 }
}

describe('a new role', () => {
  it('is used at once; where AWS does not know it yet, it is used again when it usually is known', async () => {
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
    const { asked } = await makingWith({ type: 'ecs/task-definition', props })
    expect(asked.filter(({ operation }) => operation === 'RegisterTaskDefinition')).toEqual([
      { operation: 'RegisterTaskDefinition', error: 'AccessDeniedException', second: 1 },
      { operation: 'RegisterTaskDefinition', error: undefined, second: 9 },
    ])
  })

  it('holds up nothing in its own service', async () => {
    const props = { instanceProfileName: 'web', roleName: ofRole('roleName') }
    const { asked, seconds } = await makingWith({ type: 'iam/instance-profile', props })
    expect(seconds).toBeLessThan(5)
    expect(asked.filter(({ operation }) => operation === 'CreateInstanceProfile')).toHaveLength(1)
    expect(asked.filter(({ operation }) => operation === 'AddRoleToInstanceProfile')).toHaveLength(1)
  })
})
