import { describe, expect, it } from 'vitest'
import { identityTags } from '../../src/aws/tags.ts'
import { secretSet } from '../../src/commands/secret.ts'
import type { Life } from '../support/life.ts'
import { liveIn } from '../support/life.ts'

const yaml = `
stack: shop
environment: dev
region: us-east-1
network: { natGateways: none, privateSubnets: [] }
secrets: { api-key: {} }
services:
  web: { image: nginx:1.27, port: 80, paths: [/*], uses: [api-key] }
`

const setKey = (life: Life) =>
  life.type((options, context) => secretSet('api-key', options, context), { stdin: 's3cr3t' })

function desiredCountOf(life: Life): number {
  return (life.tables()['ecs/service'] as { desiredCount: number }[])[0]!.desiredCount
}

async function withKey(): Promise<Life> {
  const life = liveIn(yaml)
  await life.up()
  expect((await setKey(life)).code).toBe(0)
  expect((await life.up()).code).toBe(0)
  expect(desiredCountOf(life)).toBe(1)
  return life
}

describe('a secret that the config names again while AWS still keeps it', () => {
  it('is given to its service by the same up that brings it back', async () => {
    const life = await withKey()
    life.edit('secrets: { api-key: {} }\n', '')
    life.edit(', uses: [api-key]', '')
    expect((await life.up()).code).toBe(0)
    life.edit('services:\n', 'secrets: { api-key: {} }\nservices:\n')
    life.edit('paths: [/*]', 'paths: [/*], uses: [api-key]')
    const { out } = await life.plan()
    expect(out).toContain('it is scheduled for deletion, and comes back as it was')
    expect(out).not.toContain('keeps its present version until')
    expect((await life.up()).code).toBe(0)
    expect(await life.planned()).toEqual([])
  })

  it('is there for the first tasks of a stack that was torn down and is made again', async () => {
    const life = await withKey()
    expect((await life.teardown()).code).toBe(0)
    expect((await life.up()).code).toBe(0)
    expect(desiredCountOf(life)).toBe(1)
    expect(await life.planned()).toEqual([])
  })

  it('is refused before any write where it belongs to another stack', async () => {
    const life = liveIn(yaml.replace('secrets: { api-key: {} }\n', '').replace(', uses: [api-key]', ''))
    await life.up()
    await life.meanwhile(async ({ secretsmanager }) => {
      const tags = identityTags({ stack: 'other', environment: 'dev' }, 'abc', 'data/api-key')
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
      const { ARN } = await secretsmanager.createSecret({ Name: 'shop/dev/api-key', Tags })
      await secretsmanager.deleteSecret({ SecretId: ARN! })
    })
    life.write(yaml)
    const { error, writes } = await life.up()
    expect([error?.code, writes]).toEqual(['refused', []])
    expect((await life.plan()).out).toContain('does not belong to this stack and is scheduled for deletion')
  })
})
