import type { SandboxService } from '../service.ts'
import { setTags, untag } from './tags.ts'
import { vpcOperations } from './vpc.ts'

export const ec2: SandboxService<'ec2'> = {
  ...vpcOperations,

  createTags: ({ Resources = [], Tags = [] }, world) => {
    for (const id of Resources) setTags(world, id, Tags)
    return {}
  },

  deleteTags: ({ Resources = [], Tags = [] }, world) => {
    const keys = Tags.map(({ Key = '' }) => Key)
    for (const id of Resources) untag(world, id, keys)
    return {}
  },

  describeAvailabilityZones: (_input, world) => ({
    AvailabilityZones: ['a', 'b', 'c'].map(letter => ({
      ZoneName: `${world.region}${letter}`,
      RegionName: world.region,
      State: 'available' as const,
      ZoneType: 'availability-zone',
    })),
  }),
}
