import type { Filter, Instance, Volume } from '@aws-sdk/client-ec2'
import type { Aws } from '../../aws/aws.ts'
import { allPages } from '../../aws/pages.ts'

export function describeInstances(Filters: Filter[], { ec2 }: Aws): Promise<Instance[]> {
  return allPages(marker =>
    ec2
      .describeInstances({ Filters, MaxResults: 1000, NextToken: marker })
      .then(({ Reservations = [], NextToken }) => ({
        rows: Reservations.flatMap(({ Instances = [] }) => Instances),
        next: NextToken,
      })),
  )
}

/** The root volumes of these instances by instance id, in one call. */
export async function rootVolumesOf(
  instances: readonly Instance[],
  { ec2 }: Aws,
): Promise<Map<string, Volume>> {
  const Values = instances.flatMap(({ InstanceId }) => (InstanceId ? [InstanceId] : []))
  if (Values.length === 0) return new Map()
  const Filters = [{ Name: 'attachment.instance-id', Values }]
  const volumes = await allPages(marker =>
    ec2
      .describeVolumes({ Filters, MaxResults: 500, NextToken: marker })
      .then(({ Volumes, NextToken }) => ({ rows: Volumes, next: NextToken })),
  )
  return new Map(
    instances.flatMap(one => {
      const id = rootVolumeIdOf(one)
      const volume = volumes.find(({ VolumeId }) => VolumeId === id)
      return one.InstanceId && volume ? [[one.InstanceId, volume] as const] : []
    }),
  )
}

export function rootVolumeIdOf({ BlockDeviceMappings = [], RootDeviceName }: Instance): string | undefined {
  return BlockDeviceMappings.find(({ DeviceName }) => DeviceName === RootDeviceName)?.Ebs?.VolumeId
}

export async function userDataOf(InstanceId: string, { ec2 }: Aws): Promise<string> {
  const { UserData } = await ec2.describeInstanceAttribute({ InstanceId, Attribute: 'userData' })
  return Buffer.from(UserData?.Value ?? '', 'base64').toString()
}
