import { describe, expect, it } from 'vitest'
import { snapshot } from '../../src/commands/snapshot.ts'
import { liveWith } from '../support/life.ts'
import type { CommandWish, Life } from '../support/life.ts'

async function living(environment: string): Promise<Life> {
  const life = liveWith('replicated', environment)
  const { code, err } = await life.up()
  expect([code, err]).toEqual([0, err])
  return life
}

interface Row {
  readonly id: string
  readonly sourceId?: string
  readonly secretArn?: string
  readonly settings: Readonly<Record<string, unknown>>
}

const instancesOf = (life: Life) => life.tables()['rds/instance'] as readonly Row[]

describe('the stack of examples/replicated', () => {
  it('has a database with all its settings, and needs no second look', async () => {
    const life = await living('dev')
    const [database] = instancesOf(life)
    expect(database!.settings).toMatchObject({
      MaxAllocatedStorage: 100,
      MonitoringInterval: 60,
      EnabledCloudwatchLogsExports: ['postgresql', 'upgrade'],
      DBParameterGroups: [{ DBParameterGroupName: 'dev-ledgerbook-database-postgres16' }],
      PreferredMaintenanceWindow: 'mon:04:00-mon:05:00',
    })
    expect(life.tables()['rds/parameter-group']).toMatchObject([
      { family: 'postgres16', values: { 'rds.force_ssl': '1', work_mem: '16384' } },
    ])
    expect(life.tables()['elasticache/parameter-group']).toMatchObject([
      { family: 'redis7', values: { 'maxmemory-policy': 'allkeys-lru' } },
    ])
    const logs = life.tables()['logs/log-group']!.map(row => (row as { name: string }).name)
    expect(logs).toContain('/aws/rds/instance/dev-ledgerbook-db/postgresql')
    expect((await life.up()).writes).toEqual([])
  })

  it('has a replica beside the database in prod, whose password no file holds', async () => {
    const life = await living('prod')
    const [database, replica] = instancesOf(life)
    expect(replica).toMatchObject({ sourceId: database!.id, id: 'prod-ledgerbook-db-replica-1' })
    // RDS would refuse the replica if it kept the password itself.
    expect(database!.secretArn).toBeUndefined()
    expect(life.written()).not.toContain('rehearsal"}')
    const definitions = JSON.stringify(life.tables()['ecs/task-definition'])
    expect(definitions).toContain('DATABASE_READER_HOST')
    expect(definitions).toContain('secret:ledgerbook/prod/database-credentials')
    expect((await life.up()).writes).toEqual([])
  })

  it('gets its replica later, with a password of its own, and is never replaced for it', async () => {
    const life = await living('dev')
    life.edit('  dev: {}', '  dev:\n    databases: { database: { replicas: 1 } }')
    const { code, writes, err } = await life.up()
    expect([code, err]).toEqual([0, err])
    expect(writes).toEqual(
      expect.arrayContaining(['CreateSecret', 'ModifyDBInstance', 'CreateDBInstanceReadReplica']),
    )
    expect(writes).not.toContain('DeleteDBInstance')
    expect(await life.planned()).toEqual([])
  })

  it.each([
    ['work_mem: 16384', 'work_mem: 32768', ['ModifyDBParameterGroup']],
    ['allkeys-lru', 'allkeys-lfu', ['ModifyCacheParameterGroup']],
    ['count: 10', 'count: 20', ['PutLifecyclePolicy']],
    ['monitoringInterval: 60', 'monitoringInterval: 30', ['ModifyDBInstance']],
    ['parameters: { work_mem: 16384 }', 'parameters: {}', ['ResetDBParameterGroup']],
  ])('changes %s in one call', async (before, after, expected) => {
    const life = await living('dev')
    life.edit(before, after)
    expect((await life.up()).writes).toEqual(expected)
    expect(await life.planned()).toEqual([])
  })

  it('moves to a new major version with parameters of that version, in place', async () => {
    const life = await living('dev')
    life.edit("version: '16'", "version: '17'")
    const { code, err, writes } = await life.up({ allowInterruption: true })
    expect([code, err]).toEqual([0, err])
    expect(writes.filter(name => name.includes('DB'))).toEqual([
      'CreateDBParameterGroup',
      'ModifyDBParameterGroup',
      'ModifyDBInstance',
      'DeleteDBParameterGroup',
    ])
    expect(await life.planned()).toEqual([])
  })

  it('begins with the data of a snapshot when it is made anew, and is not replaced for one', async () => {
    const life = await living('dev')
    await life.teardown()
    const [snapshot] = life.tables()['rds/snapshot'] as readonly { id: string }[]
    life.edit("    version: '16'\n", `    version: '16'\n    snapshotIdentifier: ${snapshot!.id}\n`)
    const { code, err, writes } = await life.up()
    expect([code, err]).toEqual([0, err])
    expect(writes).toContain('RestoreDBInstanceFromDBSnapshot')
    expect(writes).not.toContain('CreateDBInstance')
    const [database] = instancesOf(life)
    expect(database!.settings).toMatchObject({ MonitoringInterval: 60, MaxAllocatedStorage: 100 })
    expect(await life.planned()).toEqual([])
    life.edit(snapshot!.id, 'another-one')
    expect(await life.planned()).toEqual([])
  })

  it('is kept in a snapshot on demand, from which another database can begin', async () => {
    const life = await living('dev')
    const take = (name?: string) =>
      life.run((options, context) => snapshot('database', { ...options, name }, context))
    const { code, out } = await take()
    expect([code, out]).toEqual([0, expect.stringMatching(/^dev-ledgerbook-db-2026\d+-\d+\n$/)])
    expect(await take('mine')).toMatchObject({ code: 0, out: 'mine\n' })
    expect((await take('mine')).error).toMatchObject({ hint: expect.stringContaining('--name') })
    const other = await life.run((options, context) => snapshot('databse', options, context))
    expect(other.error).toMatchObject({ code: 'usage', hint: expect.stringContaining('database') })
  })

  it('has a cache that is kept in a snapshot as well, with nothing to resume meanwhile', async () => {
    const life = await living('dev')
    const take = (name?: string, wish?: CommandWish) =>
      life.run((options, context) => snapshot('cache', { ...options, name }, context), wish)
    const stop = new AbortController()
    const left = await take('left', {
      stop: stop.signal,
      faults: { after: ({ operation }) => void (operation === 'CreateSnapshot' && stop.abort()) },
    })
    expect([left.code, left.err]).toEqual([130, expect.stringContaining('ElastiCache goes on with it')])
    expect(await life.planned()).toEqual([])
    // Once the first is through: until then ElastiCache refuses another.
    const { code, out, err } = await take()
    expect([code, out]).toEqual([0, expect.stringMatching(/^dev-ledgerbook-redis-2026\d+-\d+\n$/)])
    expect(err).toContain(`--snapshot-name ${out.trim()}`)
    expect((await take('left')).error).toMatchObject({ hint: expect.stringContaining('--name') })
    const early = await liveWith('replicated', 'dev').run((options, context) =>
      snapshot('cache', options, context),
    )
    expect(early.error).toMatchObject({
      message: expect.stringContaining('there is no cache'),
      code: 'failed',
    })
  })

  it('stands twice in one account without a clash, and each goes alone', async () => {
    const dev = await living('dev')
    const prod = dev.beside('prod')
    expect(await prod.up()).toMatchObject({ code: 0 })
    expect((await dev.up()).writes).toEqual([])
    expect(instancesOf(dev)).toHaveLength(3)
    const { code, err } = await dev.teardown({ deleteData: ['all'] })
    expect([code, err]).toEqual([0, err])
    expect(instancesOf(prod)).toHaveLength(2)
    expect((await prod.up()).writes).toEqual([])
  })

  it('leaves a snapshot, a recoverable password and nothing else when prod is torn down', async () => {
    const life = await living('prod')
    const { code, err } = await life.teardown()
    expect([code, err]).toEqual([0, err])
    expect((await life.ledger())!.entries.size).toBe(0)
    for (const table of [
      'rds/instance',
      'rds/parameter-group',
      'elasticache/parameter-group',
      'logs/log-group',
    ])
      expect(life.tables()).not.toHaveProperty(table)
    expect(life.tables()['rds/snapshot']).toHaveLength(1)
  })
})
