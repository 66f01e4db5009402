import type { Deployment, LoadBalancer, NetworkConfiguration, Service } from '@aws-sdk/client-ecs'
import { targetGroupAttached } from '../elbv2/target-group.ts'
import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import { clusterOf } from './cluster.ts'
import type { DeploymentRow, ServiceRow } from './deployment.ts'
import {
  deploy,
  drain,
  failedTasks,
  primaryOf,
  progress,
  runningCount,
  scale,
  services,
  statusOf,
} from './deployment.ts'
import { tagListOf, tagNew } from './tags.ts'
import type { TaskDefinitionRow } from './task-definition.ts'
import { findRevision } from './task-definition.ts'

export const serviceOperations = {
  createService: (input, world) => {
    const cluster = clusterOf(world, input.cluster)
    const name = input.serviceName ?? ''
    const arn = world.arn('ecs', `service/${cluster.name}/${name}`)
    const existing = services(world).get(arn)
    const status = existing && statusOf(progress(world, existing), world)
    if (existing && status === 'ACTIVE' && input.clientToken && existing.token === input.clientToken)
      return { service: shown(existing, world, true) }
    if (status === 'DRAINING') refuse('Unable to Start a service that is still Draining.')
    if (status === 'ACTIVE') refuse('Creation of service was not idempotent.')

    const revision = usableRevision(world, input.taskDefinition)
    assertLaunchable(revision, input.launchType)
    assertNetwork(world, revision, input.networkConfiguration)
    assertLoadBalancers(world, revision, input.loadBalancers)
    if (input.healthCheckGracePeriodSeconds && !input.loadBalancers?.length)
      refuse('Health check grace period is only valid for services configured to use load balancers')
    const row = services(world).set(arn, {
      name,
      arn,
      clusterArn: cluster.arn,
      created: world.now(),
      token: input.clientToken,
      launchType: input.launchType === 'FARGATE' ? 'FARGATE' : 'EC2',
      taskDefinitionArn: revision.taskDefinitionArn,
      desiredCount: input.desiredCount ?? 0,
      platformVersion: input.platformVersion ?? (input.launchType === 'FARGATE' ? 'LATEST' : undefined),
      networkConfiguration: input.networkConfiguration,
      loadBalancers: input.loadBalancers ?? [],
      healthCheckGracePeriodSeconds: input.healthCheckGracePeriodSeconds ?? 0,
      deploymentConfiguration: {
        maximumPercent: 200,
        minimumHealthyPercent: 100,
        deploymentCircuitBreaker: { enable: false, rollback: false },
        ...input.deploymentConfiguration,
      },
      enableExecuteCommand: input.enableExecuteCommand ?? false,
      deployments: [],
      tasks: [],
      events: [],
    })
    deploy(world, row)
    tagNew(world, arn, input.tags)
    return { service: shown(row, world, true) }
  },

  describeServices: ({ cluster, services: names = [], include }, world) => {
    const { arn, name: clusterName } = clusterOf(world, cluster)
    if (names.length > 10) refuse('Service names list can have at most 10 items.')
    const rows = names.map(name => find(world, clusterName, name))
    const there = rows.flatMap(row => (row && world.visible(row.created) ? [row] : []))
    return {
      services: there.map(row => shown(row, world, include?.includes('TAGS') ?? false)),
      failures: names
        .filter((_name, index) => !there.some(row => row === rows[index]))
        .map(name => ({
          arn: `${arn.replace(':cluster/', ':service/')}/${name.split('/').at(-1)}`,
          reason: 'MISSING',
        })),
    }
  },

  updateService: ({ service, cluster, forceNewDeployment, ...input }, world) => {
    const row = serviceOf(world, cluster, service)
    if (statusOf(row, world) !== 'ACTIVE')
      throw awsFault('ServiceNotActiveException', 'Service was not ACTIVE.')
    const revision = input.taskDefinition
      ? usableRevision(world, input.taskDefinition)
      : findRevision(world, row.taskDefinitionArn)!
    if (input.networkConfiguration) assertNetwork(world, revision, input.networkConfiguration)
    assertLoadBalancers(world, revision, input.loadBalancers)

    row.desiredCount = input.desiredCount ?? row.desiredCount
    row.healthCheckGracePeriodSeconds =
      input.healthCheckGracePeriodSeconds ?? row.healthCheckGracePeriodSeconds
    row.enableExecuteCommand = input.enableExecuteCommand ?? row.enableExecuteCommand
    row.deploymentConfiguration = { ...row.deploymentConfiguration, ...input.deploymentConfiguration }
    row.taskDefinitionArn = revision.taskDefinitionArn
    row.networkConfiguration = input.networkConfiguration ?? row.networkConfiguration
    row.loadBalancers = input.loadBalancers ?? row.loadBalancers
    row.platformVersion = input.platformVersion ?? row.platformVersion
    const { taskDefinition, networkConfiguration, loadBalancers, platformVersion } = input
    if (forceNewDeployment || taskDefinition || networkConfiguration || loadBalancers || platformVersion)
      deploy(world, row)
    else scale(world, row)
    return { service: shown(row, world, true) }
  },

  deleteService: ({ service, cluster, force }, world) => {
    const row = serviceOf(world, cluster, service)
    if (statusOf(row, world) === 'INACTIVE') throw awsFault('ServiceNotFoundException', 'Service not found.')
    if (!force && row.desiredCount > 0) refuse('The service cannot be stopped while it is scaled above 0.')
    if (statusOf(row, world) === 'ACTIVE') drain(world, row)
    return { service: shown(row, world, false) }
  },
} satisfies Partial<SandboxService<'ecs'>>

