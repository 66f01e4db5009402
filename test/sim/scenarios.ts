import { stackTag } from '../../src/aws/tags.ts'
import { awsFault } from '../../src/sandbox/fault.ts'
import type { Faults, WorldState } from '../../src/sandbox/world.ts'
import { measureOf } from './exploration.ts'
import { differences, portrait, tallyDifferences } from './oracles.ts'
import type { Ended } from './typed.ts'
import { Universe } from './universe.ts'

type Findings = readonly string[]

const told = ({ how, code, error, err }: Ended) =>
  `${how} ${code ?? ''} ${error?.message ?? ''} ${err.split('\n').slice(-6).join(' | ')}`

/** Every row of some tables, as bytes. */
function bytesOf(universe: Universe, rows: WorldState['tables']): string[] {
  const { tables } = universe.cloud.snapshot()
  return Object.entries(rows).flatMap(([table, ids]) =>
    Object.keys(ids).map(id => JSON.stringify([table, id, tables[table]?.[id] ?? 'gone'])),
  )
}

/** The same stack built by someone else: rows that look like ours in everything but the tags that say whose they are. */
async function strangersRows(example: string): Promise<WorldState['tables']> {
  const other = new Universe(example, 99)
  const { code } = await other.run('up')
  if (code !== 0) throw new Error('the stranger cannot be built')
  const ours = JSON.stringify(other.cloud.snapshot().tables)
  const theirs = ours.replaceAll(`"${stackTag}":"${other.stack}"`, `"${stackTag}":"another"`)
  if (theirs === ours) throw new Error('no row says whose it is')
  return JSON.parse(theirs) as WorldState['tables']
}

/** A foreign twin of one type: ours is refused or built beside it, and whatever happens it is not touched. */
export async function twinOf(table: string, rows: WorldState['tables']): Promise<Findings> {
  const universe = new Universe('minimal', 5)
  const text = JSON.stringify(rows[table])
  // A service names its cluster and task definition; their tags are not its own.
  const type = table.slice(table.indexOf('/') + 1)
  const tags = Object.entries(rows['tagging/resource'] ?? {}).filter(([arn]) => {
    const id = /[^/]+-[0-9a-f]{8,}$/.exec(arn)?.[0]
    return (
      (arn.includes(type) && text.includes(JSON.stringify(arn))) || (id && text.includes(JSON.stringify(id)))
    )
  })
  const planted = { [table]: rows[table] ?? {}, 'tagging/resource': Object.fromEntries(tags) }
  universe.cloud.plant(planted)
  const before = bytesOf(universe, planted)
  const up = await universe.run('up')
  const again = await universe.run('up')
  const down = await universe.run('teardown', { deleteData: ['all'] })
  const refused = up.how === 'refused' && up.error?.code === 'refused' && up.writes.length === 0
  return [
    // A service is only looked for once its cluster stands; then its name is refused in the middle of the run.
    ...(up.code === 0 || refused || up.err.includes('does not belong to this stack')
      ? []
      : [`neither built nor refused: ${told(up)}`]),
    ...(refused && again.writes.length > 0 ? ['refused once, but not again'] : []),
    // What stands in the way, such as a service in our cluster, is named before anything is deleted.
    ...(down.how === 'exited' || (down.error?.code === 'refused' && down.writes.length === 0)
      ? []
      : [`cannot be removed: ${told(down)}`]),
    ...differences(bytesOf(universe, planted), before).map(line => `P4 ${line}`),
  ]
}

/** The tables in which a stranger of the same config has rows of its own making. */
export async function strangers(): Promise<WorldState['tables']> {
  const rows = Object.entries(await strangersRows('minimal'))
  return Object.fromEntries(rows.filter(([, ids]) => Object.keys(ids).length > 0))
}

/** AWS shows nothing any more of what the ledger knows. */
export async function emptyAccount(command: 'up' | 'teardown'): Promise<Findings> {
  const { built } = await measureOf('minimal')
  const universe = new Universe('minimal', 3, {
    moment: { ...built, world: { ...built.world, tables: {} } },
  })
  const before = await universe.ledger()
  const ended = await universe.run(command)
  const after = await universe.ledger()
  return [
    ...(ended.error?.code === 'refused' ? [] : [`not refused: ${told(ended)}`]),
    ...(ended.writes.length > 0 ? [`writes: ${ended.writes.join(' ')}`] : []),
    ...(after?.entries.size === before?.entries.size ? [] : ['the ledger has forgotten something']),
  ]
}

/** One thing was deleted by hand: it alone is made again. */
export async function handDeleted(): Promise<Findings> {
  const clean = await measureOf('minimal')
  const universe = new Universe('minimal', 3, { moment: clean.built })
  const [alarm] = universe.cloud.tables()['cloudwatch/alarm'] as readonly { readonly name: string }[]
  await universe.meanwhile(aws => aws.cloudwatch.deleteAlarms({ AlarmNames: [alarm!.name] }))
  const ended = await universe.run('up')
  return [
    ...(ended.code === 0 ? [] : [`not mended: ${told(ended)}`]),
    ...tallyDifferences(universe.cloud.made(), { 'cloudwatch/alarm': 1, 'tagging/resource': 1 }),
    ...differences(await portrait(universe), clean.whole).map(line => `P7 ${line}`),
  ]
}

