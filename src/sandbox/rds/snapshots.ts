import type { SandboxService } from '../service.ts'
import { tagsByArn } from '../tags-by-arn.ts'
import type { World } from '../world.ts'
import { statusOf } from './instance-row.ts'
import { instanceOf, invalidState } from './instance.ts'
import type { DbSnapshotRow } from './snapshot.ts'
import { snapshotOf, takeSnapshot } from './snapshot.ts'

/** Snapshots that somebody asks for. */
export const snapshotOperations = {
  createDBSnapshot: ({ DBInstanceIdentifier, DBSnapshotIdentifier = '' }, world) => {
    const instance = instanceOf(world, DBInstanceIdentifier)
    if (statusOf(instance, world) !== 'available')
      throw invalidState(
        `Cannot create a snapshot because the database instance ${instance.id} is not currently in the available state.`,
      )
    const row = takeSnapshot(world, DBSnapshotIdentifier, {
      instanceId: instance.id,
      settings: instance.settings,
      tags: instance.settings.CopyTagsToSnapshot ? tagsByArn(world, instance.arn) : [],
    })
    return { DBSnapshot: shown(row, world) }
  },

  describeDBSnapshots: ({ DBSnapshotIdentifier }, world) => ({
    DBSnapshots: [shown(snapshotOf(world, DBSnapshotIdentifier), world)],
  }),
} satisfies Partial<SandboxService<'rds'>>

function shown({ id, arn, instanceId, created }: DbSnapshotRow, world: World) {
  const share = (world.now() - created) / (world.seconds('db-instance final-snapshot') * 1000)
  return {
    DBSnapshotIdentifier: id,
    DBSnapshotArn: arn,
    DBInstanceIdentifier: instanceId,
    Status: share >= 1 ? 'available' : 'creating',
    PercentProgress: Math.min(100, Math.floor(share * 100)),
  }
}
