import { describe, expect, it } from 'vitest'
import type { PlanDocument } from '../../src/events/plan-json.ts'
import { plan } from '../../src/commands/plan.ts'
import type { Life } from '../support/life.ts'
import { liveOn } from '../support/life.ts'

interface Wish {
  readonly database?: string
  readonly cache?: string
  readonly search?: string
  readonly retention?: number
  readonly more?: string
}

const config = ({
  database = "engine: postgres, version: '16.4', allocatedStorage: 30",
  cache = "engine: valkey, version: '8.0'",
  search,
  retention = 30,
  more = '',
}: Wish) => `stack: shop
environment: dev
region: us-east-1
databases:
  db: { ${database} }
caches:
  cache: { ${cache} }
repositories:
  web: {}
services:
  web: { repository: web, uses: [db, cache], logRetentionDays: ${retention}${search ? ', logging: search' : ''} }
${search ? `search: { version: '${search}' }\n` : ''}${more}`

async function running(wish: Wish = {}): Promise<Life> {
  const life = liveOn(config(wish), 'dev')
  expect((await life.up()).code).toBe(0)
  life.push('shop-dev/web')
  expect((await life.up()).code).toBe(0)
  expect(await life.planned()).toEqual([])
  return life
}

const upTo = (life: Life) => life.up({ allowInterruption: true })

async function document(life: Life): Promise<PlanDocument> {
  const { out } = await life.type((options, context) => plan({ ...options, json: true }, context))
  return JSON.parse(out) as PlanDocument
}

const retentionOf = (life: Life, name: string) =>
  (life.tables()['logs/log-group'] as { name: string; retentionInDays?: number }[]).find(
    row => row.name === name,
  )?.retentionInDays

type Downgrade = readonly [what: string, wish: Wish, address: string, why: string]

const downgrades: readonly Downgrade[] = [
  [
    'an older version of a database',
    { database: "engine: postgres, version: '16.3', allocatedStorage: 30" },
    'data/db',
    'RDS cannot go back from version 16.4 to 16.3',
  ],
  [
    'less storage for a database',
    { database: "engine: postgres, version: '16.4', allocatedStorage: 20" },
    'data/db',
    'RDS cannot shrink storage (30 GiB now)',
  ],
  [
    'an older version of a cache',
    { cache: "engine: valkey, version: '7.2'" },
    'data/cache',
    'ElastiCache cannot go back from version 8.0.0 to 7.2',
  ],
  [
    'the engine that a cache has left',
    { cache: "engine: redis, version: '7.1'" },
    'data/cache',
    'ElastiCache cannot go back from Valkey to Redis',
  ],
  [
    'an older version of a search domain',
    { search: '2.15' },
    'observability/search',
    'OpenSearch cannot go back from OpenSearch_2.17 to OpenSearch_2.15',
  ],
]

describe('a downgrade that the config asks for', () => {
  it.each(downgrades)('%s is refused, and the rest is done', async (_, wish, address, why) => {
    const before: Wish = wish.search ? { search: '2.17' } : {}
    const life = await running(before)
    life.write(config({ ...before, ...wish, retention: 7 }))
    const { refusals, resources, summary } = await document(life)
    expect(refusals).toMatchObject([{ address, message: expect.stringContaining(why), blocks: 'resource' }])
    expect(resources.filter(({ action }) => action !== 'none')).toMatchObject([
      { address: 'observability/web.logs', action: 'update' },
    ])
    expect(summary.update).toBe(1)
    const planned = await life.plan()
    expect(planned.code).toBe(1)
    expect(planned.out).toMatch(/Nothing is changed here; the other changes of the plan can be made/)
    expect(planned.out).toContain('1 to update, 0 to replace, 0 to delete, 1 refused.')

    const { error, writes, err } = await upTo(life)
    expect(error).toMatchObject({
      code: 'refused',
      message: expect.stringContaining(`all other changes are made, and this one is refused: ${address}`),
    })
    expect([writes, err]).toEqual([['PutRetentionPolicy'], err])
    expect(retentionOf(life, '/ecs/shop-dev/web')).toBe(7)

    // Refused as long as it is asked for, and forgotten when it is taken back.
    const again = await upTo(life)
    expect([again.error?.code, again.writes]).toEqual(['refused', []])
    life.write(config({ ...before, retention: 7 }))
    expect(await life.planned()).toEqual([])
    expect((await life.up()).code).toBe(0)
  })

  it('leaves what the resource uses, also where it would be replaced or deleted', async () => {
    const wish = (version: string) =>
      `engine: postgres, version: '${version}', parameters: { work_mem: 8192 }`
    const life = await running({ database: wish('16') })
    life.write(config({ database: wish('15'), retention: 7 }))
    expect((await document(life)).refusals.map(({ address, message }) => `${address}: ${message}`)).toEqual([
      'data/db: database: RDS cannot go back from version 16.3 to 15',
      'data/db.parameters: database parameter group stays as it is, because data/db does',
    ])
    const replaced = await upTo(life)
    expect([replaced.error?.code, replaced.writes]).toEqual(['refused', ['PutRetentionPolicy']])

    life.write(config({ database: "engine: postgres, version: '15'", retention: 7 }))
    const { resources } = await document(life)
    expect(resources.filter(({ action }) => action !== 'none')).toMatchObject([
      {
        address: 'data/db.parameters',
        action: 'keep',
        reason: 'it is in use by data/db, which stays as it is',
      },
    ])
    const deleted = await upTo(life)
    expect([deleted.error?.code, deleted.writes]).toEqual(['refused', []])
    life.write(config({ database: "engine: postgres, version: '16'", retention: 7 }))
    expect((await upTo(life)).code).toBe(0)
    expect(life.tables()['rds/parameter-group'] ?? []).toEqual([])
  })

  it('holds back what relies on another change of the same resource, and nothing else', async () => {
    const life = await running()
    life.write(
      config({
        database: "engine: postgres, version: '16.3', allocatedStorage: 30, port: 5433, replicas: 1",
        retention: 7,
      }),
    )
    const { refusals, resources } = await document(life)
    expect(refusals.map(({ address }) => address)).toEqual(
      expect.arrayContaining(['data/db', 'data/db.replica-1', 'security-groups/db', 'services/web.task']),
    )
    expect(resources.filter(({ action }) => action !== 'none').map(({ address }) => address)).toEqual([
      'observability/web.logs',
    ])
    const { error, writes } = await upTo(life)
    expect([error?.code, writes]).toEqual(['refused', ['PutRetentionPolicy']])
    life.write(config({ retention: 7 }))
    expect(await life.planned()).toEqual([])
  })

  it('does not keep a new service from using the resource as it is', async () => {
    const life = await running()
    life.write(
      config({ database: "engine: postgres, version: '16.3', allocatedStorage: 30" }).replace(
        'services:\n',
        'services:\n  worker: { repository: web, uses: [db] }\n',
      ),
    )
    const { error, writes, err } = await upTo(life)
    expect([error?.code, err]).toEqual(['refused', err])
    expect(writes).toContain('CreateService')
    expect((await document(life)).resources.filter(({ action }) => action !== 'none')).toEqual([])
  })

  it('refuses the whole plan where the ledger knows nothing of the resource', async () => {
    const life = await running({ search: '2.17' })
    life.loseLedger()
    life.write(config({ search: '2.19', retention: 7 }))
    const { error, writes } = await upTo(life)
    expect([error?.code, writes]).toEqual(['refused', []])
    expect(error?.message).toMatch(/^the plan cannot run: observability\/search/)
  })
})
