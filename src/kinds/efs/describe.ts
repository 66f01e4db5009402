import type { LifeCycleState, Tag } from '@aws-sdk/client-efs'
import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import { fromTagList, isTaggedAs, tagList } from '../../aws/tags.ts'
import type { Goneness, Readiness, ReadRequest, Tags } from '../../resources/kind.ts'

interface EfsRow {
  readonly LifeCycleState?: LifeCycleState | undefined
  readonly Tags?: Tag[] | undefined
}

export interface Lookup<Row> {
  readonly one: (id: string) => Promise<Row[] | undefined>
  readonly page: (
    marker: string | undefined,
  ) => Promise<{ rows: Row[] | undefined; next: string | undefined }>
  readonly idOf: (row: Row) => string | undefined
}

/** EFS describes one by id, or everything; it has no list of ids and no filter. */
export async function rowsById<Row>(ids: readonly string[], lookup: Lookup<Row>): Promise<Map<string, Row>> {
  const [only] = ids
  const rows =
    ids.length === 1 && only !== undefined
      ? ((await orAbsent(lookup.one(only))) ?? [])
      : await allPages(lookup.page)
  return new Map(rows.map(row => [lookup.idOf(row) ?? '', row]))
}

/** Each requested row that lives: by its recorded id, or else by the tags of its stack and address. */
export async function findAll<P, A, Row extends EfsRow>(
  requests: readonly ReadRequest<P, A>[],
  id: (attributes: A) => string,
  lookup: Lookup<Row>,
): Promise<(Row | undefined)[]> {
  const ids = requests.flatMap(({ attributes }) => (attributes ? [id(attributes)] : []))
  const rows =
    ids.length === requests.length
      ? await rowsById(ids, lookup)
      : new Map((await allPages(lookup.page)).map(row => [lookup.idOf(row) ?? '', row]))
  const living = [...rows.values()].filter(lives)
  return requests.map(({ attributes, tags }) =>
    living.find(row =>
      attributes ? lookup.idOf(row) === id(attributes) : isTaggedAs(fromTagList(row.Tags), tags),
    ),
  )
}

export function lives({ LifeCycleState }: EfsRow): boolean {
  return LifeCycleState !== 'deleting' && LifeCycleState !== 'deleted'
}

/** Undefined when settled. */
export function pending({ LifeCycleState }: EfsRow): string | undefined {
  return LifeCycleState === 'available' ? undefined : LifeCycleState
}

export function readiness<A>(row: EfsRow | undefined, attributes: A, reason: string): Readiness<A> {
  const status = row?.LifeCycleState
  if (status === 'available') return { state: 'ready', attributes }
  if (status === 'error') return { state: 'failed', reason }
  return { state: 'waiting', status: status ?? 'creating' }
}

export function goneness(row: EfsRow | undefined): Goneness {
  return !row || row.LifeCycleState === 'deleted'
    ? { state: 'gone' }
    : { state: 'waiting', status: row.LifeCycleState ?? 'deleting' }
}

export async function retag(
  ResourceId: string,
  { set, remove }: { readonly set: Tags; readonly remove: readonly string[] },
  aws: Aws,
): Promise<void> {
  if (Object.keys(set).length > 0) await aws.efs.tagResource({ ResourceId, Tags: tagList(set) })
  if (remove.length > 0) await aws.efs.untagResource({ ResourceId, TagKeys: [...remove] })
}
