import type { Aws } from '../../aws/aws.ts'

/** Asks ElastiCache for a snapshot of a replication group. It gets no tags: it is to outlive the stack. */
export async function createSnapshot(
  { elasticache }: Aws,
  { of, name }: { readonly of: string; readonly name: string },
): Promise<void> {
  await elasticache.createSnapshot({ ReplicationGroupId: of, SnapshotName: name })
}

/** `creating`, `available` or `failed`. */
export async function snapshotStatus({ elasticache }: Aws, name: string): Promise<string> {
  const { Snapshots: [one] = [] } = await elasticache.describeSnapshots({ SnapshotName: name })
  return one?.SnapshotStatus ?? 'creating'
}
