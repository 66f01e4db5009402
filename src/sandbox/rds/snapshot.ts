import type { DBInstance, Tag } from '@aws-sdk/client-rds'
import { awsFault } from '../fault.ts'
import { addTags } from '../tags-by-arn.ts'
import type { World } from '../world.ts'

export interface DbSnapshotRow {
  readonly id: string
  readonly arn: string
  readonly instanceId: string
  readonly created: number
  /** Of the instance when it was taken. */
  readonly settings: DBInstance
}

export const snapshots = (world: World) => world.table<DbSnapshotRow>('rds/snapshot')

export function snapshotOf(world: World, id = ''): DbSnapshotRow {
  const row = snapshots(world).get(id)
  if (!row)
    throw awsFault('DBSnapshotNotFoundFault', `DBSnapshot ${id} not found.`, {
      status: 404,
      code: 'DBSnapshotNotFound',
    })
  return row
}

/** Outlives the instance. Tagged only when the instance copies its tags to snapshots. */
export function takeSnapshot(
  world: World,
  id: string,
  {
    instanceId,
    settings,
    tags,
  }: Pick<DbSnapshotRow, 'instanceId' | 'settings'> & { readonly tags: readonly Tag[] },
): DbSnapshotRow {
  if (snapshots(world).get(id))
    throw awsFault(
      'DBSnapshotAlreadyExistsFault',
      `Cannot create the snapshot because one with the identifier ${id} already exists.`,
      { code: 'DBSnapshotAlreadyExists' },
    )
  const arn = world.arn('rds', `snapshot:${id}`)
  if (tags.length > 0) addTags(world, arn, tags)
  return snapshots(world).set(id, { id, arn, instanceId, created: world.now(), settings })
}
