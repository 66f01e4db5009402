import { architectureOf } from '../config/architecture.ts'
import type { CapacityConfig } from '../config/schema/cluster.ts'
import type { ServiceConfig, StackConfig } from '../config/schema/stack.ts'
import type { Input } from '../resources/reference.ts'
import { copied } from '../resources/reference.ts'
import type { After } from '../resources/resource.ts'
import type { Cluster } from './cluster.ts'
import { clusterNameOf } from './cluster.ts'
import type { Declare, Handle } from './declare.ts'
import { ready, standsOn } from './declare.ts'
import type { Facts } from './facts.ts'
import { instanceRole } from './instance-role.ts'
import type { Names } from './names.ts'
import type { Network } from './network.ts'
import type { SecurityGroups } from './security-groups.ts'

interface Ground {
  readonly network: Network
  readonly groups: SecurityGroups
  readonly cluster: Cluster
}

/** What services run on, besides Fargate on demand. */
export interface Capacity {
  /** Where the tasks of a service go; undefined: to Fargate, or to an existing cluster's instances, by its launch type. */
  strategyOf(
    service: ServiceConfig,
  ): readonly { capacityProvider: Input<string>; weight: number; base: number }[] | undefined
  /** What such a service has to wait for, and what stays until it has gone. */
  readonly after: readonly After[]
}

export function capacity(
  declare: Declare,
  config: StackConfig,
  ground: Ground,
  facts: Facts,
  names: Names,
): Capacity {
  // What an existing cluster has is for its owner to say.
  const isOwn = config.existing.cluster === undefined
  const usesSpot = isOwn && Object.values(config.services).some(({ capacity }) => capacity === 'fargate-spot')
  const own = config.cluster.capacity && hosts(declare, config, config.cluster.capacity, ground, facts, names)
  const capacityProviders = [...(own ? [own.out.name] : []), ...(usesSpot ? ['FARGATE', 'FARGATE_SPOT'] : [])]
  const all = (capacityProvider: Input<string>) => [{ capacityProvider, weight: 1, base: 0 }]
  const strategyOf = ({ capacity }: ServiceConfig) => {
    if (capacity === 'fargate-spot') return all('FARGATE_SPOT')
    return capacity === 'ec2' && own ? all(copied(own.out.name)) : undefined
  }
  if (capacityProviders.length === 0) return { strategyOf, after: [] }
  const association = declare(
    'cluster/cluster.capacity',
    'ecs/cluster-capacity',
    { clusterName: ground.cluster.out.clusterName, capacityProviders },
    {
      after: [ready(ground.cluster), ...(own ? [standsOn(own)] : [])],
      origin: own ? 'cluster.capacity' : 'services',
    },
  )
  return { strategyOf, after: [standsOn(association)] }
}

const origin = 'cluster.capacity'

