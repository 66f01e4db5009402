import type { LifeCycleState, PerformanceMode, ThroughputMode } from '@aws-sdk/client-efs'
import { awsFault } from '../fault.ts'
import { tagged } from '../tagged.ts'
import type { Table, World } from '../world.ts'

interface Life {
  readonly id: string
  readonly created: number
  /** Until then it is being made or changed. */
  availableAt: number
  /** Set by its deletion: from then on it is gone. */
  goneAt?: number
}

export interface FileSystemRow extends Life {
  readonly token: string
  readonly encrypted: boolean
  readonly performanceMode: PerformanceMode
  throughputMode: ThroughputMode
  updated: boolean
}

export interface MountTargetRow extends Life {
  readonly fileSystemId: string
  readonly subnetId: string
  readonly zone: string
  readonly vpcId: string
  interfaceId: string
  groupIds: string[]
}

export interface AccessPointRow extends Life {
  readonly fileSystemId: string
  readonly token: string
  readonly uid: number
  readonly gid: number
  readonly path: string
  readonly permissions: string
}

interface Rows {
  readonly fileSystem: FileSystemRow
  readonly mountTarget: MountTargetRow
  readonly accessPoint: AccessPointRow
}

const nouns = {
  fileSystem: { table: 'efs/file-system', code: 'FileSystemNotFound', label: 'File system' },
  mountTarget: { table: 'efs/mount-target', code: 'MountTargetNotFound', label: 'Mount target' },
  accessPoint: { table: 'efs/access-point', code: 'AccessPointNotFound', label: 'Access point' },
} as const satisfies Record<keyof Rows, object>

/** The rows that still exist, those being deleted among them. */
export function rows<Noun extends keyof Rows>(world: World, noun: Noun): Table<Rows[Noun]> {
  const table = world.table<Rows[Noun]>(nouns[noun].table)
  for (const { id, goneAt } of table.list())
    if (goneAt !== undefined && goneAt <= world.now()) {
      table.delete(id)
      tagged(world).remove(efsArn(world, id))
    }
  return table
}

export function visibleRows<Noun extends keyof Rows>(world: World, noun: Noun): Rows[Noun][] {
  return rows(world, noun)
    .list()
    .filter(({ created }) => world.visible(created))
}

/** The row, or AWS's error for an id that does not exist. */
export function rowOf<Noun extends keyof Rows>(world: World, noun: Noun, id: string | undefined): Rows[Noun] {
  const row = rows(world, noun).get(id ?? '')
  if (row && world.visible(row.created)) return row
  const { code, label } = nouns[noun]
  throw awsFault(code, `${label} '${id}' does not exist.`, { status: 404 })
}

/** The file system that a mount target or access point is to be made for. */
export function availableFileSystem(world: World, id: string | undefined): FileSystemRow {
  const row = rowOf(world, 'fileSystem', id)
  if (stateOf(row, world) !== 'available')
    throw awsFault('IncorrectFileSystemLifeCycleState', `File system '${id}' is not available.`, {
      status: 409,
    })
  return row
}

export function stateOf(row: Life & { readonly updated?: boolean }, world: World): LifeCycleState {
  if (row.goneAt !== undefined) return 'deleting'
  if (world.now() >= row.availableAt) return 'available'
  return row.updated ? 'updating' : 'creating'
}

export function efsArn(world: World, id: string): string {
  return world.arn('elasticfilesystem', `${id.startsWith('fsap-') ? 'access-point' : 'file-system'}/${id}`)
}
