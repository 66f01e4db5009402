import type { Service, UpdateServiceCommandInput } from '@aws-sdk/client-ecs'
import { orAbsent } from '../../aws/errors.ts'
import { sorted } from '../../resources/json.ts'
import type { Kind, Readiness } from '../../resources/kind.ts'
import {
  deploymentPropNames,
  deploymentWithdrawn,
  firstConfiguration,
  wholeConfiguration,
  rebalancing,
} from './deployment-configuration.ts'
import { describeServices } from './describe.ts'
import { awsLoadBalancers, liveFirst, readLiveTargetGroups, samePair } from './load-balancer.ts'
import { networkConfiguration } from './network-configuration.ts'
import { placementOf } from './placement.ts'
import { currentDeployments, isShifted, releaseOf } from './release.ts'
import { primaryOf, rolloutOf } from './rollout.ts'
import type { ServiceProps } from './service-props.ts'
import { declared, pick, propsOf } from './service-props.ts'
import { givesUpTargets, interruptionsOf } from './interruptions.ts'
import { leavesItsGroups, successorsIn } from './successors.ts'
import { fromTagList, retag, tagList } from './tags.ts'

export interface ServiceAttributes {
  readonly serviceName: string
  readonly arn: string
  readonly clusterArn: string
  /** The deployment that the last change started: readiness is judged on it. */
  readonly deploymentId?: string | undefined
}

const releases = 'starts a release'
/** ECS's word for a deployment that is not over. */
const inProgress = 'IN_PROGRESS'

