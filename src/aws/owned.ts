import type { Aws } from './aws.ts'
import { allPages } from './pages.ts'
import { environmentTag, stackTag } from './tags.ts'

interface Owned {
  readonly arn: string
  readonly tags: Readonly<Record<string, string>>
}

/**
 * Everything in the region that carries the tags of this stack and environment, in the order of the ARNs; with
 * `taggingUsEast1` in us-east-1, where AWS lists what has no region. AWS goes on listing for some minutes what has been deleted.
 */
export async function owned(
  aws: Aws,
  { stack, environment }: { readonly stack: string; readonly environment: string },
  where: 'tagging' | 'taggingUsEast1' = 'tagging',
): Promise<Owned[]> {
  const rows = await allPages(async PaginationToken => {
    const page = await aws[where].getResources({
      TagFilters: [
        { Key: stackTag, Values: [stack] },
        { Key: environmentTag, Values: [environment] },
      ],
      ...(PaginationToken === undefined ? {} : { PaginationToken }),
    })
    return { rows: page.ResourceTagMappingList, next: page.PaginationToken }
  })
  return rows
    .flatMap(({ ResourceARN: arn, Tags = [] }) =>
      arn ? [{ arn, tags: Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])) }] : [],
    )
    .toSorted((a, b) => (a.arn < b.arn ? -1 : 1))
}
