import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import { availableGroup } from './replication-group.ts'
import type { CacheSnapshotRow } from './snapshot.ts'
import { snapshotOf, takeSnapshot } from './snapshot.ts'

/** Snapshots that somebody asks for. Meanwhile the group can neither be changed nor deleted. */
export const cacheSnapshotOperations = {
  createSnapshot: ({ ReplicationGroupId, SnapshotName = '' }, world) => {
    const group = availableGroup(world, ReplicationGroupId)
    const row = takeSnapshot(world, SnapshotName, group)
    group.snapshottingUntil = world.after('replication-group final-snapshot')
    return { Snapshot: shown(row, world) }
  },

  describeSnapshots: ({ SnapshotName }, world) => ({
    Snapshots: [shown(snapshotOf(world, SnapshotName), world)],
  }),
} satisfies Partial<SandboxService<'elasticache'>>

function shown({ id, groupId, created }: CacheSnapshotRow, world: World) {
  const done = world.now() >= created + world.seconds('replication-group final-snapshot') * 1000
  return {
    SnapshotName: id,
    ReplicationGroupId: groupId,
    SnapshotStatus: done ? 'available' : 'creating',
    SnapshotSource: 'manual',
  }
}
