import type { Service } from '@aws-sdk/client-ecs'
import { sorted } from '../../resources/json.ts'
import { blockedBy } from './blocked.ts'
import type { DeploymentProps } from './deployment-configuration.ts'
import { deploymentPropsIn } from './deployment-configuration.ts'
import type { LoadBalancerTarget } from './load-balancer.ts'
import { loadBalancersIn } from './load-balancer.ts'
import type { CapacityShare, PlacementStrategy } from './placement.ts'
import { placementFrom } from './placement.ts'

export interface ServiceProps extends DeploymentProps {
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
  readonly loadBalancers: readonly LoadBalancerTarget[]
  /** Never declared: where the traffic is, read when the service is to be taken off the strategy that moves it. */
  readonly liveTargetGroupArn?: string | undefined
  /** Never declared: its percentages leave the deployment under way no task to stop or start. */
  readonly blocked?: boolean | undefined
  /** Never declared: it has tasks to run, and none runs. */
  readonly idle?: boolean | undefined
  /** Seconds. AWS refuses it without load balancers. */
  readonly healthCheckGracePeriod?: number | undefined
  readonly enableExecuteCommand?: boolean | undefined
  readonly platformVersion?: string | undefined
}

export function propsOf(one: Service, clusterArn: string): ServiceProps {
  const network = one.networkConfiguration?.awsvpcConfiguration
  return {
    serviceName: one.serviceName ?? '',
    clusterArn,
    taskDefinitionArn: one.taskDefinition ?? '',
    desiredCount: one.desiredCount ?? 0,
    ...placementFrom(one),
    subnetIds: sorted(network?.subnets ?? []),
    securityGroupIds: sorted(network?.securityGroups ?? []),
    assignPublicIp: network?.assignPublicIp === 'ENABLED',
    loadBalancers: loadBalancersIn(one),
    ...(blockedBy(one) && { blocked: true }),
    ...((one.desiredCount ?? 0) > 0 && (one.runningCount ?? 0) === 0 && { idle: true }),
    healthCheckGracePeriod: one.healthCheckGracePeriodSeconds ?? 0,
    ...deploymentPropsIn(one.deploymentConfiguration),
    enableExecuteCommand: one.enableExecuteCommand ?? false,
    ...(one.platformVersion && { platformVersion: one.platformVersion }),
  }
}

export function pick<K extends keyof ServiceProps>(
  props: ServiceProps,
  names: readonly K[],
): Pick<ServiceProps, K> {
  const entries = names.filter(name => props[name] !== undefined).map(name => [name, props[name]])
  return Object.fromEntries(entries) as Pick<ServiceProps, K>
}

/** Without the props that nobody declared. */
export function declared(props: ServiceProps): ServiceProps {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined)) as typeof props
}
