import type {
  CapacityProviderStrategyItem,
  ContainerImage,
  PlacementStrategy,
  DeploymentConfiguration,
  DeploymentLifecycleHookAction,
  DeploymentLifecycleHookStatus,
  DeploymentStrategy,
  LoadBalancer,
  NetworkConfiguration,
  ServiceDeploymentStatus,
} from '@aws-sdk/client-ecs'
import type { World } from '../world.ts'

/** All times are milliseconds since the epoch; a task's future is written into it when it starts. */
export interface TaskRow {
  readonly id: string
  /** Of the service revision. */
  readonly revision: number
  readonly interfaceId?: string | undefined
  /** Its private IP address, by which it is registered as a target. */
  readonly address: string
  readonly created: number
  readonly placedAt: number
  readonly pulledAt: number
  readonly runningAt: number
  /** What the load balancer finds, if the image behaves; undefined without one. */
  readonly target?: {
    readonly unhealthyAt?: number
    readonly healthyAt: number
    /** Where the application never answers. */
    readonly gaveUpAt: number
  }
  /** When ECS counts it as healthy. */
  readonly healthyAt: number
  /** When ECS replaces it since it fails its checks before it can pass them. */
  readonly failsAt?: number
  /** Its targets drain from then on, then it gets SIGTERM, and then it is gone. */
  drainingAt?: number
  stoppingAt?: number
  stoppedAt?: number
}

export interface StoppedTask {
  readonly id: string
  readonly revision: number
  readonly created: number
  readonly startedAt?: number | undefined
  readonly stoppedAt: number
  readonly code: 'TaskFailedToStart' | 'EssentialContainerExited' | 'ServiceSchedulerInitiated'
  readonly reason: string
  readonly exitCode?: number | undefined
}

/** What a deployment brings into service. Never changes, but for whether its tasks are wanted and how they fare. */
export interface RevisionRow {
  readonly number: number
  readonly created: number
  readonly taskDefinitionArn: string
  readonly platformVersion: string | undefined
  readonly networkConfiguration: NetworkConfiguration | undefined
  readonly loadBalancers: LoadBalancer[]
  /** Where its tasks are registered, one for each of `loadBalancers`. */
  readonly targetGroupArns: string[]
  /** What its first tasks have pulled; all later ones run the same. */
  images?: readonly ContainerImage[]
  /** Its tasks are wanted, as many as the service desires. */
  up: boolean
  /** When the last of its tasks was started. Undefined while they cannot start. */
  startedAt?: number | undefined
  /** How long one task after the other takes that fails. Milliseconds. */
  failsEvery?: number
  /** Since when its tasks fail to start. */
  failingAt?: number | undefined
  /** Failed starts told so far. */
  failures: number
}

/** `PRE_PRODUCTION_TRAFFIC_SHIFT` can be hooked but is never reported. */
export type Stage =
  | 'RECONCILE_SERVICE'
  | 'PRE_SCALE_UP'
  | 'SCALE_UP'
  | 'POST_SCALE_UP'
  | 'TEST_TRAFFIC_SHIFT'
  | 'POST_TEST_TRAFFIC_SHIFT'
  | 'PRE_PRODUCTION_TRAFFIC_SHIFT'
  | 'PRODUCTION_TRAFFIC_SHIFT'
  | 'POST_PRODUCTION_TRAFFIC_SHIFT'
  | 'BAKE_TIME'
  | 'CLEAN_UP'

export interface HookRow {
  readonly id: string
  readonly expiresAt: number
  readonly timeoutAction: DeploymentLifecycleHookAction
  status: DeploymentLifecycleHookStatus
  resolvedAt?: number
}

export interface DeploymentRow {
  readonly arn: string
  readonly created: number
  readonly strategy: DeploymentStrategy
  readonly configuration: DeploymentConfiguration
  /** Revision numbers; the one with the production traffic first. */
  readonly sources: readonly number[]
  readonly target: number
  status: ServiceDeploymentStatus
  reason?: string
  stage: Stage
  stageAt: number
  /** When the traffic of this stage has moved. */
  shiftedAt?: number | undefined
  /** The target's share of the traffic, in percent. */
  production: number
  test: number
  /** Those of the present stage. */
  hooks: HookRow[]
  /** In ALARM at the start: without meaning for this deployment. */
  readonly ignoredAlarms: readonly string[]
  triggeredAlarms: string[]
  rollback?: {
    readonly reason: string
    readonly startedAt: number
    readonly to?: number | undefined
    phase: 'scale' | 'shift' | 'drain'
    phaseAt: number
  }
  /** Rolling: up to when its tasks have been started and stopped. */
  rolledAt?: number
  /** Rolling: its percentages leave no task to start or stop, and nothing will change that. */
  stuck?: boolean
  finishedAt?: number
  stoppedAt?: number
}

/** Something that will happen to a deployment unless something else happens before. */
export interface Move {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly make: () => void
}

export interface ServiceRow {
  readonly name: string
  readonly arn: string
  readonly clusterArn: string
  readonly created: number
  readonly token: string | undefined
  /** Undefined where a strategy says where tasks run. */
  readonly launchType: 'FARGATE' | 'EC2' | undefined
  capacityProviderStrategy?: CapacityProviderStrategyItem[] | undefined
  placementStrategy?: PlacementStrategy[] | undefined
  taskDefinitionArn: string
  desiredCount: number
  platformVersion?: string | undefined
  networkConfiguration?: NetworkConfiguration | undefined
  loadBalancers: LoadBalancer[]
  healthCheckGracePeriodSeconds: number
  deploymentConfiguration: DeploymentConfiguration
  enableExecuteCommand: boolean
  /** Both oldest first. */
  revisions: RevisionRow[]
  deployments: DeploymentRow[]
  tasks: TaskRow[]
  /** Newest last. AWS forgets them after about an hour. */
  stopped: StoppedTask[]
  /** Newest first, as AWS lists them. */
  events: { readonly id: string; readonly at: number; readonly message: string }[]
  /** Set by DeleteService: DRAINING until then, INACTIVE from then on. */
  drainedAt?: number
}

export const services = (world: World) => world.table<ServiceRow>('ecs/service')

export function statusOf({ drainedAt }: ServiceRow, world: World): 'ACTIVE' | 'DRAINING' | 'INACTIVE' {
  if (drainedAt === undefined) return 'ACTIVE'
  return drainedAt > world.now() ? 'DRAINING' : 'INACTIVE'
}

export function revisionOf({ revisions }: ServiceRow, number: number): RevisionRow {
  return revisions.find(one => one.number === number)!
}

/** `<service ARN>` with another resource type: `arn:…:service-revision/<cluster>/<service>/<id>`. */
export function arnInside({ arn }: Pick<ServiceRow, 'arn'>, type: string, id: string | number): string {
  return `${arn.replace(':service/', `:${type}/`)}/${id}`
}

export function tell(world: World, row: ServiceRow, message: string, at: number): void {
  row.events.unshift({ id: world.id('', 32), at, message: `(service ${row.name}) ${message}` })
}
