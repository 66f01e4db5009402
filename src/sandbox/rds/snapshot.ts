import type { Tag } from '@aws-sdk/client-rds'
import { awsFault } from '../fault.ts'
import { addTags } from '../tags-by-arn.ts'
import type { World } from '../world.ts'

export interface DbSnapshotRow {
  readonly id: string
  readonly arn: string
  readonly instanceId: string
  readonly created: number
}

/** Outlives the instance. Tagged only when the instance copies its tags to snapshots. */
export function takeSnapshot(
  world: World,
  id: string,
  { instanceId, tags }: { readonly instanceId: string; readonly tags: readonly Tag[] },
): void {
  const snapshots = world.table<DbSnapshotRow>('rds/snapshot')
  if (snapshots.get(id))
    throw awsFault(
      'DBSnapshotAlreadyExistsFault',
      `Cannot create the snapshot because one with the identifier ${id} already exists.`,
      {
        code: 'DBSnapshotAlreadyExists',
      },
    )
  const arn = world.arn('rds', `snapshot:${id}`)
  snapshots.set(id, { id, arn, instanceId, created: world.now() })
  if (tags.length > 0) addTags(world, arn, tags)
}
