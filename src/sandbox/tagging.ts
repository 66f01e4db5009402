import type { SandboxService } from './service.ts'
import { tagged } from './tagged.ts'

export const tagging: SandboxService<'tagging'> = {
  getResources: ({ TagFilters = [], PaginationToken, ResourcesPerPage = 100 }, world) => {
    const start = Number(PaginationToken || 0)
    const matching = tagged(world)
      .list()
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
