import type { Filter, ResourceType } from '@aws-sdk/client-ec2'
import type { Aws } from '../../aws/aws.ts'
import { batchesOf } from '../../aws/batches.ts'
import { allPages } from '../../aws/pages.ts'
import { fromTagList, isTaggedAs, stackTag, tagList } from '../../aws/tags.ts'
import type { ReadRequest, Tags } from '../../resources/kind.ts'

interface Ec2Tag {
  readonly Key?: string | undefined
  readonly Value?: string | undefined
}

interface Lookup<Row> {
  readonly aws: Aws
  readonly resourceType: ResourceType
  /** The filter that takes ids. A filter leaves unknown ids out; an id list would fail the whole call. */
  readonly byIds: string
  readonly describe: (filters: Filter[]) => Promise<Row[] | undefined>
  readonly idOf: (row: Row) => string | undefined
  readonly tagsOf: (row: Row) => readonly Ec2Tag[] | undefined
  /** False for rows that AWS still lists though they are gone. */
  readonly lives?: (row: Row) => boolean
}

/** How to find rows that have no recorded id. */
interface Search<Row, Request> {
  /** Lets all of them pass, and as little else as possible. */
  readonly filters: (requests: readonly Request[]) => Filter[]
  readonly matches: (row: Row, request: Request) => boolean
}

/** AWS takes at most this many values in one filter. */
const filterValues = 200

/**
 * Finds each requested row: those with a recorded id by id in one call (up to AWS's filter limit), all others by
 * `search`, or else by the tags of their stack and address. By tags all kinds look into one list, which AWS is asked
 * for once.
 */
export async function findAll<P, A, Row>(
  requests: readonly ReadRequest<P, A>[],
  id: (attributes: A) => string,
  lookup: Lookup<Row>,
  search?: Search<Row, ReadRequest<P, A>>,
): Promise<(Row | undefined)[]> {
  const { idOf, tagsOf, lives = () => true } = lookup
  const ids = requests.flatMap(({ attributes }) => (attributes ? [id(attributes)] : []))
  const [first, ...others] = requests.filter(({ attributes }) => !attributes)
  const [recorded, candidates] = await Promise.all([
    rowsOf(ids, lookup),
    first === undefined
      ? []
      : search
        ? lookup.describe(search.filters([first, ...others]))
        : idsInStack(first.tags, lookup).then(tagged => rowsOf(tagged, lookup)),
  ])
  const known = new Map(recorded.map(row => [idOf(row), row]))
  const living = (candidates ?? []).filter(lives)
  const matches = search?.matches ?? ((row, { tags }) => isTaggedAs(fromTagList(tagsOf(row)), tags))
  return requests.map(request => {
    const row = request.attributes
      ? known.get(id(request.attributes))
      : living.find(candidate => matches(candidate, request))
    return row && lives(row) ? row : undefined
  })
}

async function rowsOf<Row>(ids: readonly string[], { byIds, describe }: Lookup<Row>): Promise<Row[]> {
  const rows = await Promise.all(
    batchesOf(ids, filterValues).map(Values => describe([{ Name: byIds, Values }])),
  )
  return rows.flatMap(some => some ?? [])
}

/** The ids of the stack's resources of a type, in whatever environment. */
async function idsInStack<Row>(tags: Tags, { resourceType, aws }: Lookup<Row>): Promise<string[]> {
  const Filters = [
    { Name: 'key', Values: [stackTag] },
    { Name: 'value', Values: [tags[stackTag] ?? ''] },
  ]
  const found = await allPages(NextToken =>
    aws.ec2
      .describeTags({ Filters, MaxResults: 1000, NextToken })
      .then(({ Tags, NextToken: next }) => ({ rows: Tags, next })),
  )
  return found.flatMap(({ ResourceType, ResourceId }) =>
    ResourceType === resourceType && ResourceId ? [ResourceId] : [],
  )
}

export async function retag(
  id: string,
  { set, remove }: { readonly set: Tags; readonly remove: readonly string[] },
  aws: Aws,
): Promise<void> {
  if (Object.keys(set).length > 0) await aws.ec2.createTags({ Resources: [id], Tags: tagList(set) })
  if (remove.length > 0) await aws.ec2.deleteTags({ Resources: [id], Tags: remove.map(Key => ({ Key })) })
}

/** What `make` makes of the id in `arn:aws:ec2:<region>:<account>:<type>/<id>`; undefined for another type. */
export function idIn<T>(arn: string, type: string, make: (id: string) => T): T | undefined {
  const id = arn.split(`:${type}/`)[1]
  return id === undefined ? undefined : make(id)
}
