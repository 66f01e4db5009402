import type { AutoScalingGroup, InstanceRefreshStatus, LifecycleState } from '@aws-sdk/client-auto-scaling'
import { stateOf, terminateInstance } from '../ec2/instance-row.ts'
import { launchDataOf } from '../ec2/launch-template.ts'
import { subnetOf } from '../ec2/subnet.ts'
import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import { addTags, removeTags, tagsByArn } from '../tags-by-arn.ts'
import type { World } from '../world.ts'
import type { GroupRow } from './rows.ts'
import { groupNamed, groups, memberRows, templateOf } from './rows.ts'

export const groupOperations = {
  createAutoScalingGroup: (input, world) => {
    const { AutoScalingGroupName: name = '', MinSize = 0, MaxSize = 0, Tags = [] } = input
    const there = groupNamed(world, name)
    if (there)
      throw awsFault(
        'AlreadyExistsFault',
        `AutoScalingGroup by this name already exists${there.deletedAt ? ' - A group with the name is pending delete' : ''}`,
        { code: 'AlreadyExists' },
      )
    const uuid = world.id('', 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
    const row: GroupRow = {
      name,
      arn: world.arn('autoscaling', `autoScalingGroup:${uuid}:autoScalingGroupName/${name}`),
      created: world.now(),
      min: MinSize,
      max: MaxSize,
      desired: input.DesiredCapacity ?? MinSize,
      subnetIds: subnetIdsIn(world, input.VPCZoneIdentifier),
      launchTemplateId: input.LaunchTemplate?.LaunchTemplateId,
      version: input.LaunchTemplate?.Version,
      mixed: input.MixedInstancesPolicy,
      protects: input.NewInstancesProtectedFromScaleIn ?? false,
      rebalances: input.CapacityRebalance ?? false,
      members: [],
    }
    assertTemplate(world, row)
    addTags(world, row.arn, Tags)
    groups(world).set(name, row)
    groupNamed(world, name)
    return {}
  },

  describeAutoScalingGroups: ({ AutoScalingGroupNames }, world) => ({
    AutoScalingGroups: groups(world)
      .list()
      .filter(({ name }) => !AutoScalingGroupNames || AutoScalingGroupNames.includes(name))
      .flatMap(({ name }) => groupNamed(world, name) ?? [])
      .filter(({ created }) => world.visible(created))
      .map(row => shown(row, world)),
  }),

  updateAutoScalingGroup: (input, world) => {
    const row = groupOf(world, input.AutoScalingGroupName)
    const changed: GroupRow = { ...row }
    if (input.LaunchTemplate) {
      changed.launchTemplateId = input.LaunchTemplate.LaunchTemplateId
      changed.version = input.LaunchTemplate.Version
      changed.mixed = undefined
    }
    changed.mixed = input.MixedInstancesPolicy ?? changed.mixed
    assertTemplate(world, changed)
    changed.min = input.MinSize ?? row.min
    changed.max = input.MaxSize ?? row.max
    changed.desired = Math.min(Math.max(input.DesiredCapacity ?? row.desired, changed.min), changed.max)
    if (input.VPCZoneIdentifier) changed.subnetIds = subnetIdsIn(world, input.VPCZoneIdentifier)
    changed.protects = input.NewInstancesProtectedFromScaleIn ?? row.protects
    changed.rebalances = input.CapacityRebalance ?? row.rebalances
    groups(world).set(row.name, changed)
    return {}
  },

  deleteAutoScalingGroup: ({ AutoScalingGroupName, ForceDelete }, world) => {
    const row = groupOf(world, AutoScalingGroupName)
    const members = memberRows(world, row)
    if (members.length > 0 && !ForceDelete)
      throw awsFault(
        'ResourceInUseFault',
        'You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.',
        { code: 'ResourceInUse' },
      )
    for (const { instance } of members) terminateInstance(world, instance)
    row.deletedAt = members.length > 0 ? world.after('instance terminate') : world.now()
    return {}
  },

  createOrUpdateTags: ({ Tags = [] }, world) => {
    for (const tag of Tags) addTags(world, groupOf(world, tag.ResourceId).arn, [tag])
    return {}
  },

  deleteTags: ({ Tags = [] }, world) => {
    for (const { ResourceId, Key = '' } of Tags) removeTags(world, groupOf(world, ResourceId).arn, [Key])
    return {}
  },

  describeScalingActivities: ({ AutoScalingGroupName }, world) => {
    const row = groupOf(world, AutoScalingGroupName)
    const activity = {
      ActivityId: row.name,
      AutoScalingGroupName: row.name,
      Cause: 'a difference between desired and actual capacity',
      StartTime: new Date(row.created),
    }
    return {
      Activities: [
        row.failure === undefined
          ? { ...activity, StatusCode: 'Successful' as const }
          : { ...activity, StatusCode: 'Failed' as const, StatusMessage: row.failure },
      ],
    }
  },

  startInstanceRefresh: ({ AutoScalingGroupName }, world) => {
    const row = groupOf(world, AutoScalingGroupName)
    if (row.refresh && world.now() < row.refresh.endsAt)
      throw awsFault('InstanceRefreshInProgressFault', 'An Instance Refresh is already in progress', {
        code: 'InstanceRefreshInProgress',
      })
    const old = row.members.map(({ id }) => id)
    const id = world.id('', 32)
    row.refresh = { id, old, endsAt: old.length > 0 ? world.after('instance refresh') : world.now() }
    return { InstanceRefreshId: id }
  },

  describeInstanceRefreshes: ({ AutoScalingGroupName }, world) => {
    const { refresh, name } = groupOf(world, AutoScalingGroupName)
    if (!refresh) return { InstanceRefreshes: [] }
    const over = world.now() >= refresh.endsAt
    const Status: InstanceRefreshStatus = over ? 'Successful' : 'InProgress'
    return {
      InstanceRefreshes: [
        {
          InstanceRefreshId: refresh.id,
          AutoScalingGroupName: name,
          Status,
          PercentageComplete: over ? 100 : 50,
        },
      ],
    }
  },
} satisfies Partial<SandboxService<'autoscaling'>>

export function groupOf(world: World, name: string | undefined): GroupRow {
  const row = groupNamed(world, name)
  if (!row || row.deletedAt !== undefined)
    throw awsFault('ValidationError', `AutoScalingGroup name not found - AutoScalingGroup: ${name} not found`)
  return row
}

function assertTemplate(world: World, row: GroupRow): void {
  const { launchTemplateId, version } = templateOf(row)
  if (!launchDataOf(world, launchTemplateId, version))
    throw awsFault(
      'ValidationError',
      `You must use a valid fully-formed launch template. The specified launch template, with template ID ${launchTemplateId}, does not exist.`,
    )
}

function subnetIdsIn(world: World, list = ''): string[] {
  return list
    .split(',')
    .filter(Boolean)
    .map(id => subnetOf(world, id).id)
}

function shown(row: GroupRow, world: World): AutoScalingGroup {
  const { launchTemplateId, version } = templateOf(row)
  return {
    AutoScalingGroupName: row.name,
    AutoScalingGroupARN: row.arn,
    MinSize: row.min,
    MaxSize: row.max,
    DesiredCapacity: row.desired,
    DefaultCooldown: 300,
    AvailabilityZones: [],
    HealthCheckType: 'EC2',
    CreatedTime: new Date(row.created),
    VPCZoneIdentifier: row.subnetIds.join(','),
    ...(row.mixed
      ? { MixedInstancesPolicy: row.mixed }
      : { LaunchTemplate: { LaunchTemplateId: launchTemplateId, Version: version } }),
    NewInstancesProtectedFromScaleIn: row.protects,
    CapacityRebalance: row.rebalances,
    Instances: memberRows(world, row).map(({ member, instance }) => ({
      InstanceId: member.id,
      AvailabilityZone: '',
      LifecycleState: (stateOf(instance, world) === 'running' ? 'InService' : 'Pending') as LifecycleState,
      HealthStatus: 'Healthy',
      LaunchTemplate: { LaunchTemplateId: launchTemplateId, Version: member.version },
      ProtectedFromScaleIn: member.protected,
    })),
    Tags: tagsByArn(world, row.arn).map(tag => ({
      ...tag,
      ResourceId: row.name,
      ResourceType: 'auto-scaling-group',
      PropagateAtLaunch: true,
    })),
    ...(row.deletedAt === undefined ? {} : { Status: 'Delete in progress' }),
  }
}