/** Two runs begin at the same moment: one goes on, the other says so and changes nothing. */
export async function twoRunners(seed: number, pause: number): Promise<Findings> {
  const clean = await measureOf('minimal')
  const universe = new Universe('minimal', seed)
  const first = universe.begin('up', pause ? { faults: [{ at: 'CreateVpc#0', kind: 'paused 10 min' }] } : {})
  const second = universe.time.sleep(pause).then(() => universe.begin('up'))
  const both = await universe.time.until(Promise.all([first, second]))
  const losers = both.filter(({ error }) => error?.code === 'locked')
  return [
    ...(losers.length === 1 ? [] : [`${losers.length} of two were refused: ${both.map(told).join(' AND ')}`]),
    ...losers.flatMap(({ writes }) => (writes.length > 0 ? [`the loser wrote: ${writes.join(' ')}`] : [])),
    ...tallyDifferences(universe.cloud.made(), clean.made).map(line => `P9 made ${line}`),
  ]
}

/** A life under faults of the whole account: what is new is seen late, or half of all calls are throttled for minutes. */
export async function under(faults: Faults): Promise<Findings> {
  const clean = await measureOf('minimal')
  const universe = new Universe('minimal', 11)
  Object.assign(universe.cloud.faults, faults)
  const ended = await universe.run('up')
  Object.assign(universe.cloud.faults, { before: undefined, visibilityLag: 0 })
  await universe.settle()
  return [
    ...(ended.code === 0 ? [] : [`a step failed: ${told(ended)}`]),
    ...tallyDifferences(universe.cloud.made(), clean.made).map(line => `P9 made ${line}`),
    ...differences(await portrait(universe), clean.whole).map(line => `P7 ${line}`),
  ]
}

/** The first hundreds of calls: every second one is refused as one too many. */
export function storm(calls: number): Faults {
  let seen = 0
  return {
    before({ service }) {
      seen++
      if (seen < calls && seen % 2 === 0 && service !== 'sts') throw awsFault('Throttling', 'Rate exceeded')
    },
  }
}

/** Teardown without a word about the data: it stays, or a snapshot of it does. */
export async function dataWithoutConsent(fault?: 'fails'): Promise<Findings> {
  const { built } = await measureOf('apranova')
  const universe = new Universe('apranova', 4, { moment: built })
  if (fault)
    universe.cloud.faults.before = ({ operation }) => {
      if (operation === 'DeleteDBInstance')
        throw awsFault('SnapshotQuotaExceededFault', 'Cannot create more than 100 manual snapshots')
    }
  const ended = await universe.run('teardown')
  const rows = universe.cloud.tables()
  const databases = (rows['rds/instance'] ?? []).length
  const snapshots = (rows['rds/snapshot'] ?? []).length
  return [
    ...(databases + snapshots === 0 ? ['neither the database nor a snapshot of it is left'] : []),
    ...(fault && databases === 0 ? ['its snapshot failed, and the database is gone'] : []),
    ...(fault && ended.code === 0 ? ['a failed snapshot was not told'] : []),
    ...((rows['efs/file-system'] ?? []).length === 1 ? [] : ['the file system is gone']),
    ...(rows['elasticache/replication-group'] || rows['elasticache/snapshot']
      ? []
      : ['the cache left no snapshot']),
  ]
}

/** The answer of a creation is lost while nothing new is seen for longer than it is looked for. */
export async function lostWhileUnseen(operation: string): Promise<Findings> {
  const { made } = await measureOf('minimal')
  const findings: string[] = []
  // Whether a look sees it is a matter of chance.
  for (let seed = 1; seed <= 4; seed++) {
    const universe = new Universe('minimal', seed)
    universe.cloud.faults.visibilityLag = 40
    await universe.run('up', {
      faults: [0, 1].map(n => ({ at: `${operation}#${n}`, kind: 'response lost' as const })),
    })
    Object.assign(universe.cloud.faults, { visibilityLag: 0 })
    await universe.run('up')
    findings.push(
      ...tallyDifferences(universe.cloud.made(), made).map(line => `P9 made ${line}, seed ${seed}`),
    )
  }
  return findings
}

/** Nothing is deleted before its users are gone: AWS never has to refuse it. */
export async function teardownInOrder(): Promise<Findings> {
  const { teardown } = await measureOf('minimal')
  return teardown.refused.filter(operation => /^(Delete|Detach|Release)/.test(operation))
}

/** Some reads are not permitted any more: that is told, and nothing is done about what they would have shown. */
export async function deniedReads(): Promise<Findings> {
  const { built } = await measureOf('minimal')
  const universe = new Universe('minimal', 8, { moment: built })
  universe.cloud.faults.before = ({ operation }) => {
    if (/^(GetRole|ListRoles|DescribeTaskDefinition|DescribeLogGroups)$/.test(operation))
      throw awsFault('AccessDeniedException', `not authorized to perform: ${operation}`)
  }
  const ended = await universe.run('up')
  return [
    ...(ended.error?.code === 'access' ? [] : [`not told: ${told(ended)}`]),
    ...(ended.writes.length > 0 ? [`writes: ${ended.writes.join(' ')}`] : []),
  ]
}
