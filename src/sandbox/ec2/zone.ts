import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'

export function zonesOf(world: World): string[] {
  return ['a', 'b', 'c'].map(letter => world.region + letter)
}

export const zoneOperations = {
  describeAvailabilityZones: (_input, world) => ({
    AvailabilityZones: zonesOf(world).map(ZoneName => ({
      ZoneName,
      RegionName: world.region,
      State: 'available' as const,
      ZoneType: 'availability-zone',
    })),
  }),
} satisfies Partial<SandboxService<'ec2'>>
