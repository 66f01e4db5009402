import { attachInterface, releaseInterface } from '../ec2/interface.ts'
import { subnets } from '../ec2/subnet.ts'
import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import type { MountTargetRow } from './rows.ts'
import { availableFileSystem, rowOf, rows, stateOf, visibleRows } from './rows.ts'

export const mountTargetOperations = {
  createMountTarget: ({ FileSystemId, SubnetId = '', SecurityGroups = [] }, world) => {
    const { id: fileSystemId } = availableFileSystem(world, FileSystemId)
    const subnet = subnets(world).get(SubnetId)
    if (!subnet) throw awsFault('SubnetNotFound', `The subnet ID '${SubnetId}' does not exist`)
    checkGroups(world, subnet.vpcId, SecurityGroups)
    for (const { zone, vpcId } of rows(world, 'mountTarget')
      .list()
      .filter(row => row.fileSystemId === fileSystemId)) {
      if (zone === subnet.zone)
        throw awsFault('MountTargetConflict', 'mount target already exists in this AZ', { status: 409 })
      if (vpcId !== subnet.vpcId)
        throw awsFault(
          'MountTargetConflict',
          'requested subnet for new mount target is not in the same VPC',
          {
            status: 409,
          },
        )
    }
    const id = world.id('fsmt-')
    const row = rows(world, 'mountTarget').set(id, {
      id,
      fileSystemId,
      subnetId: SubnetId,
      zone: subnet.zone,
      vpcId: subnet.vpcId,
      groupIds: SecurityGroups,
      interfaceId: attached(world, { id, fileSystemId, subnetId: SubnetId }, SecurityGroups),
      created: world.now(),
      availableAt: world.after('mount-target create'),
    })
    return shown(row, world)
  },

  describeMountTargets: ({ FileSystemId, MountTargetId }, world) => {
    if (MountTargetId) return { MountTargets: [shown(rowOf(world, 'mountTarget', MountTargetId), world)] }
    const { id } = rowOf(world, 'fileSystem', FileSystemId)
    return {
      MountTargets: visibleRows(world, 'mountTarget')
        .filter(({ fileSystemId }) => fileSystemId === id)
        .map(row => shown(row, world)),
    }
  },

  describeMountTargetSecurityGroups: ({ MountTargetId }, world) => ({
    SecurityGroups: rowOf(world, 'mountTarget', MountTargetId).groupIds,
  }),

  modifyMountTargetSecurityGroups: ({ MountTargetId, SecurityGroups = [] }, world) => {
    const row = rowOf(world, 'mountTarget', MountTargetId)
    if (stateOf(row, world) !== 'available')
      throw awsFault('IncorrectMountTargetState', `Mount target '${row.id}' is not available.`, {
        status: 409,
      })
    checkGroups(world, row.vpcId, SecurityGroups)
    releaseInterface(world, row.interfaceId)
    row.interfaceId = attached(world, row, SecurityGroups)
    row.groupIds = SecurityGroups
    return {}
  },

  deleteMountTarget: ({ MountTargetId }, world) => {
    const row = rowOf(world, 'mountTarget', MountTargetId)
    row.goneAt ??= world.after('mount-target delete')
    releaseInterface(world, row.interfaceId, row.goneAt)
    return {}
  },
} satisfies Partial<SandboxService<'efs'>>

/** AWS says the same of a group that does not exist and of one of another VPC. */
function checkGroups(world: World, vpcId: string, ids: string[]): void {
  for (const id of ids)
    if (world.table<{ readonly vpcId: string }>('ec2/security-group').get(id)?.vpcId !== vpcId)
      throw awsFault('SecurityGroupNotFound', `The security group ID '${id}' does not exist`)
}

function attached(
  world: World,
  { id, fileSystemId, subnetId }: Pick<MountTargetRow, 'id' | 'fileSystemId' | 'subnetId'>,
  groupIds: readonly string[],
): string {
  const description = `EFS mount target for ${fileSystemId} (${id})`
  return attachInterface(world, { subnetId, groupIds, description })
}

function shown(row: MountTargetRow, world: World) {
  return {
    OwnerId: world.account,
    MountTargetId: row.id,
    FileSystemId: row.fileSystemId,
    SubnetId: row.subnetId,
    VpcId: row.vpcId,
    AvailabilityZoneName: row.zone,
    NetworkInterfaceId: row.interfaceId,
    LifeCycleState: stateOf(row, world),
  }
}
