import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import type { FileSystemRow } from './rows.ts'
import { availableFileSystem, efsArn, rowOf, rows, stateOf, visibleRows } from './rows.ts'
import { tagListOf, tagNew } from './tags.ts'

export const fileSystemOperations = {
  createFileSystem: (input, world) => {
    const { CreationToken = '', Encrypted = false, PerformanceMode = 'generalPurpose' } = input
    const { ThroughputMode = 'bursting' } = input
    const twin = rows(world, 'fileSystem')
      .list()
      .find(({ token }) => token === CreationToken)
    if (twin)
      throw Object.assign(
        awsFault('FileSystemAlreadyExists', `File system '${twin.id}' already exists.`, { status: 409 }),
        { FileSystemId: twin.id },
      )
    if (PerformanceMode === 'maxIO' && ThroughputMode === 'elastic')
      throw awsFault('BadRequest', 'Elastic throughput is not supported with the maxIO performance mode.')
    const id = world.id('fs-')
    tagNew(world, id, input.Tags)
    const row = rows(world, 'fileSystem').set(id, {
      id,
      token: CreationToken,
      encrypted: Encrypted,
      performanceMode: PerformanceMode,
      throughputMode: ThroughputMode,
      created: world.now(),
      availableAt: world.after('file-system create'),
      updated: false,
    })
    return shown(row, world)
  },

  describeFileSystems: ({ FileSystemId, CreationToken }, world) => {
    const found = FileSystemId ? [rowOf(world, 'fileSystem', FileSystemId)] : visibleRows(world, 'fileSystem')
    return {
      FileSystems: found
        .filter(({ token }) => !CreationToken || token === CreationToken)
        .map(row => shown(row, world)),
    }
  },

  updateFileSystem: ({ FileSystemId, ThroughputMode }, world) => {
    const row = availableFileSystem(world, FileSystemId)
    row.throughputMode = ThroughputMode ?? row.throughputMode
    row.updated = true
    row.availableAt = world.after('file-system create')
    return shown(row, world)
  },

  deleteFileSystem: ({ FileSystemId }, world) => {
    const row = rowOf(world, 'fileSystem', FileSystemId)
    if (targets(world, row.id).length > 0)
      throw awsFault('FileSystemInUse', `File system '${row.id}' has mount targets.`, { status: 409 })
    row.goneAt ??= world.after('file-system delete')
    for (const point of rows(world, 'accessPoint').list())
      if (point.fileSystemId === row.id) point.goneAt ??= row.goneAt
    return {}
  },
} satisfies Partial<SandboxService<'efs'>>

/** Those still being deleted among them: they too hold the file system. */
function targets(world: World, id: string) {
  return rows(world, 'mountTarget')
    .list()
    .filter(({ fileSystemId }) => fileSystemId === id)
}

function shown(row: FileSystemRow, world: World) {
  return {
    OwnerId: world.account,
    CreationToken: row.token,
    FileSystemId: row.id,
    FileSystemArn: efsArn(world, row.id),
    CreationTime: new Date(row.created),
    LifeCycleState: stateOf(row, world),
    NumberOfMountTargets: targets(world, row.id).length,
    SizeInBytes: { Value: 6144 },
    PerformanceMode: row.performanceMode,
    ThroughputMode: row.throughputMode,
    Encrypted: row.encrypted,
    Tags: tagListOf(world, row.id),
  }
}
