import { environmentTag, stackTag } from '../../src/aws/tags.ts'
import { groups } from '../../src/sandbox/autoscaling/rows.ts'
import { tagged } from '../../src/sandbox/tagged.ts'
import type { World } from '../../src/sandbox/world.ts'
import { identityOf } from './document.ts'
import type { LiveStack } from './live-stack.ts'

/** How many rows each table has, without those that come and go by themselves. */
export type Tally = Readonly<Record<string, number>>

/** Tables of what comes and goes by itself, or stays when its owner is gone. */
const passing =
  /^(tagging\/resource|ecs\/task|ecs\/task-definition|ec2\/interface|ec2\/instance|ec2\/network-acl-association|ecr\/image|logs\/event|cloudwatch\/alarm-state|s3\/object|.*snapshot)$/

/** What the stack has in AWS and nobody remembers: its tags are on it, and no entry of the ledger has its id. */
export async function orphansOf(stack: LiveStack): Promise<string[]> {
  const ledger = await stack.ledger()
  const entries = [...(ledger?.entries.values() ?? [])]
  const known = new Set(
    entries.flatMap(entry => [
      ...('attributes' in entry ? textsIn(entry.attributes) : []),
      ...entry.deposed.flatMap(({ attributes }) => textsIn(attributes)),
    ]),
  )
  return taggedOf(stack).filter(
    arn => !known.has(arn) && ![...known].some(id => arn.endsWith(`/${id}`) || arn.endsWith(`:${id}`)),
  )
}

/** The ARNs of what carries the tags of this stack and is still there. */
export function taggedOf({ document, world }: LiveStack): string[] {
  const { stack, environment } = identityOf(document)
  return tagged(world)
    .list()
    .filter(({ tags }) => tags[stackTag] === stack && tags[environmentTag] === environment)
    .map(({ arn }) => arn)
    .filter(arn => !isOfAws(world, arn))
}

/** Revisions of task definitions stay for ever; instances of an Auto Scaling group are the group's. */
function isOfAws(world: World, arn: string): boolean {
  if (arn.includes(':task-definition/')) return true
  if (arn.includes(':secret:')) return !isThere(secretOf(world, arn))
  if (!arn.includes(':instance/')) return false
  const id = arn.split('/').at(-1)!
  const isMember = groups(world)
    .list()
    .some(({ members }) => members.some(member => member.id === id))
  return isMember || !isThere(world.table<Row>('ec2/instance').get(id))
}

/** A secret that is deleted can be brought back for a while. */
function secretOf(world: World, arn: string): Row | undefined {
  return world
    .table<Row & { readonly arn: string }>('secretsmanager/secret')
    .list()
    .find(row => row.arn === arn)
}

export function tallyOf(world: World): Tally {
  const counted = Object.entries(world.snapshot().tables)
    .filter(([name]) => !passing.test(name))
    .map(([name, rows]) => [name, Object.values(rows as Record<string, Row>).filter(isThere).length] as const)
    .filter(([, count]) => count > 0)
  return Object.fromEntries(counted)
}

/** What rows of the embedded AWS say of their end, each in its own words. */
interface Row {
  readonly deletion?: unknown
  readonly deletedAt?: unknown
  readonly goneAt?: unknown
  readonly drainedAt?: unknown
  readonly status?: unknown
  readonly becoming?: unknown
  readonly path?: unknown
  readonly name?: unknown
  /** Of a subscription that nobody has confirmed: AWS gives no way to remove it, and forgets it then. */
  readonly pendingUntil?: unknown
  /** It comes with its VPC. */
  readonly default?: unknown
}

/** False for what AWS still lists although it is gone, and for what AWS makes by itself. */
function isThere(row: Row | undefined): boolean {
  if (row === undefined) return false
  const { deletion, deletedAt, goneAt, drainedAt, pendingUntil } = row
  const ended = [deletion, deletedAt, goneAt, drainedAt, pendingUntil].some(end => end !== undefined)
  const isOver = row.status === 'INACTIVE' || row.becoming === 'terminated'
  // Container Insights goes on to write into its group after it has been switched off; it goes with the cluster.
  const isOfAws = /^\/aws(-service-role|\/ecs\/containerinsights)\//.test(String(row.path ?? row.name ?? ''))
  return !ended && !isOver && row.default !== true && !isOfAws
}

/** What one has more and less of than the other: `ec2/subnet 5 instead of 4`. */
export function differences(actual: Tally, wanted: Tally): string[] {
  return [...new Set([...Object.keys(actual), ...Object.keys(wanted)])].flatMap(table =>
    (actual[table] ?? 0) === (wanted[table] ?? 0)
      ? []
      : [`${table} ${actual[table] ?? 0} instead of ${wanted[table] ?? 0}`],
  )
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}
