import type { DeploymentConfiguration, LoadBalancer, NetworkConfiguration } from '@aws-sdk/client-ecs'
import { attachInterface, releaseInterface } from '../ec2/interface.ts'
import { tagged } from '../tagged.ts'
import type { World } from '../world.ts'
import { imagesMissing } from './image.ts'

interface TaskRow {
  readonly id: string
  readonly deploymentId: string
  readonly interfaceId?: string | undefined
  readonly runningAt: number
  stoppedAt?: number
}

export interface DeploymentRow {
  readonly id: string
  readonly taskDefinitionArn: string
  readonly created: number
  /** When its last task runs. Undefined while its tasks cannot start. */
  steadyAt?: number
  completed?: true
  failed?: true
  /** The failed deployment that this one undoes. */
  readonly undoes?: string | undefined
}

export interface ServiceRow {
  readonly name: string
  readonly arn: string
  readonly clusterArn: string
  readonly created: number
  readonly token: string | undefined
  readonly launchType: 'FARGATE' | 'EC2'
  taskDefinitionArn: string
  desiredCount: number
  platformVersion?: string | undefined
  networkConfiguration?: NetworkConfiguration | undefined
  loadBalancers: LoadBalancer[]
  healthCheckGracePeriodSeconds: number
  deploymentConfiguration: DeploymentConfiguration
  enableExecuteCommand: boolean
  /** Oldest first; the last is the primary. */
  deployments: DeploymentRow[]
  tasks: TaskRow[]
  /** Newest first, as AWS lists them. */
  events: { readonly id: string; readonly at: number; readonly message: string }[]
  /** Set by DeleteService: DRAINING until then, INACTIVE from then on. */
  drainedAt?: number
}

export const services = (world: World) => world.table<ServiceRow>('ecs/service')

/** The cluster's services that are not INACTIVE. */
export function servicesIn(world: World, clusterArn: string): ServiceRow[] {
  return services(world)
    .list()
    .filter(row => row.clusterArn === clusterArn)
    .filter(row => statusOf(progress(world, row), world) !== 'INACTIVE')
}

export function statusOf({ drainedAt }: ServiceRow, world: World): 'ACTIVE' | 'DRAINING' | 'INACTIVE' {
  if (drainedAt === undefined) return 'ACTIVE'
  return drainedAt > world.now() ? 'DRAINING' : 'INACTIVE'
}

export function primaryOf({ deployments }: ServiceRow): DeploymentRow {
  return deployments.at(-1)!
}

/** Replaces the tasks by new ones of the service's present task definition. */
export function deploy(world: World, row: ServiceRow, undoes?: string): void {
  const id = `ecs-svc/${Number.parseInt(world.id('', 13), 16)}`
  row.deployments.push({ id, taskDefinitionArn: row.taskDefinitionArn, created: world.now(), undoes })
  scale(world, row)
}

/** Starts and stops tasks of the primary deployment until they are as many as desired, if AWS can pull their images. */
export function scale(world: World, row: ServiceRow): void {
  const primary = primaryOf(row)
  const staying = row.tasks.filter(task => task.deploymentId === primary.id && task.stoppedAt === undefined)
  const missing = row.desiredCount - staying.length
  if (missing > 0) {
    if (imagesMissing(world, primary.taskDefinitionArn).length > 0) return
    primary.steadyAt = world.after('service steady')
    for (let number = 1; number <= missing; number++) start(world, row, number / missing)
  } else {
    primary.steadyAt ??= world.now()
    for (const task of staying.slice(row.desiredCount)) stop(world, task, world.after('service drain'))
  }
  for (const task of row.tasks)
    if (task.deploymentId !== primary.id && task.stoppedAt === undefined)
      stop(world, task, Math.max(primary.steadyAt, world.now()))
}

