import { describe, expect, it } from 'vitest'
import { drift } from '../../src/commands/drift.ts'
import type { Life } from '../support/life.ts'
import { liveOn } from '../support/life.ts'
import { planned } from '../support/removal-plans.ts'

const stack = `stack: shop
environment: dev
region: us-east-1
`
const database = (options: string) => `${stack}databases:
  db: { engine: postgres, ${options} }
`
const cache = (options: string) => `${stack}caches:
  cache: { ${options} }
`
const search = (version: string) => `${stack}repositories:
  web: {}
search: { version: '${version}' }
services:
  web: { repository: web, logging: search }
`

async function up(life: Life): Promise<string> {
  const { code, err, error } = await life.up({ allowInterruption: true })
  expect([code, error?.message, err]).toEqual([0, undefined, err])
  return err
}

interface Row {
  settings: Record<string, unknown>
}

/** AWS has changed this of the only one by itself. */
function aws(life: Life, table: string, settings: Record<string, unknown>): Promise<void> {
  return life.meanwhile((_, world) => {
    const [id] = Object.keys(JSON.parse(JSON.stringify(world.snapshot().tables[table])) as object)
    const row = world.table<Row>(table).get(id!)!
    row.settings = { ...row.settings, ...settings }
  })
}

const rds = (life: Life, settings: Record<string, unknown>) => aws(life, 'rds/instance', settings)
const elasticache = (life: Life, settings: Record<string, unknown>) =>
  aws(life, 'elasticache/replication-group', settings)
const group = (name: string) => ({ DBParameterGroups: [{ DBParameterGroupName: name }] })

/** `up` has nothing to do, `drift` finds nothing, and both stay so without the ledger. */
async function isAsDesired(life: Life): Promise<void> {
  expect(await planned(life)).toMatchObject({ refusals: [] })
  expect(await life.planned()).toEqual([])
  expect((await life.up()).writes).toEqual([])
  const seen = await life.type((options, context) => drift({ ...options, detailedExitcode: true }, context))
  expect([seen.code, seen.out]).toEqual([0, seen.out])
  life.loseLedger()
  await up(life)
  expect(await life.planned()).toEqual([])
}

type Upgrade = readonly [what: string, config: string, now: (life: Life) => Promise<void>, shown: RegExp]

const upgrades: readonly Upgrade[] = [
  [
    'a newer minor version of a database',
    database("version: '16.3'"),
    life => rds(life, { EngineVersion: '16.9' }),
    /data\/db {2}database\n +engineVersion: 16\.3 -> 16\.9/,
  ],
  [
    'a newer major version of a database, with the group that AWS has for it',
    database("version: '15'"),
    life => rds(life, { EngineVersion: '16.9', ...group('default.postgres16') }),
    /parameterGroupName: default\.postgres15 -> default\.postgres16\n +engineVersion: 15 -> 16\.9/,
  ],
  [
    'a newer major version of a database with parameters, for which its group is not',
    database("version: '15', parameters: { work_mem: 8192 }"),
    life => rds(life, { EngineVersion: '16.9', ...group('default.postgres16') }),
    /parameterGroupName: \S+postgres15 -> default\.postgres16\n +engineVersion: 15 -> 16\.9/,
  ],
  [
    'a default parameter group of a database under another name',
    database("version: '16'"),
    life => rds(life, group('default.postgres16-db-0a1b-upgrade')),
    /parameterGroupName: default\.postgres16 -> default\.postgres16-db-0a1b-upgrade/,
  ],
  [
    'grown storage and a newer version at once',
    database("version: '16.3', allocatedStorage: 20, maxAllocatedStorage: 100"),
    life => rds(life, { EngineVersion: '16.9', AllocatedStorage: 44 }),
    /engineVersion: 16\.3 -> 16\.9\n +allocatedStorage: 20 -> 44/,
  ],
  [
    'a newer version of a cache',
    cache("engine: redis, version: '7.0'"),
    life => elasticache(life, { engineVersion: '7.1.0' }),
    /data\/cache {2}cache\n +engineVersion: 7\.0 -> 7\.1\.0/,
  ],
  [
    'the engine to which a cache has been moved',
    cache("engine: redis, version: '6.2'"),
    life =>
      elasticache(life, { engine: 'valkey', engineVersion: '8.0.1', parameterGroupName: 'default.valkey8' }),
    /engine: redis -> valkey\n +engineVersion: 6\.2 -> 8\.0\.1\n +parameterGroupName: default\.redis6\.x -> default\.valkey8/,
  ],
  [
    'a default parameter group of a cache under another name',
    cache("engine: redis, version: '7.1'"),
    life => elasticache(life, { parameterGroupName: 'default.redis7.cluster.on' }),
    /parameterGroupName: default\.redis7 -> default\.redis7\.cluster\.on/,
  ],
  [
    'a newer version of a search domain',
    search('2.17'),
    life => aws(life, 'opensearch/domain', { EngineVersion: 'OpenSearch_2.19' }),
    /observability\/search {2}OpenSearch domain\n +engineVersion: OpenSearch_2\.17 -> OpenSearch_2\.19/,
  ],
]

