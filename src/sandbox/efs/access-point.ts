import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import type { AccessPointRow } from './rows.ts'
import { availableFileSystem, efsArn, rowOf, rows, stateOf, visibleRows } from './rows.ts'
import { tagListOf, tagNew } from './tags.ts'

export const accessPointOperations = {
  createAccessPoint: ({ ClientToken = '', FileSystemId, PosixUser, RootDirectory, Tags }, world) => {
    const { id: fileSystemId } = availableFileSystem(world, FileSystemId)
    const twin = rows(world, 'accessPoint')
      .list()
      .find(({ token }) => token === ClientToken)
    if (twin)
      throw Object.assign(
        awsFault('AccessPointAlreadyExists', `Access point '${twin.id}' already exists.`, { status: 409 }),
        { AccessPointId: twin.id },
      )
    const { Path = '/', CreationInfo } = RootDirectory ?? {}
    if (!Path.startsWith('/')) throw awsFault('BadRequest', `The path '${Path}' is not absolute.`)
    const id = world.id('fsap-')
    tagNew(world, id, Tags)
    const row = rows(world, 'accessPoint').set(id, {
      id,
      fileSystemId,
      token: ClientToken,
      uid: PosixUser?.Uid ?? 0,
      gid: PosixUser?.Gid ?? 0,
      path: Path,
      permissions: CreationInfo?.Permissions ?? '',
      created: world.now(),
      availableAt: world.after('access-point create'),
    })
    return shown(row, world)
  },

  describeAccessPoints: ({ AccessPointId, FileSystemId }, world) => {
    if (AccessPointId) return { AccessPoints: [shown(rowOf(world, 'accessPoint', AccessPointId), world)] }
    const parent = FileSystemId && rowOf(world, 'fileSystem', FileSystemId).id
    return {
      AccessPoints: visibleRows(world, 'accessPoint')
        .filter(({ fileSystemId }) => !parent || fileSystemId === parent)
        .map(row => shown(row, world)),
    }
  },

  deleteAccessPoint: ({ AccessPointId }, world) => {
    const row = rowOf(world, 'accessPoint', AccessPointId)
    row.goneAt ??= world.after('access-point create')
    return {}
  },
} satisfies Partial<SandboxService<'efs'>>

function shown(row: AccessPointRow, world: World) {
  const { id, uid, gid, path, permissions } = row
  return {
    OwnerId: world.account,
    ClientToken: row.token,
    AccessPointId: id,
    AccessPointArn: efsArn(world, id),
    FileSystemId: row.fileSystemId,
    PosixUser: { Uid: uid, Gid: gid },
    RootDirectory: {
      Path: path,
      CreationInfo: { OwnerUid: uid, OwnerGid: gid, Permissions: permissions },
    },
    LifeCycleState: stateOf(row, world),
    Tags: tagListOf(world, id),
  }
}
