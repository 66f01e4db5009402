import { describe, expect, it } from 'vitest'
import { awsFault } from '../../src/sandbox/fault.ts'
import type { Life } from '../support/life.ts'
import { liveOn } from '../support/life.ts'

const config = (cache: string, more = '') => `stack: shop
environment: dev
region: us-east-1
caches:
  cache: { ${cache} }
repositories:
  web: {}
services:
  web: { repository: web, uses: [cache]${more} }
`

async function running(cache: string): Promise<Life> {
  const life = liveOn(config(cache), 'dev')
  expect((await life.up()).code).toBe(0)
  life.push('shop-dev/web')
  expect((await life.up()).code).toBe(0)
  expect(await life.planned()).toEqual([])
  return life
}

/** What the tasks of the newest revision are told to connect to. */
function hostIn(life: Life): string | undefined {
  const revisions = life.tables()['ecs/task-definition'] as {
    containerDefinitions: { environment: { name: string; value: string }[] }[]
  }[]
  return revisions.at(-1)!.containerDefinitions[0]!.environment.find(({ name }) => name === 'CACHE_HOST')
    ?.value
}

async function shown(life: Life) {
  let group
  await life.meanwhile(async ({ elasticache }) => {
    ;[group] = (await elasticache.describeReplicationGroups({})).ReplicationGroups!
  })
  return group as unknown as {
    readonly TransitEncryptionEnabled: boolean
    readonly TransitEncryptionMode?: string
    readonly NodeGroups: { readonly PrimaryEndpoint: { readonly Address: string } }[]
  }
}

const modes = (calls: Awaited<ReturnType<Life['up']>>['calls']) =>
  calls.flatMap(({ operation, input }) =>
    operation === 'ModifyReplicationGroup'
      ? [(input as { TransitEncryptionMode?: string }).TransitEncryptionMode]
      : operation === 'UpdateService'
        ? ['service']
        : [],
  )

describe.each(["engine: redis, version: '7.1'", "engine: valkey, version: '8.0'"])(
  'a cache with %s',
  cache => {
    it('gets TLS while it is used: both ways are open until its services have moved', async () => {
      const life = await running(cache)
      const before = hostIn(life)
      life.write(config(`${cache}, transitEncryption: true`))
      const { out } = await life.plan()
      expect(out).toMatch(/interrupts web: the cache refuses clients without TLS in the end/)
      expect((await life.up()).error?.hint).toContain('--allow-interruption')

      const { code, err, calls } = await life.up({ allowInterruption: true })
      expect([code, err]).toEqual([0, err])
      expect(modes(calls)).toEqual(['preferred', 'service', 'required'])
      const group = await shown(life)
      expect(group).toMatchObject({ TransitEncryptionEnabled: true, TransitEncryptionMode: 'required' })
      expect(hostIn(life)).toBe(group.NodeGroups[0]!.PrimaryEndpoint.Address)
      expect(hostIn(life)).not.toBe(before)
      expect(await life.planned()).toEqual([])
    })

    it('gets TLS in two runs without an interruption', async () => {
      const life = await running(cache)
      life.write(config(`${cache}, transitEncryption: preferred`))
      const first = await life.up()
      expect([first.code, modes(first.calls)]).toEqual([0, ['preferred', 'service']])
      expect(await life.planned()).toEqual([])
      life.write(config(`${cache}, transitEncryption: true`))
      const second = await life.up()
      expect([second.code, modes(second.calls)]).toEqual([0, ['required']])
      expect(await life.planned()).toEqual([])
    })

    it('goes on where a run was cut off between the two', async () => {
      const life = await running(cache)
      life.write(config(`${cache}, transitEncryption: true`))
      const cut = await life.up({
        allowInterruption: true,
        faults: {
          before: ({ operation }) => {
            if (operation === 'RegisterTaskDefinition') throw awsFault('AccessDenied', 'not yet')
          },
        },
      })
      expect([cut.code, modes(cut.calls)]).toEqual([1, ['preferred']])
      const { code, calls } = await life.up({ allowInterruption: true })
      expect([code, modes(calls)]).toEqual([0, ['service', 'required']])
      expect(await life.planned()).toEqual([])
    })
  },
)

describe('what ElastiCache does not do about TLS', () => {
  it.each([
    ["engine: redis, version: '6.2'", 'transitEncryption: true', /switches TLS on for Redis 7 and later/],
    [
      "engine: redis, version: '7.1', transitEncryption: true",
      'transitEncryption: false',
      /take away the endpoint/,
    ],
  ])('is refused for the cache alone: %s, then %s', async (before, after, why) => {
    const life = await running(before)
    const base = before.replace(', transitEncryption: true', '')
    life.write(config(`${base}, ${after}`, ', logRetentionDays: 7'))
    const { error, writes } = await life.up({ allowInterruption: true })
    expect(error?.message).toMatch(why)
    expect(writes).toEqual(['PutRetentionPolicy'])
  })
})

describe('a database that forces TLS by default', () => {
  it('takes connections without it where the config says so', async () => {
    const database = (more: string) => `stack: shop
environment: dev
region: us-east-1
databases:
  db: { engine: postgres, version: '16'${more} }
`
    const life = liveOn(database(', forceTls: false'), 'dev')
    expect((await life.up()).code).toBe(0)
    expect(life.tables()['rds/parameter-group']).toMatchObject([
      { family: 'postgres16', values: { 'rds.force_ssl': '0' } },
    ])
    expect(await life.planned()).toEqual([])
    life.write(database(', forceTls: true'))
    expect((await life.up()).code).toBe(0)
    expect(life.tables()['rds/parameter-group']).toMatchObject([{ values: { 'rds.force_ssl': '1' } }])
    life.write(database(''))
    expect((await life.up()).code).toBe(0)
    expect(life.tables()['rds/parameter-group'] ?? []).toEqual([])
    expect(life.tables()['rds/instance']).toMatchObject([
      { settings: { DBParameterGroups: [{ DBParameterGroupName: 'default.postgres16' }] } },
    ])
  })
})