export const service: Kind<ServiceProps, ServiceAttributes> = {
  type: 'ecs/service',
  label: 'ECS service',
  ownership: 'tags',
  replaceOn: ['serviceName', 'clusterArn', 'launchType'],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['serviceName', 'clusterArn'], label: 'name' }],
  serves: true,
  interrupts: interruptionsOf,
  withdrawn: {
    ...deploymentWithdrawn,
    launchType: { moot: 'a strategy takes its place' },
    capacityProviderStrategy: { moot: 'a launch type takes its place' },
    placementStrategy: { becomes: [] },
    liveTargetGroupArn: { moot: 'it is never declared' },
    blocked: { moot: 'it is never declared' },
    idle: { moot: 'it is never declared' },
    healthCheckGracePeriod: ({ loadBalancers }) =>
      loadBalancers.length > 0 ? { becomes: 0 } : { moot: 'AWS refuses it without load balancers' },
    enableExecuteCommand: { becomes: false },
    platformVersion: { becomes: 'LATEST' },
  },
  findBy: ['clusterArn', 'serviceName'],
  // By the defaults of health checks and draining; see docs/releases.md.
  seconds: { create: 60, update: 100, delete: 40 },
  additions: [{ what: 'load balancers', rule: 'reverted' }],
  effects: {
    taskDefinitionArn: releases,
    capacityProviderStrategy: releases,
    subnetIds: releases,
    securityGroupIds: releases,
    assignPublicIp: releases,
    loadBalancers: releases,
    platformVersion: releases,
  },

  normalise: props => ({
    ...props,
    subnetIds: sorted(props.subnetIds),
    securityGroupIds: sorted(props.securityGroupIds),
    loadBalancers: sorted(props.loadBalancers),
    ...(props.rollbackAlarms && { rollbackAlarms: sorted(props.rollbackAlarms) }),
    ...(props.pauses && {
      pauses: sorted(props.pauses.map(pause => ({ ...pause, stages: sorted(pause.stages) }))),
    }),
  }),

  yields: (wish, { props: observed, pending }, last) => ({
    ...wish,
    // While a release runs, its strategy and its pauses are its own; one that is blocked by them runs no further.
    ...(pending === inProgress && last && !observed.blocked && pick(observed, deploymentPropNames)),
    ...(samePair(wish.loadBalancers, observed.loadBalancers) && {
      // A service that takes the place of this one starts where the traffic is.
      loadBalancers: liveFirst(observed.loadBalancers, observed.liveTargetGroupArn),
    }),
  }),

  // It stays in the target groups that it gives up until no listener rule sends requests there.
  wide: (before, after) =>
    givesUpTargets(before, after)
      ? { ...after, ...pick(before, ['loadBalancers', 'healthCheckGracePeriod', ...deploymentPropNames]) }
      : after,

  refuses: ({ liveTargetGroupArn: live }, { strategy, loadBalancers }) =>
    live && strategy === 'ROLLING' && loadBalancers.every(({ targetGroupArn }) => targetGroupArn !== live)
      ? {
          why: 'its traffic is on its second target group now, and a rolling deployment would take that away',
          instead:
            'move it back by the strategy that the service has now: provision restart {name}; then run provision up again',
        }
      : undefined,

  read: async (requests, { aws }) => {
    const wanted = requests.map(({ attributes, props }) => ({
      clusterArn: attributes?.clusterArn ?? props.clusterArn ?? '',
      serviceName: attributes?.serviceName ?? props.serviceName ?? '',
    }))
    const found = await describeServices(wanted, ['TAGS'], aws)
    const live = await readLiveTargetGroups(
      found.filter((one, index) => isShifted(one) && leavesItsGroups(one, requests[index]!.props)),
      aws,
    )
    return found.map((one, index) => {
      if (!one?.serviceArn || one.status === 'INACTIVE') return undefined
      // A name that drains is soon free; until then CreateService asks for patience.
      if (one.status === 'DRAINING' && !requests[index]?.attributes) return undefined
      const { liveTargetGroupArn } = live.get(one.serviceArn) ?? {}
      return {
        attributes: attributesOf(one, wanted[index]!.clusterArn),
        props: {
          ...propsOf(one, wanted[index]!.clusterArn),
          ...(liveTargetGroupArn && { liveTargetGroupArn }),
        },
        successors: {
          ...successorsIn(one),
          // Without two groups, the one with the traffic is the one.
          ...(liveTargetGroupArn &&
            requests[index]!.props.strategy === 'ROLLING' && {
              'loadBalancers.0.targetGroupArn': { arn: liveTargetGroupArn },
            }),
        },
        ...((one.runningCount ?? 0) > 0 && { working: true as const }),
        tags: fromTagList(one.tags),
        pending: pendingOf(one),
        ...(one.status === 'DRAINING' ? { leaving: true as const } : {}),
      }
    })
  },

  create: async ({ props, tags, token }, { aws }) => {
    const { service: made } = await aws.ecs.createService({
      serviceName: props.serviceName,
      cluster: props.clusterArn,
      taskDefinition: props.taskDefinitionArn,
      desiredCount: props.desiredCount,
      clientToken: token,
      ...placementOf(props),
      ...(props.platformVersion && { platformVersion: props.platformVersion }),
      ...networkConfiguration(props),
      ...(props.loadBalancers.length > 0 && { loadBalancers: awsLoadBalancers(props.loadBalancers) }),
      ...(props.healthCheckGracePeriod && { healthCheckGracePeriodSeconds: props.healthCheckGracePeriod }),
      ...firstConfiguration(pick(props, deploymentPropNames)),
      ...rebalancing(props),
      ...(props.enableExecuteCommand && { enableExecuteCommand: true }),
      tags: tagList(tags),
      propagateTags: 'SERVICE',
      enableECSManagedTags: true,
    })
    return attributesOf(made!, props.clusterArn)
  },

  update: async ({ attributes, observed, props, changed }, { aws }) => {
    const has = (...names: (keyof ServiceProps & string)[]) => names.some(name => changed.includes(name))
    // AWS replaces these structures as a whole, so what is not declared is handed back as it was.
    const whole = { ...observed, ...declared(props) }
    const input: UpdateServiceCommandInput = {
      cluster: attributes.clusterArn,
      service: attributes.serviceName,
      ...(has('taskDefinitionArn') && { taskDefinition: props.taskDefinitionArn }),
      ...(has('desiredCount') && { desiredCount: props.desiredCount }),
      // By itself it would hold for tasks to come only.
      ...(has('capacityProviderStrategy') && {
        capacityProviderStrategy: placementOf(props).capacityProviderStrategy ?? [],
        forceNewDeployment: true,
      }),
      // New percentages are those of the next deployment: the one that they block has to give way to it.
      ...(observed.blocked && has('minimumHealthyPercent', 'maximumPercent') && { forceNewDeployment: true }),
      ...(has('placementStrategy') && { placementStrategy: placementOf(props).placementStrategy ?? [] }),
      ...(has('platformVersion') && { platformVersion: whole.platformVersion }),
      ...(has('subnetIds', 'securityGroupIds', 'assignPublicIp') && networkConfiguration(whole)),
      ...(has('loadBalancers') && { loadBalancers: awsLoadBalancers(props.loadBalancers) }),
      ...(has('healthCheckGracePeriod') && {
        healthCheckGracePeriodSeconds: props.healthCheckGracePeriod ?? 0,
      }),
      ...(has(...deploymentPropNames) && {
        deploymentConfiguration: wholeConfiguration(pick(whole, deploymentPropNames), observed),
        ...rebalancing(whole),
      }),
      ...(has('enableExecuteCommand') && { enableExecuteCommand: props.enableExecuteCommand ?? false }),
    }
    const { service: updated } = await aws.ecs.updateService(input)
    return attributesOf(updated!, attributes.clusterArn)
  },

  retag: ({ arn }, change, { aws }) => retag(arn, change, aws),

  // Forced, it needs no scaling to zero first: AWS drains the tasks all the same.
  delete: async ({ attributes: { clusterArn, serviceName } }, { aws }) => {
    await orAbsent(aws.ecs.deleteService({ cluster: clusterArn, service: serviceName, force: true }))
  },

  ready: async (attributes, { aws }) => {
    const found = await describeServices(attributes, [], aws)
    const deployments = await currentDeployments(found, aws)
    return Promise.all(
      attributes.map(async (one, index): Promise<Readiness<ServiceAttributes>> => {
        const here = found[index]
        const progress =
          here && isShifted(here)
            ? await releaseOf(here, deployments.get(here.currentServiceDeployment ?? ''), one, aws)
            : rolloutOf(here, one.deploymentId)
        return progress.state === 'ready' ? { state: 'ready', attributes: one } : progress
      }),
    )
  },

  gone: async (attributes, { aws }) => {
    const found = await describeServices(attributes, [], aws)
    return found.map(one =>
      !one || one.status === 'INACTIVE'
        ? { state: 'gone' }
        : { state: 'waiting', status: `${one.status}: ${one.runningCount ?? 0} tasks` },
    )
  },
}

function attributesOf(one: Service, clusterArn: string): ServiceAttributes {
  const deploymentId = primaryOf(one)?.id
  return {
    serviceName: one.serviceName!,
    arn: one.serviceArn!,
    clusterArn,
    ...(deploymentId && { deploymentId }),
  }
}

function pendingOf(one: Service): string | undefined {
  if (one.status !== 'ACTIVE') return one.status
  // Where ECS shifts traffic it gives no state; but old and new stand side by side until it is over.
  const state =
    isShifted(one) && (one.deployments ?? []).length > 1 ? inProgress : primaryOf(one)?.rolloutState
  if (state === inProgress) return state
  // Steady, and yet not at work: what has tasks to run and runs none is not as desired.
  const { desiredCount = 0, runningCount = 0 } = one
  return desiredCount > 0 && runningCount === 0 ? `0 of ${desiredCount} tasks run` : undefined
}