export function drain(world: World, row: ServiceRow): void {
  row.desiredCount = 0
  row.drainedAt = row.tasks.length > 0 ? world.after('service drain') : world.now()
  for (const task of row.tasks) stop(world, task, row.drainedAt)
}

/** Brings a row up to the present: what would have happened since the last request has then happened. */
export function progress(world: World, row: ServiceRow): ServiceRow {
  row.tasks = row.tasks.filter(({ stoppedAt }) => stoppedAt === undefined || stoppedAt > world.now())
  if (statusOf(row, world) === 'INACTIVE') tagged(world).remove(row.arn)
  if (row.drainedAt !== undefined) return row

  const primary = primaryOf(row)
  // An image that was missing may have been pushed meanwhile.
  if (!primary.failed) scale(world, row)
  if (primary.completed || primary.failed) return row
  if (primary.steadyAt !== undefined && primary.steadyAt <= world.now()) complete(world, row, primary)
  else if (primary.steadyAt === undefined) breakCircuit(world, row, primary)
  return row
}

export function runningCount({ tasks }: ServiceRow, world: World, deploymentId?: string): number {
  return tasks
    .filter(task => deploymentId === undefined || task.deploymentId === deploymentId)
    .filter(({ runningAt }) => runningAt <= world.now()).length
}

/** One failed start a minute, as long as images are missing. */
export function failedTasks({ created, steadyAt }: DeploymentRow, world: World): number {
  return steadyAt === undefined ? Math.floor((world.now() - created) / 60_000) : 0
}

function start(world: World, { tasks, deployments, networkConfiguration }: ServiceRow, share: number): void {
  const { subnets = [], securityGroups = [] } = networkConfiguration?.awsvpcConfiguration ?? {}
  const subnetId = subnets[tasks.length % subnets.length]
  const { id: deploymentId, steadyAt = world.now() } = deployments.at(-1)!
  const task = world.id('', 32)
  tasks.push({
    id: task,
    deploymentId,
    // One after the other, the last at the moment the service is steady.
    runningAt: world.now() + ((steadyAt - world.now()) * (1 + share)) / 2,
    interfaceId: subnetId
      ? attachInterface(world, {
          subnetId,
          groupIds: securityGroups,
          description: world.arn('ecs', `attachment/${task}`),
        })
      : undefined,
  })
}

function stop(world: World, task: TaskRow, at: number): void {
  task.stoppedAt = Math.min(at, task.stoppedAt ?? at)
  if (task.interfaceId) releaseInterface(world, task.interfaceId, task.stoppedAt)
}

function complete(world: World, row: ServiceRow, primary: DeploymentRow): void {
  primary.completed = true
  row.deployments = [primary]
  tell(world, row, `(deployment ${primary.id}) deployment completed.`, primary.steadyAt)
  tell(world, row, 'has reached a steady state.', primary.steadyAt)
}

/** Without a circuit breaker AWS would try for ever. */
function breakCircuit(world: World, row: ServiceRow, primary: DeploymentRow): void {
  const { enable, rollback } = row.deploymentConfiguration.deploymentCircuitBreaker ?? {}
  if (!enable || world.now() < primary.created + world.seconds('service failing') * 1000) return
  primary.failed = true
  const [image] = imagesMissing(world, primary.taskDefinitionArn)
  tell(world, row, `failed to start a task: CannotPullContainerError: ${image}: not found.`)
  tell(world, row, `(deployment ${primary.id}) deployment failed: tasks failed to start.`)
  const last = row.deployments.findLast(({ completed }) => completed)
  if (!rollback || !last || primary.undoes) return
  row.taskDefinitionArn = last.taskDefinitionArn
  deploy(world, row, primary.id)
  tell(world, row, `rolling back to deployment ${primaryOf(row).id}.`)
}

function tell(world: World, row: ServiceRow, message: string, at = world.now()): void {
  row.events.unshift({ id: world.id('', 32), at, message: `(service ${row.name}) ${message}` })
}
