import type { MixedInstancesPolicy } from '@aws-sdk/client-auto-scaling'
import type { RequestLaunchTemplateData } from '@aws-sdk/client-ec2'
import { instances, launchInstance, purgeInstances, stateOf, terminateInstance } from '../ec2/instance-row.ts'
import type { InstanceRow } from '../ec2/instance-row.ts'
import { launchDataOf } from '../ec2/launch-template.ts'
import { setTagsOfAws } from '../ec2/tags.ts'
import { assertProfileUsable } from '../iam.ts'
import { tagsByArn } from '../tags-by-arn.ts'
import { tagged } from '../tagged.ts'
import type { World } from '../world.ts'

interface Member {
  readonly id: string
  readonly version: string
  readonly protected: boolean
}

export interface GroupRow {
  readonly name: string
  readonly arn: string
  readonly created: number
  min: number
  max: number
  desired: number
  subnetIds: string[]
  launchTemplateId?: string | undefined
  version?: string | undefined
  mixed?: MixedInstancesPolicy | undefined
  protects: boolean
  rebalances: boolean
  members: Member[]
  /** The old members go when it ends. */
  refresh?: { readonly id: string; readonly endsAt: number; readonly old: readonly string[] }
  /** Why the last launch came to nothing. */
  failure?: string | undefined
  deletedAt?: number
}

export const groups = (world: World) => world.table<GroupRow>('autoscaling/group')

/** The group with this name, brought up to the present; undefined when there is none any more. */
export function groupNamed(world: World, name: string | undefined): GroupRow | undefined {
  const row = groups(world).get(name ?? '')
  if (!row) return undefined
  if (row.deletedAt !== undefined) {
    if (world.now() < row.deletedAt) return row
    purgeInstances(world)
    groups(world).delete(row.name)
    tagged(world).remove(row.arn)
    return undefined
  }
  fill(world, row)
  return row
}

export function memberRows(world: World, row: GroupRow): { member: Member; instance: InstanceRow }[] {
  return row.members.flatMap(member => {
    const instance = instances(world).get(member.id)
    return instance && instance.becoming !== 'terminated' ? [{ member, instance }] : []
  })
}

/** Launches what is missing, lets go of what is too much, and ends an exchange whose time has come. */
function fill(world: World, row: GroupRow): void {
  if (row.refresh && world.now() >= row.refresh.endsAt)
    for (const { member, instance } of memberRows(world, row))
      if (row.refresh.old.includes(member.id)) terminateInstance(world, instance)
  row.members = memberRows(world, row).map(({ member }) => member)
  const wanted = row.desired + (isRefreshing(world, row) ? row.refresh!.old.length : 0)
  while (row.members.length < wanted) if (!launch(world, row)) return
  for (const { id } of row.members.splice(wanted)) terminateInstance(world, instances(world).get(id)!)
}

function isRefreshing(world: World, { refresh }: GroupRow): boolean {
  return refresh !== undefined && world.now() < refresh.endsAt
}

/** What a group's launch template says is found wrong only here. AWS tries again and again. */
function launch(world: World, row: GroupRow): boolean {
  const { launchTemplateId, version } = templateOf(row)
  const data = launchDataOf(world, launchTemplateId, version)
  const profile = data?.IamInstanceProfile?.Arn
  try {
    if (!data) throw new Error(`The launch template ${launchTemplateId} has no version ${version}.`)
    if (profile) assertProfileUsable(world, profile)
    const instance = start(world, row, data)
    row.members.push({ id: instance.id, version: version ?? '', protected: row.protects })
    row.failure = undefined
    return true
  } catch (error) {
    row.failure = (error as Error).message
    return false
  }
}

function start(world: World, row: GroupRow, data: RequestLaunchTemplateData): InstanceRow {
  const network = data.NetworkInterfaces?.[0]
  const ofInstances = data.TagSpecifications?.find(({ ResourceType }) => ResourceType === 'instance')?.Tags
  const [override] = row.mixed?.LaunchTemplate?.Overrides ?? []
  const { VolumeSize, VolumeType, Encrypted } = data.BlockDeviceMappings?.[0]?.Ebs ?? {}
  const instance = launchInstance(world, {
    // The parameter that it names is resolved by each launch.
    imageId: data.ImageId ?? '',
    type: override?.InstanceType ?? data.InstanceType ?? '',
    subnetId: row.subnetIds[row.members.length % row.subnetIds.length] ?? '',
    groupIds: network?.Groups ?? [],
    isPublic: network?.AssociatePublicIpAddress ?? false,
    profileArn: data.IamInstanceProfile?.Arn,
    userData: data.UserData,
    httpTokens: data.MetadataOptions?.HttpTokens,
    volume: {
      ...(VolumeSize === undefined ? {} : { size: VolumeSize }),
      ...(VolumeType === undefined ? {} : { type: VolumeType }),
      ...(Encrypted === undefined ? {} : { encrypted: Encrypted }),
    },
    tags: [...tagsByArn(world, row.arn), ...(ofInstances ?? [])],
    volumeTags: data.TagSpecifications?.find(({ ResourceType }) => ResourceType === 'volume')?.Tags,
  })
  setTagsOfAws(world, instance.id, [{ Key: 'aws:autoscaling:groupName', Value: row.name }])
  return instance
}

export function templateOf(row: GroupRow): {
  readonly launchTemplateId: string | undefined
  readonly version: string | undefined
} {
  const inPolicy = row.mixed?.LaunchTemplate?.LaunchTemplateSpecification
  return {
    launchTemplateId: inPolicy?.LaunchTemplateId ?? row.launchTemplateId,
    version: inPolicy?.Version ?? row.version,
  }
}

/** How many container instances these groups, or anybody else, run for this ECS cluster. */
export function containerInstancesIn(world: World, clusterName: string): number {
  return instances(world)
    .list()
    .filter(row => stateOf(row, world) !== 'terminated')
    .map(({ userData = '' }) => Buffer.from(userData, 'base64').toString())
    .filter(script => script.split('\n').includes(`ECS_CLUSTER=${clusterName}`)).length
}
