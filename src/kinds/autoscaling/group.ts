import type { AutoScalingGroup } from '@aws-sdk/client-auto-scaling'
import { orAbsent } from '../../aws/errors.ts'
import { fromTagList } from '../../aws/tags.ts'
import { sorted } from '../../resources/json.ts'
import type { Kind, Tags } from '../../resources/kind.ts'
import { asSet } from '../spelling.ts'
import { describeGroups } from './describe.ts'
import { launchOf, launchFrom } from './launch.ts'
import type { MixedInstances } from './launch.ts'
import { actionsOf } from './scheduled-action.ts'
import { outdatedVersionIn, readinessOf, runningRefresh } from './readiness.ts'

export interface GroupProps {
  /** Unique in its region. */
  readonly groupName: string
  readonly launchTemplateId: string
  readonly launchTemplateVersion: string
  readonly minSize: number
  readonly maxSize: number
  readonly subnetIds: readonly string[]
  /** New instances stay until ECS has let them go. */
  readonly newInstancesProtectedFromScaleIn: boolean
  /** Other types and Spot, besides what the launch template says. Null: none. */
  readonly mixedInstances?: MixedInstances | null | undefined
  /** Replaces Spot instances that are about to be taken away before they are. */
  readonly capacityRebalance: boolean
}

export interface GroupAttributes {
  readonly groupName: string
  readonly arn: string
  /** The exchange of instances that the last change started. */
  readonly refreshId?: string | undefined
}

/** Props that only new instances have: the living ones are exchanged for them. */
const exchanging = ['launchTemplateId', 'launchTemplateVersion', 'mixedInstances', 'subnetIds'] as const

const exchange = 'exchanges the instances one after another; tasks move over first'