describe('what AWS has changed by itself', () => {
  it.each(upgrades)('%s is shown, and left as it is', async (_, config, now, shown) => {
    const life = liveOn(config, 'dev')
    await up(life)
    await now(life)
    const { out } = await life.plan()
    expect(out).toContain('Left as AWS or a release has set it (config -> AWS)')
    expect(out).toMatch(shown)
    await isAsDesired(life)
  })

  it.each([
    ['database', database("version: '16'"), (life: Life) => rds(life, { EngineVersion: '16.9' })],
    [
      'cache',
      cache("engine: redis, version: '6.x'"),
      (life: Life) => elasticache(life, { engineVersion: '6.2.6', parameterGroupName: 'default.redis6.x' }),
    ],
  ])(
    'a release of the version that the config of a %s follows is nothing to show',
    async (_, config, now) => {
      const life = liveOn(config, 'dev')
      await up(life)
      await now(life)
      expect((await life.plan()).out).not.toContain('Left as AWS')
      await isAsDesired(life)
    },
  )

  it.each([
    [
      'database',
      database("version: '16'"),
      (life: Life) =>
        rds(life, {
          StorageType: 'gp4',
          AutoMinorVersionUpgrade: false,
          PreferredBackupWindow: '07:00-07:30',
          BackupRetentionPeriod: 7,
          CACertificateIdentifier: 'rds-ca-new',
        }),
    ],
    [
      'cache',
      cache("engine: redis, version: '7.1'"),
      (life: Life) =>
        elasticache(life, {
          autoMinorVersionUpgrade: false,
          snapshotRetention: 3,
          snapshotWindow: '07:00-08:00',
        }),
    ],
    [
      'search domain',
      search('2.17'),
      (life: Life) =>
        aws(life, 'opensearch/domain', {
          DomainEndpointOptions: { EnforceHTTPS: true, TLSSecurityPolicy: 'Policy-Min-TLS-1-3' },
        }),
    ],
  ])(
    'another default of a %s, for what the config does not name, is left as it is',
    async (_, config, now) => {
      const life = liveOn(config, 'dev')
      await up(life)
      await now(life)
      await isAsDesired(life)
    },
  )

  it('does not keep a database from a newer version that the config asks for', async () => {
    const life = liveOn(database("version: '16.3'"), 'dev')
    await up(life)
    await rds(life, { EngineVersion: '16.9' })
    life.write(database("version: '16.4'"))
    expect(await life.planned()).toEqual([])
    await up(life)
    life.write(database("version: '17.2'"))
    expect(await life.planned()).toMatchObject([
      { address: 'data/db', changes: [{ path: 'parameterGroupName' }, { path: 'engineVersion' }] },
    ])
    await up(life)
    expect(life.tables()['rds/instance']).toMatchObject([{ settings: { EngineVersion: '17.2' } }])
  })
})
