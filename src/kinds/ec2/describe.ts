import type { Filter } from '@aws-sdk/client-ec2'
import type { Aws } from '../../aws/aws.ts'
import { fromTagList, isTaggedAs, stackFilters, tagList } from '../../aws/tags.ts'
import type { ReadRequest, Tags } from '../../resources/kind.ts'

interface Ec2Tag {
  readonly Key?: string | undefined
  readonly Value?: string | undefined
}

interface Lookup<Row> {
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
 * Finds each requested row: those with a recorded id by id, all others by `search`, which is by the tags of their
 * stack and address unless said otherwise. Each of the two is one call, whatever the number of requests (up to AWS's
 * filter limit).
 */
export async function findAll<P, A, Row>(
  requests: readonly ReadRequest<P, A>[],
  id: (attributes: A) => string,
  { byIds, describe, idOf, tagsOf, lives = () => true }: Lookup<Row>,
  search: Search<Row, ReadRequest<P, A>> = {
    filters: ([first]) => stackFilters(first!.tags),
    matches: (row, { tags }) => isTaggedAs(fromTagList(tagsOf(row)), tags),
  },
): Promise<(Row | undefined)[]> {
  const ids = requests.flatMap(({ attributes }) => (attributes ? [id(attributes)] : []))
  const unrecorded = requests.filter(({ attributes }) => !attributes)
  const [recorded, ours] = await Promise.all([
    Promise.all(chunks(ids, filterValues).map(Values => describe([{ Name: byIds, Values }]))),
    unrecorded.length > 0 ? describe(search.filters(unrecorded)) : [],
  ])
  const known = new Map(recorded.flatMap(rows => rows ?? []).map(row => [idOf(row), row]))
  const living = (ours ?? []).filter(lives)
  return requests.map(request => {
    const row = request.attributes
      ? known.get(id(request.attributes))
      : living.find(candidate => search.matches(candidate, request))
    return row && lives(row) ? row : undefined
  })
}

export async function retag(
  id: string,
  { set, remove }: { readonly set: Tags; readonly remove: readonly string[] },
  aws: Aws,
): Promise<void> {
  if (Object.keys(set).length > 0) await aws.ec2.createTags({ Resources: [id], Tags: tagList(set) })
  if (remove.length > 0) await aws.ec2.deleteTags({ Resources: [id], Tags: remove.map(Key => ({ Key })) })
}

function chunks<T>(values: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  )
}
