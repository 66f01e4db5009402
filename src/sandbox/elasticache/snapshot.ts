import { awsFault } from '../fault.ts'
import type { World } from '../world.ts'
import type { ReplicationGroupRow } from './replication-group-row.ts'

export interface CacheSnapshotRow {
  readonly id: string
  readonly groupId: string
  readonly created: number
}

const snapshots = (world: World) => world.table<CacheSnapshotRow>('elasticache/snapshot')

/** Outlives the group, without its tags. */
export function takeSnapshot(
  world: World,
  id: string,
  { id: groupId, settings }: ReplicationGroupRow,
): CacheSnapshotRow {
  if (settings.nodeType.startsWith('cache.t1.'))
    throw awsFault('SnapshotFeatureNotSupportedFault', 'Snapshots are not supported on this node type.')
  if (snapshots(world).get(id))
    throw awsFault('SnapshotAlreadyExistsFault', `Snapshot with specified name already exists: ${id}`)
  return snapshots(world).set(id, { id, groupId, created: world.now() })
}

export function snapshotOf(world: World, id = ''): CacheSnapshotRow {
  const row = snapshots(world).get(id)
  if (!row) throw awsFault('SnapshotNotFoundFault', `Snapshot ${id} not found`, { status: 404 })
  return row
}