export const group: Kind<GroupProps, GroupAttributes> = {
  type: 'autoscaling/group',
  label: 'Auto Scaling group',
  ownership: 'tags',
  replaceOn: ['groupName'],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['groupName'], label: 'name' }],
  withdrawn: { mixedInstances: { becomes: null } },
  readyAttributes: ['arn'],
  findBy: ['groupName'],
  additions: [
    {
      what: 'scheduled actions',
      rule: 'left alone',
      seen: 'by looking',
      look: async ({ groupName }, { aws }) =>
        (await actionsOf(groupName, aws)).map(({ ScheduledActionName: actionName }) => ({
          line: `scheduled action ${actionName}`,
          is: { groupName, actionName },
        })),
    },
  ],
  seconds: { create: 60, update: 300, delete: 120 },
  // It is in use while an activity of its own goes on.
  releases: 600,
  effects: {
    subnetIds: exchange,
    launchTemplateId: exchange,
    launchTemplateVersion: exchange,
    mixedInstances: exchange,
  },

  normalise: props => ({ ...props, subnetIds: asSet(props.subnetIds) }),

  read: async (requests, { aws }) => {
    const names = requests.map(({ attributes, props }) => attributes?.groupName ?? props.groupName ?? '')
    const found = await describeGroups(names, aws)
    return Promise.all(
      found.map(async (one, index) => {
        // A status says that it is being deleted.
        if (!one || one.Status) return undefined
        const refreshId = requests[index]?.attributes?.refreshId
        const outdated = outdatedVersionIn(one)
        const running = outdated === undefined ? undefined : await runningRefresh(one, aws)
        const following = running ?? refreshId
        return {
          attributes: { ...attributesOf(one), ...(following === undefined ? {} : { refreshId: following }) },
          props: {
            ...propsOf(one),
            // An exchange that never began, or came to nothing, is still to be done.
            ...(outdated === undefined || running ? {} : { launchTemplateVersion: outdated }),
          },
          tags: fromTagList(one.Tags),
          ...(running ? { pending: 'exchanging instances' } : {}),
        }
      }),
    )
  },

  create: async ({ props, tags }, { aws }) => {
    const { groupName } = props
    await aws.autoscaling.createAutoScalingGroup({
      AutoScalingGroupName: groupName,
      ...launchOf(props),
      MinSize: props.minSize,
      MaxSize: props.maxSize,
      VPCZoneIdentifier: props.subnetIds.join(','),
      NewInstancesProtectedFromScaleIn: props.newInstancesProtectedFromScaleIn,
      CapacityRebalance: props.capacityRebalance,
      Tags: tagList(groupName, tags),
    })
    // The answer is empty, and the ARN holds an id that only AWS knows.
    return { groupName, arn: '' }
  },

  update: async ({ attributes, props, changed }, { aws }) => {
    const { groupName } = attributes
    const has = (name: keyof GroupProps) => changed.includes(name)
    const launch = exchanging.some(has)
    await aws.autoscaling.updateAutoScalingGroup({
      AutoScalingGroupName: groupName,
      ...(launch && launchOf(props)),
      ...(has('minSize') && { MinSize: props.minSize }),
      ...(has('maxSize') && { MaxSize: props.maxSize }),
      ...(has('subnetIds') && { VPCZoneIdentifier: props.subnetIds.join(',') }),
      ...(has('newInstancesProtectedFromScaleIn') && {
        NewInstancesProtectedFromScaleIn: props.newInstancesProtectedFromScaleIn,
      }),
      ...(has('capacityRebalance') && { CapacityRebalance: props.capacityRebalance }),
    })
    if (!launch) return attributes
    const { InstanceRefreshId } = await aws.autoscaling.startInstanceRefresh({
      AutoScalingGroupName: groupName,
      // ECS protects instances with tasks on them: by default a refresh would wait an hour for them, and then fail.
      Preferences: {
        MinHealthyPercentage: 90,
        ScaleInProtectedInstances: 'Refresh',
        // Instances in subnets that are to go match the template all the same.
        SkipMatching: !has('subnetIds'),
      },
    })
    return { ...attributes, ...(InstanceRefreshId ? { refreshId: InstanceRefreshId } : {}) }
  },

  retag: async ({ groupName }, { set, remove }, { aws }) => {
    if (Object.keys(set).length > 0)
      await aws.autoscaling.createOrUpdateTags({ Tags: tagList(groupName, set) })
    if (remove.length > 0)
      await aws.autoscaling.deleteTags({
        Tags: remove.map(Key => ({ Key, ResourceId: groupName, ResourceType: resourceType })),
      })
  },

  // Forced, because ECS never takes the protection off the instances: a polite deletion would wait for ever.
  delete: async ({ attributes: { groupName } }, { aws }) => {
    await orAbsent(
      aws.autoscaling.deleteAutoScalingGroup({ AutoScalingGroupName: groupName, ForceDelete: true }),
    )
  },

  ready: (all, { aws }) => readinessOf(all, aws),

  gone: async (all, { aws }) => {
    const found = await describeGroups(
      all.map(({ groupName }) => groupName),
      aws,
    )
    return found.map(one =>
      one
        ? { state: 'waiting', status: `${(one.Instances ?? []).length} instances left` }
        : { state: 'gone' },
    )
  },
}

const resourceType = 'auto-scaling-group'

/** The instances get them as well. */
function tagList(ResourceId: string, tags: Tags) {
  return Object.entries(tags).map(([Key, Value]) => ({
    Key,
    Value,
    ResourceId,
    ResourceType: resourceType,
    PropagateAtLaunch: true,
  }))
}

function attributesOf({ AutoScalingGroupName, AutoScalingGroupARN }: AutoScalingGroup): GroupAttributes {
  return { groupName: AutoScalingGroupName!, arn: AutoScalingGroupARN! }
}

function propsOf(one: AutoScalingGroup): GroupProps {
  return {
    groupName: one.AutoScalingGroupName ?? '',
    ...launchFrom(one),
    minSize: one.MinSize ?? 0,
    maxSize: one.MaxSize ?? 0,
    subnetIds: sorted((one.VPCZoneIdentifier ?? '').split(',').filter(Boolean)),
    newInstancesProtectedFromScaleIn: one.NewInstancesProtectedFromScaleIn ?? false,
    capacityRebalance: one.CapacityRebalance ?? false,
  }
}
