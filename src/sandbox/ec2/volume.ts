import type { VolumeType } from '@aws-sdk/client-ec2'
import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import { rootDeviceName } from './image.ts'
import { instances, stateOf } from './instance-row.ts'
import { passes } from './tags.ts'

/** Volumes are the root volumes of instances; nothing here makes others. */
export const volumeOperations = {
  describeVolumes: ({ VolumeIds, Filters }, world) => ({
    Volumes: instances(world)
      .list()
      .filter(row => stateOf(row, world) !== 'terminated')
      .filter(({ volume }) => !VolumeIds || VolumeIds.includes(volume.id))
      .filter(({ id, volume }) =>
        passes(world, volume.id, Filters, { 'volume-id': volume.id, 'attachment.instance-id': id }),
      )
      .map(({ id, volume: { id: VolumeId, size, type, encrypted } }) => ({
        VolumeId,
        Size: size,
        VolumeType: type as VolumeType,
        Encrypted: encrypted,
        State: 'in-use' as const,
        Attachments: [{ InstanceId: id, Device: rootDeviceName, VolumeId }],
      })),
  }),

  modifyVolume: ({ VolumeId, Size, VolumeType: type }, world) => {
    const row = instances(world)
      .list()
      .find(({ volume }) => volume.id === VolumeId)
    if (!row) throw awsFault('InvalidVolume.NotFound', `The volume '${VolumeId}' does not exist.`)
    if (Size !== undefined && Size < row.volume.size)
      throw awsFault('InvalidParameterValue', 'New size cannot be smaller than existing size')
    row.volume.size = Size ?? row.volume.size
    row.volume.type = type ?? row.volume.type
    return { VolumeModification: { VolumeId: row.volume.id, ModificationState: 'modifying' as const } }
  },
} satisfies Partial<SandboxService<'ec2'>>
