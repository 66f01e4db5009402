import type { SandboxService } from './service.ts'
import { tagged } from './tagged.ts'
import type { World } from './world.ts'

export const tagging = listOf(world => world.region)
export const taggingUsEast1 = listOf(() => 'us-east-1')

/** A list for each region. What has no region is in that of us-east-1, and a bucket in that of where it was made. */
function listOf(regionIn: (world: World) => string): SandboxService<'tagging'> {
  return {
    getResources: ({ TagFilters = [], PaginationToken, ResourcesPerPage = 100 }, world) => {
      const region = regionIn(world)
      const start = Number(PaginationToken || 0)
      const matching = tagged(world)
        .list()
        .filter(({ arn }) => isListedIn(region, arn, world))
        .filter(({ tags }) =>
          TagFilters.every(({ Key = '', Values = [] }) => {
            const value = tags[Key]
            return value !== undefined && (Values.length === 0 || Values.includes(value))
          }),
        )
      const end = start + ResourcesPerPage
      return {
        PaginationToken: end < matching.length ? String(end) : '',
        ResourceTagMappingList: matching.slice(start, end).map(({ arn, tags }) => ({
          ResourceARN: arn,
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        })),
      }
    },
  }
}

function isListedIn(region: string, arn: string, world: World): boolean {
  const [, , service, own] = arn.split(':')
  if (service === 's3') return region === world.region
  return region === (own || 'us-east-1')
}