/** EC2 instances for the cluster, in a group whose size ECS sets. */
function hosts(
  declare: Declare,
  config: StackConfig,
  wish: CapacityConfig,
  { network, groups, cluster }: Ground,
  facts: Facts,
  names: Names,
): Handle<'ecs/capacity-provider'> {
  const profile = instanceRole(
    declare,
    {
      name: 'hosts',
      origin,
      inlinePolicies: {},
      managedPolicies: ['service-role/AmazonEC2ContainerServiceforEC2Role'],
    },
    facts,
    names,
  )
  const isPublic = wish.access === undefined ? network.tasksArePublic : wish.access === 'public'
  const template = declare(
    'cluster/hosts.template',
    'ec2/launch-template',
    {
      launchTemplateName: names.ofStack('hosts', 'launchTemplate'),
      imageId: imageOf(wish),
      instanceType: wish.instanceType,
      instanceProfileArn: profile.out.arn,
      securityGroupIds: [groups.hosts!.out.groupId],
      associatePublicIp: isPublic,
      userData: agentConfig(config, wish),
      rootDeviceName: '/dev/xvda',
      rootVolumeSize: wish.rootVolume.size,
      rootVolumeType: wish.rootVolume.type,
      instanceTags: { ...config.tags, Name: String(names.of('host')) },
    },
    { name: names.ofStack('hosts', 'launchTemplate'), origin },
  )
  const serviceRoles = ['autoscaling', ...(wish.spot ? ['spot'] : [])].map(service =>
    declare(`cluster/${service}.role`, 'iam/service-linked-role', {
      serviceName: `${service}.amazonaws.com`,
    }),
  )
  const groupName = names.ofStack('hosts', 'autoScalingGroup')
  const group = declare(
    'cluster/hosts',
    'autoscaling/group',
    {
      groupName,
      launchTemplateId: template.out.launchTemplateId,
      launchTemplateVersion: template.out.version,
      minSize: wish.min,
      maxSize: wish.max,
      subnetIds: (isPublic ? network.publicSubnets : network.privateSubnets).map(({ out }) => out.subnetId),
      newInstancesProtectedFromScaleIn: true,
      mixedInstances: mixed(wish),
      capacityRebalance: wish.spot !== undefined,
    },
    {
      name: groupName,
      after: [
        ...serviceRoles.map(ready),
        ready(profile),
        // An agent that finds no cluster joins none; a cluster with instances cannot be deleted.
        standsOn(cluster),
        ...(isPublic ? network.inbound : []),
        ...network.outbound,
      ],
      // Schedules move the bounds; only a change in the config moves them back.
      released: Object.keys(wish.schedules).length > 0 ? ['minSize', 'maxSize'] : undefined,
      origin,
    },
  )
  for (const [name, { schedule, timezone, min, max }] of Object.entries(wish.schedules))
    declare(
      `cluster/hosts.schedule-${name}`,
      'autoscaling/scheduled-action',
      {
        groupName: group.out.groupName,
        actionName: name,
        recurrence: schedule,
        // AWS answers with the canonical name.
        timeZone: timezone === 'UTC' ? 'Etc/UTC' : timezone,
        minSize: min,
        maxSize: max,
      },
      { origin: `${origin}.schedules.${name}` },
    )
  const providerName = names.ofStack('hosts', 'capacityProvider')
  return declare(
    'cluster/hosts.provider',
    'ecs/capacity-provider',
    {
      name: providerName,
      autoScalingGroupArn: group.out.arn,
      targetCapacity: wish.targetCapacity,
      managedTerminationProtection: true,
      managedDraining: true,
    },
    { name: providerName, origin },
  )
}

/** Resolved at each launch, so that an exchanged instance has the newest agent and kernel. */
function imageOf({ image, instanceType }: CapacityConfig): string {
  const folder = architectureOf(instanceType) === 'arm64' ? 'amazon-linux-2023/arm64' : 'amazon-linux-2023'
  const from = image ?? `/aws/service/ecs/optimized-ami/${folder}/recommended/image_id`
  return from.startsWith('/') ? `resolve:ssm:${from}` : from
}

function agentConfig(config: StackConfig, { spot, agent }: CapacityConfig): string {
  const settings = {
    ECS_CLUSTER: clusterNameOf(config),
    // Tasks have roles of their own, and are not to act with that of their instance.
    ECS_AWSVPC_BLOCK_IMDS: 'true',
    ...(spot ? { ECS_ENABLE_SPOT_INSTANCE_DRAINING: 'true' } : {}),
    ...agent,
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}`)
  return [
    `#!/bin/bash`,
    `cat >> /etc/ecs/ecs.config <<'END_OF_SETTINGS'`,
    ...lines,
    'END_OF_SETTINGS',
    '',
  ].join('\n')
}

function mixed({ spot, instanceType, min }: CapacityConfig) {
  return (
    spot && {
      instanceTypes: [instanceType, ...spot.instanceTypes],
      onDemandBase: spot.onDemandBase ?? min,
      onDemandPercentage: 100 - spot.percent,
    }
  )
}
