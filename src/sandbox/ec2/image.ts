import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'

/** Every well-formed id is an AMI here. */
export function assertImage(id: string | undefined): string {
  if (!id || !/^ami-[0-9a-f]{8,17}$/.test(id)) throw awsFault('InvalidAMIID.Malformed', `Invalid id: "${id}"`)
  return id
}

export const rootDeviceName = '/dev/xvda'

export const imageOperations = {
  describeImages: ({ ImageIds = [] }) => ({
    Images: ImageIds.map(id => ({
      ImageId: assertImage(id),
      RootDeviceName: rootDeviceName,
      State: 'available' as const,
    })),
  }),
} satisfies Partial<SandboxService<'ec2'>>
