import type { Aws } from '../../aws/aws.ts'

/** Snapshots of replication groups, taken when somebody asks for one. */
export const cacheSnapshots = {
  /** Gets no tags: it is to outlive the stack. */
  async create(
    { elasticache }: Aws,
    { of, name }: { readonly of: string; readonly name: string },
  ): Promise<void> {
    await elasticache.createSnapshot({ ReplicationGroupId: of, SnapshotName: name })
  },

  /** `creating`, `available` or `failed`. */
  async status({ elasticache }: Aws, name: string): Promise<string> {
    const { Snapshots: [one] = [] } = await elasticache.describeSnapshots({ SnapshotName: name })
    return one?.SnapshotStatus ?? 'creating'
  },
}
