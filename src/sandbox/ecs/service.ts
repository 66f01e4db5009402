import type { Service } from '@aws-sdk/client-ecs'
import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import { clusterOf } from './cluster.ts'
import { deploy, drain, primaryOf, progress, shownDeployments, servicesIn } from './deployment.ts'
import { completed } from './deployment-configuration.ts'
import { fleetOf, runningCount } from './fleet.ts'
import type { ServiceRow } from './rows.ts'
import { arnInside, services, statusOf } from './rows.ts'
import {
  assertLaunchable,
  assertLoadBalancers,
  assertNetwork,
  assertStrategy,
  launchTypeOf,
} from './service-checks.ts'
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
    assertStrategy(cluster, input.capacityProviderStrategy)
    const launchType = launchTypeOf(input)
    assertLaunchable(revision, launchType)
    assertNetwork(world, revision, input.networkConfiguration, launchType)
    const deploymentConfiguration = completed(input.deploymentConfiguration, {})
    assertLoadBalancers(world, revision, { ...input, deploymentConfiguration })
    if (input.healthCheckGracePeriodSeconds && !input.loadBalancers?.length)
      refuse('Health check grace period is only valid for services configured to use load balancers')
    const row = services(world).set(arn, {
      name,
      arn,
      clusterArn: cluster.arn,
      created: world.now(),
      token: input.clientToken,
      launchType: input.capacityProviderStrategy?.length ? undefined : launchType,
      capacityProviderStrategy: input.capacityProviderStrategy,
      placementStrategy: input.placementStrategy,
      taskDefinitionArn: revision.taskDefinitionArn,
      desiredCount: input.desiredCount ?? 0,
      platformVersion: input.platformVersion ?? (launchType === 'FARGATE' ? 'LATEST' : undefined),
      networkConfiguration: input.networkConfiguration,
      loadBalancers: input.loadBalancers ?? [],
      healthCheckGracePeriodSeconds: input.healthCheckGracePeriodSeconds ?? 0,
      deploymentConfiguration,
      enableExecuteCommand: input.enableExecuteCommand ?? false,
      revisions: [],
      deployments: [],
      tasks: [],
      stopped: [],
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

  listServices: ({ cluster }, world) => ({
    serviceArns: servicesIn(world, clusterOf(world, cluster).arn).map(({ arn }) => arn),
  }),

  updateService: ({ service, cluster, forceNewDeployment, ...input }, world) => {
    const row = serviceOf(world, cluster, service)
    if (statusOf(row, world) !== 'ACTIVE')
      throw awsFault('ServiceNotActiveException', 'Service was not ACTIVE.')
    const revision = input.taskDefinition
      ? usableRevision(world, input.taskDefinition)
      : findRevision(world, row.taskDefinitionArn)!
    if (input.networkConfiguration)
      assertNetwork(world, revision, input.networkConfiguration, launchTypeOf(row))
    const deploymentConfiguration = input.deploymentConfiguration
      ? completed(input.deploymentConfiguration, row.deploymentConfiguration)
      : row.deploymentConfiguration
    const loadBalancers = input.loadBalancers ?? row.loadBalancers
    assertLoadBalancers(world, revision, { loadBalancers, deploymentConfiguration })

    row.desiredCount = input.desiredCount ?? row.desiredCount
    row.healthCheckGracePeriodSeconds =
      input.healthCheckGracePeriodSeconds ?? row.healthCheckGracePeriodSeconds
    row.enableExecuteCommand = input.enableExecuteCommand ?? row.enableExecuteCommand
    row.deploymentConfiguration = deploymentConfiguration
    row.taskDefinitionArn = revision.taskDefinitionArn
    row.networkConfiguration = input.networkConfiguration ?? row.networkConfiguration
    row.loadBalancers = loadBalancers
    row.platformVersion = input.platformVersion ?? row.platformVersion
    row.placementStrategy = input.placementStrategy ?? row.placementStrategy
    if (input.capacityProviderStrategy) {
      assertStrategy(clusterOf(world, cluster), input.capacityProviderStrategy)
      row.capacityProviderStrategy = input.capacityProviderStrategy
    }
    const { taskDefinition, networkConfiguration, platformVersion } = input
    if (
      forceNewDeployment ||
      taskDefinition ||
      networkConfiguration ||
      input.loadBalancers ||
      platformVersion
    )
      deploy(world, row)
    else progress(world, row)
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

function shown(row: ServiceRow, world: World, withTags: boolean): Service {
  const status = statusOf(row, world)
  const running = runningCount(row, world)
  const primary = primaryOf(row)
  return {
    serviceArn: row.arn,
    serviceName: row.name,
    clusterArn: row.clusterArn,
    status,
    desiredCount: row.desiredCount,
    runningCount: running,
    pendingCount: row.tasks.length - running,
    launchType: row.capacityProviderStrategy?.length ? undefined : row.launchType,
    capacityProviderStrategy: row.capacityProviderStrategy,
    placementStrategy: row.placementStrategy,
    platformVersion: row.platformVersion,
    taskDefinition: row.taskDefinitionArn,
    deploymentConfiguration: row.deploymentConfiguration,
    deploymentController: { type: 'ECS' },
    // The events say which deployment ended how, long after it has left this list.
    deployments: status === 'ACTIVE' ? shownDeployments(row, world) : [],
    currentServiceDeployment: row.deployments.at(-1)?.arn,
    currentServiceRevisions: [
      {
        arn: arnInside(row, 'service-revision', primary.number),
        requestedTaskCount: row.desiredCount,
        runningTaskCount: fleetOf(row, primary).filter(({ runningAt }) => runningAt <= world.now()).length,
      },
    ],
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

function refuse(message: string): never {
  throw awsFault('InvalidParameterException', message)
}