function find(world: World, clusterName: string, nameOrArn: string | undefined): ServiceRow | undefined {
  const name = nameOrArn?.split('/').at(-1) ?? ''
  const row = services(world).get(world.arn('ecs', `service/${clusterName}/${name}`))
  return row && progress(world, row)
}

function serviceOf(world: World, cluster: string | undefined, name: string | undefined): ServiceRow {
  const row = find(world, clusterOf(world, cluster).name, name)
  if (!row) throw awsFault('ServiceNotFoundException', 'Service not found.')
  return row
}

function usableRevision(world: World, name: string | undefined): TaskDefinitionRow {
  const revision = findRevision(world, name)
  if (!revision) throw awsFault('ClientException', 'TaskDefinition not found.')
  if (revision.status !== 'ACTIVE') throw awsFault('ClientException', 'TaskDefinition is inactive')
  return revision
}

function assertLaunchable(revision: TaskDefinitionRow, launchType = 'EC2'): void {
  if (!revision.compatibilities?.some(one => one === launchType))
    refuse(`Task definition does not support launch_type ${launchType}.`)
}

function assertNetwork(
  world: World,
  { networkMode }: TaskDefinitionRow,
  configuration: NetworkConfiguration | undefined,
): void {
  const network = configuration?.awsvpcConfiguration
  if (networkMode !== 'awsvpc') {
    if (network)
      refuse(`Network Configuration is not valid for the given networkMode of this task definition.`)
    return
  }
  if (!network?.subnets?.length)
    refuse("Network Configuration must be provided when networkMode 'awsvpc' is specified.")
  for (const id of network.subnets)
    if (!world.table('ec2/subnet').get(id))
      refuse(
        `Error retrieving subnet information for [${id}]: The subnet ID '${id}' does not exist (ErrorCode: InvalidSubnetID.NotFound)`,
      )
  for (const id of network.securityGroups ?? [])
    if (!world.table('ec2/security-group').get(id))
      refuse(
        `Error retrieving security group information for [${id}]: The security group '${id}' does not exist (ErrorCode: InvalidGroup.NotFound)`,
      )
}

function assertLoadBalancers(
  world: World,
  { containerDefinitions = [] }: TaskDefinitionRow,
  loadBalancers: LoadBalancer[] = [],
): void {
  for (const { targetGroupArn = '', containerName, containerPort } of loadBalancers) {
    const container = containerDefinitions.find(({ name }) => name === containerName)
    if (!container) refuse(`The container ${containerName} does not exist in the task definition.`)
    if (!container.portMappings?.some(mapping => mapping.containerPort === containerPort))
      refuse(`The container ${containerName} did not have a container port ${containerPort} defined.`)
    if (!targetGroupAttached(world, targetGroupArn))
      refuse(
        `The target group with targetGroupArn ${targetGroupArn} does not have an associated load balancer.`,
      )
  }
}

function shown(row: ServiceRow, world: World, withTags: boolean): Service {
  const status = statusOf(row, world)
  const running = runningCount(row, world)
  return {
    serviceArn: row.arn,
    serviceName: row.name,
    clusterArn: row.clusterArn,
    status,
    desiredCount: row.desiredCount,
    runningCount: running,
    pendingCount: row.tasks.length - running,
    launchType: row.launchType,
    platformVersion: row.platformVersion,
    taskDefinition: row.taskDefinitionArn,
    deploymentConfiguration: row.deploymentConfiguration,
    // The events say which deployment ended how, long after it has left this list.
    deployments:
      status === 'ACTIVE' ? row.deployments.toReversed().map(one => shownDeployment(row, one, world)) : [],
    events: row.events.slice(0, 100).map(({ id, at, message }) => ({ id, createdAt: new Date(at), message })),
    createdAt: new Date(row.created),
    loadBalancers: row.loadBalancers,
    networkConfiguration: row.networkConfiguration,
    healthCheckGracePeriodSeconds: row.healthCheckGracePeriodSeconds,
    schedulingStrategy: 'REPLICA',
    enableECSManagedTags: true,
    propagateTags: 'SERVICE',
    enableExecuteCommand: row.enableExecuteCommand,
    tags: withTags ? tagListOf(world, row.arn) : [],
  }
}

function shownDeployment(row: ServiceRow, one: DeploymentRow, world: World): Deployment {
  const isPrimary = one === primaryOf(row)
  return {
    id: one.id,
    status: isPrimary ? 'PRIMARY' : 'ACTIVE',
    taskDefinition: one.taskDefinitionArn,
    desiredCount: isPrimary ? row.desiredCount : 0,
    runningCount: runningCount(row, world, one.id),
    failedTasks: failedTasks(one, world),
    createdAt: new Date(one.created),
    rolloutState: one.failed ? 'FAILED' : one.completed ? 'COMPLETED' : 'IN_PROGRESS',
    rolloutStateReason: reasonOf(one),
  }
}

function reasonOf({ id, failed, completed, undoes }: DeploymentRow): string {
  if (failed) return 'ECS deployment circuit breaker: tasks failed to start.'
  if (completed) return `ECS deployment ${id} completed.`
  return undoes
    ? `ECS deployment circuit breaker: rolling back to deploymentId ${id}.`
    : `ECS deployment ${id} in progress.`
}

function refuse(message: string): never {
  throw awsFault('InvalidParameterException', message)
}
