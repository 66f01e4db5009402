import type {
  DeploymentConfiguration,
  LoadBalancer as AwsLoadBalancer,
  NetworkConfiguration,
  Service,
  UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs'
import { orAbsent } from '../../aws/errors.ts'
import { sorted } from '../../resources/json.ts'
import type { Kind } from '../../resources/kind.ts'
import { describeServices } from './describe.ts'
import type { CapacityShare, PlacementStrategy } from './placement.ts'
import { placementFrom, placementOf } from './placement.ts'
import { primaryOf, rolloutOf } from './rollout.ts'
import { fromTagList, retag, tagList } from './tags.ts'

export interface ServiceProps {
  readonly serviceName: string
  readonly clusterArn: string
  readonly taskDefinitionArn: string
  readonly desiredCount: number
  readonly launchType?: 'FARGATE' | 'EC2' | undefined
  /** Instead of a launch type. */
  readonly capacityProviderStrategy?: readonly CapacityShare[] | undefined
  readonly placementStrategy?: readonly PlacementStrategy[] | undefined
  /** Empty for tasks that share the network of their instance: this and the next two are then not sent. */
  readonly subnetIds: readonly string[]
  readonly securityGroupIds: readonly string[]
  readonly assignPublicIp: boolean
  readonly loadBalancers: readonly {
    readonly targetGroupArn: string
    readonly containerName: string
    readonly containerPort: number
  }[]
  /** Seconds. AWS refuses it without load balancers. */
  readonly healthCheckGracePeriod?: number | undefined
  readonly minimumHealthyPercent?: number | undefined
  readonly maximumPercent?: number | undefined
  readonly circuitBreaker?: { readonly enable: boolean; readonly rollback: boolean } | undefined
  readonly enableExecuteCommand?: boolean | undefined
  readonly platformVersion?: string | undefined
}

export interface ServiceAttributes {
  readonly serviceName: string
  readonly arn: string
  readonly clusterArn: string
  /** The deployment that the last change started: readiness is judged on it. */
  readonly deploymentId?: string | undefined
}

const restarts = 'restarts tasks'

export const service: Kind<ServiceProps, ServiceAttributes> = {
  type: 'ecs/service',
  label: 'ECS service',
  ownership: 'tags',
  replaceOn: ['serviceName', 'clusterArn', 'launchType'],
  replacement: 'delete-first',
  findBy: ['clusterArn', 'serviceName'],
  seconds: { create: 120, update: 120, delete: 60 },
  effects: {
    taskDefinitionArn: restarts,
    capacityProviderStrategy: restarts,
    subnetIds: restarts,
    securityGroupIds: restarts,
    assignPublicIp: restarts,
    loadBalancers: restarts,
    platformVersion: restarts,
  },

  normalise: props => ({
    ...props,
    subnetIds: sorted(props.subnetIds),
    securityGroupIds: sorted(props.securityGroupIds),
    loadBalancers: sorted(props.loadBalancers),
  }),

  read: async (requests, { aws }) => {
    const wanted = requests.map(({ attributes, props }) => ({
      clusterArn: attributes?.clusterArn ?? props.clusterArn ?? '',
      serviceName: attributes?.serviceName ?? props.serviceName ?? '',
    }))
    const found = await describeServices(wanted, ['TAGS'], aws)
    return found.map((one, index) => {
      if (!one?.serviceArn || one.status === 'INACTIVE') return undefined
      // A name that drains is soon free; until then CreateService asks for patience.
      if (one.status === 'DRAINING' && !requests[index]?.attributes) return undefined
      return {
        attributes: attributesOf(one, wanted[index]!.clusterArn),
        props: propsOf(one, wanted[index]!.clusterArn),
        tags: fromTagList(one.tags),
        pending: pendingOf(one),
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
      ...(props.loadBalancers.length > 0 && { loadBalancers: awsLoadBalancers(props) }),
      ...(props.healthCheckGracePeriod && { healthCheckGracePeriodSeconds: props.healthCheckGracePeriod }),
      ...deploymentConfiguration(props),
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
      ...(has('placementStrategy') && { placementStrategy: placementOf(props).placementStrategy ?? [] }),
      ...(has('platformVersion') && { platformVersion: whole.platformVersion }),
      ...(has('subnetIds', 'securityGroupIds', 'assignPublicIp') && networkConfiguration(whole)),
      ...(has('loadBalancers') && { loadBalancers: awsLoadBalancers(props) }),
      ...(has('healthCheckGracePeriod') && {
        healthCheckGracePeriodSeconds: props.healthCheckGracePeriod ?? 0,
      }),
      ...(has('minimumHealthyPercent', 'maximumPercent', 'circuitBreaker') && deploymentConfiguration(whole)),
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
    return attributes.map((one, index) => {
      const rollout = rolloutOf(found[index], one.deploymentId)
      return rollout.state === 'ready' ? { state: 'ready', attributes: one } : rollout
    })
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

function propsOf(one: Service, clusterArn: string): ServiceProps {
  const network = one.networkConfiguration?.awsvpcConfiguration
  const { minimumHealthyPercent, maximumPercent, deploymentCircuitBreaker } =
    one.deploymentConfiguration ?? {}
  return {
    serviceName: one.serviceName ?? '',
    clusterArn,
    taskDefinitionArn: one.taskDefinition ?? '',
    desiredCount: one.desiredCount ?? 0,
    ...placementFrom(one),
    subnetIds: sorted(network?.subnets ?? []),
    securityGroupIds: sorted(network?.securityGroups ?? []),
    assignPublicIp: network?.assignPublicIp === 'ENABLED',
    loadBalancers: sorted(
      (one.loadBalancers ?? []).map(
        ({ targetGroupArn = '', containerName = '', containerPort = 0 }: AwsLoadBalancer) => ({
          targetGroupArn,
          containerName,
          containerPort,
        }),
      ),
    ),
    healthCheckGracePeriod: one.healthCheckGracePeriodSeconds ?? 0,
    minimumHealthyPercent: minimumHealthyPercent ?? 100,
    maximumPercent: maximumPercent ?? 200,
    circuitBreaker: {
      enable: deploymentCircuitBreaker?.enable ?? false,
      rollback: deploymentCircuitBreaker?.rollback ?? false,
    },
    enableExecuteCommand: one.enableExecuteCommand ?? false,
    ...(one.platformVersion && { platformVersion: one.platformVersion }),
  }
}

function pendingOf(one: Service): string | undefined {
  if (one.status !== 'ACTIVE') return one.status
  const state = primaryOf(one)?.rolloutState
  return state === 'IN_PROGRESS' ? state : undefined
}

function declared(props: ServiceProps): ServiceProps {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined)) as typeof props
}

function networkConfiguration(props: ServiceProps): { networkConfiguration?: NetworkConfiguration } {
  if (props.subnetIds.length === 0) return {}
  return {
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: [...props.subnetIds],
        securityGroups: [...props.securityGroupIds],
        assignPublicIp: props.assignPublicIp ? 'ENABLED' : 'DISABLED',
      },
    },
  }
}

function deploymentConfiguration(props: ServiceProps): { deploymentConfiguration?: DeploymentConfiguration } {
  const { minimumHealthyPercent, maximumPercent, circuitBreaker } = props
  const configuration: DeploymentConfiguration = {
    ...(minimumHealthyPercent !== undefined && { minimumHealthyPercent }),
    ...(maximumPercent !== undefined && { maximumPercent }),
    ...(circuitBreaker && { deploymentCircuitBreaker: { ...circuitBreaker } }),
  }
  return Object.keys(configuration).length > 0 ? { deploymentConfiguration: configuration } : {}
}

function awsLoadBalancers({ loadBalancers }: ServiceProps): AwsLoadBalancer[] {
  return loadBalancers.map(loadBalancer => ({ ...loadBalancer }))
}
