import type { SandboxCall } from '../src/sandbox/world.ts'
import type { World } from '../src/sandbox/world.ts'
import type { Measure } from './measure.ts'
import type { Put, Run } from './stack.ts'
import { apranovaConfig, stage } from './stack.ts'

interface Source {
  readonly type: string
  readonly table: string
  /** Attribute of the resource and member of the row that are the same. */
  readonly attribute: string
  readonly member: string
  ready(row: Row): number | undefined
  gone?(row: Row): number | undefined
}

/** Of the sandbox's rows, what says when a wait is over. */
interface Row {
  readonly [member: string]: unknown
  readonly settledAt?: number
  readonly activeAt?: number
  readonly usableAt?: number
  readonly availableAt?: number
  readonly goneAt?: number
  readonly drainedAt?: number
  readonly deletion?: { readonly endsAt: number }
  readonly deployments?: readonly { readonly finishedAt?: number }[]
}

const sources: readonly Source[] = [
  {
    type: 'ec2/nat-gateway',
    table: 'ec2/nat-gateway',
    attribute: 'natGatewayId',
    member: 'id',
    ready: ({ settledAt }) => settledAt,
    gone: ({ deletion }) => deletion?.endsAt,
  },
  {
    type: 'elbv2/load-balancer',
    table: 'elbv2/load-balancer',
    attribute: 'arn',
    member: 'arn',
    ready: ({ activeAt }) => activeAt,
  },
  ...[
    ['rds/instance', 'rds/instance', 'identifier', 'identifier'],
    ['elasticache/replication-group', 'elasticache/replication-group', 'replicationGroupId', 'id'],
    ['efs/file-system', 'efs/file-system', 'fileSystemId', 'id'],
    ['efs/mount-target', 'efs/mount-target', 'mountTargetId', 'id'],
    ['efs/access-point', 'efs/access-point', 'accessPointId', 'id'],
  ].map(([type = '', table = '', attribute = '', member = '']) => ({
    type,
    table,
    attribute,
    member,
    // A database is ready for its users while its first backup is taken.
    ready: ({ usableAt, availableAt }: Row) => usableAt ?? availableAt,
    gone: ({ goneAt }: Row) => goneAt,
  })),
  {
    type: 'ecs/service',
    table: 'ecs/service',
    attribute: 'arn',
    member: 'arn',
    ready: ({ deployments }) => deployments?.at(-1)?.finishedAt,
    gone: ({ drainedAt }) => drainedAt,
  },
]

/** A wait of AWS's, from the call that began it until it was over, and when we had noticed. Milliseconds. */
interface Wait {
  readonly address: string
  readonly began: number
  readonly over: number
  readonly noticed: number
}

export async function lag(): Promise<Measure[]> {
  const seen = new Map<string, { readonly ready?: number; readonly gone?: number }>()
  const look = (_call: SandboxCall, world: World) => {
    // Rows of things that are gone vanish: their times are kept from the moment they are known.
    for (const { type, table, member, ready, gone } of sources)
      for (const row of world.table<Row>(table).list()) {
        const over = { ready: ready(row), gone: gone?.(row) }
        const known = Object.entries(over).filter(([, time]) => time !== undefined)
        const name = `${type} ${String(row[member])}`
        seen.set(name, {
          ...seen.get(name),
          ...Object.fromEntries(known),
        })
      }
  }
  const { up, rest, teardown } = stage(await apranovaConfig(), { onCall: look })
  const made = await up()
  await rest()
  const removed = await teardown('all')
  return [
    measure('ready', waitsOf(made, 'created', 'ready', seen)),
    measure('gone', waitsOf(removed, 'deleting', 'forgotten', seen)),
  ]
}

function waitsOf(
  { plan, puts }: Run,
  from: string,
  to: string,
  seen: ReadonlyMap<string, { readonly ready?: number; readonly gone?: number }>,
): Wait[] {
  return plan.decisions.flatMap(({ address, type }): Wait[] => {
    const source = sources.find(candidate => candidate.type === type)
    const put = (status: string): Put | undefined =>
      puts.find(one => one.address === address && one.status === status)
    const [began, ended] = [put(from), put(to)]
    if (!source || !began || !ended) return []
    const times = seen.get(`${type} ${String(began.attributes?.[source.attribute])}`)
    const over = to === 'ready' ? times?.ready : times?.gone
    return over === undefined || over <= began.at
      ? []
      : [{ address, began: began.at, over, noticed: ended.at }]
  })
}

function measure(what: string, waits: readonly Wait[]): Measure {
  if (waits.length === 0)
    throw new Error(`no wait for ${what} was found: do the sandbox's rows look different now?`)
  const share = ({ began, over, noticed }: Wait) => (noticed - over) / Math.max(0.03 * (over - began), 3000)
  const worst = waits.toSorted((a, b) => share(b) - share(a))[0]!
  const { address, began, over, noticed } = worst
  return {
    name: `lag until ${what} is noticed / max(3 % of the wait, 3 s), worst`,
    value: share(worst),
    goal: 1,
    note: `${address}: ${((noticed - over) / 1000).toFixed(1)} s after ${Math.round((over - began) / 1000)} s; ${waits.length} waits`,
  }
}
