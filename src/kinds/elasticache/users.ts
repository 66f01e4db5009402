import type { CacheCluster } from '@aws-sdk/client-elasticache'
import type { Aws } from '../../aws/aws.ts'
import { listAll } from '../../aws/marker.ts'
import type { Blocker } from '../../resources/blocker.ts'

/** The caches that use a group of this name, aligned with `names`. Only single nodes show which they use. */
export async function cachesWith(
  names: readonly string[],
  groupOf: (row: CacheCluster) => string | undefined,
  { elasticache }: Aws,
): Promise<Blocker[][]> {
  const rows = await listAll(
    from => elasticache.describeCacheClusters({ ...from, MaxRecords: 100 }),
    page => page.CacheClusters,
  )
  return names.map(name => {
    const users = rows
      .filter(row => groupOf(row) === name)
      .flatMap(({ ReplicationGroupId, CacheClusterId }) => ReplicationGroupId ?? CacheClusterId ?? [])
    return [...new Set(users)].map(id => ({
      id,
      what: `cache ${id}`,
      hint: `delete the cache ${id}, or move it to another group`,
    }))
  })
}
