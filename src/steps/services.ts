import type { ServiceConfig, StackConfig } from '../config/schema/stack.ts'
import type { ContainerHealthCheck } from '../config/schema/container.ts'
import { gracePeriod } from '../config/health-check.ts'
import { startCount } from '../config/task-counts.ts'
import type { Reference } from '../resources/reference.ts'
import { copied, text } from '../resources/reference.ts'
import type { Capacity } from './capacity.ts'
import type { Cluster } from './cluster.ts'
import type { Declare } from './declare.ts'
import { ready } from './declare.ts'
import { deploymentProps, infrastructureRole, loadBalancerTargets, rollbackAlarms } from './deployments.ts'
import type { Facts, RunningService } from './facts.ts'
import type { Roles } from './identity.ts'
import type { LogGroups } from './logs.ts'
import type { LoadBalancing } from './load-balancer.ts'
import type { Names } from './names.ts'
import { serviceName } from './names.ts'
import type { Network } from './network.ts'
import type { Registry } from './registry.ts'
import type { Search } from './search.ts'
import { logRouter, routingOptions } from './search.ts'
import type { SecurityGroups } from './security-groups.ts'
import type { Wiring } from './wiring.ts'

/** What the earlier steps have made for services. */
export interface Ground {
  readonly network: Network
  readonly groups: SecurityGroups
  readonly registry: Registry
  readonly cluster: Cluster
  readonly capacity: Capacity
  readonly loadBalancing: LoadBalancing | undefined
  readonly logGroups: LogGroups
  readonly search: Search | undefined
  readonly roles: ReadonlyMap<string, Roles>
  readonly wirings: ReadonlyMap<string, Wiring>
}

/** Gives the names of those that wait for an image. */
export function services(
  declare: Declare,
  config: StackConfig,
  ground: Ground,
  facts: Facts,
  names: Names,
): ReadonlySet<string> {
  const awaiting = new Set<string>()
  const mover = infrastructureRole(declare, config, facts, names)
  for (const [name, service] of Object.entries(config.services)) {
    const { network, groups, cluster, capacity, loadBalancing, roles, wirings } = ground
    const onInstances = service.capacity === 'ec2'
    const strategy = capacity.strategyOf(service)
    const target = loadBalancing?.targets.get(name)
    const { execution, task } = roles.get(name)!
    const running = facts.running[name]
    const needed = [
      // What runs goes on, whatever has become of its tag; only another tag in the config is waited for.
      ...(running && keepsImage(running, service, ground.registry)
        ? []
        : missingImage(name, service, ground.registry, facts)),
      ...missingValues(wirings.get(name)!, facts),
    ]
    const starts = needed.length === 0 ? startOf(config, name, facts) : undefined
    const awaits = starts === undefined ? needed : [starts]
    const keepsVersion = running !== undefined && awaits.length > 0
    if (awaits.length > 0 && !keepsVersion) awaiting.add(name)
    const taskDefinition = declareTaskDefinition(declare, name, service, ground, names, keepsVersion)
    const named = serviceName(config, name)
    const alarmNames = rollbackAlarms(declare, name, service, { target, loadBalancing, names })
    declare(
      addressOf(name),
      'ecs/service',
      {
        serviceName: named,
        clusterArn: cluster.out.arn,
        taskDefinitionArn: copied(taskDefinition.out.arn),
        desiredCount: awaits.length === 0 ? service.desiredCount : 0,
        ...(strategy
          ? { capacityProviderStrategy: strategy }
          : { launchType: onInstances ? ('EC2' as const) : ('FARGATE' as const) }),
        placementStrategy: onInstances ? spread : undefined,
        subnetIds: network.taskSubnets.map(({ out }) => out.subnetId),
        securityGroupIds: [groups.tasks.out.groupId],
        // A task on an instance gets no public address: it reaches the internet from private subnets only.
        assignPublicIp: !onInstances && network.tasksArePublic,
        loadBalancers: loadBalancerTargets(name, target, mover),
        healthCheckGracePeriod: target ? gracePeriod(service) : undefined,
        ...deploymentProps(service, alarmNames),
        ...(keepsVersion ? running.version : {}),
      },
      {
        name: named,
        awaits,
        keepsVersion,
        startedByRelease: starts !== undefined,
        // Autoscaling owns the count of what has been started; what waits has none.
        released: service.scaling && (awaits.length === 0 || keepsVersion) ? ['desiredCount'] : undefined,
        after: [
          ...network.outbound,
          ...(strategy ? capacity.after : []),
          ...(target?.attached ?? []),
          ...(target?.alternate && mover ? [ready(mover)] : []),
          ...[execution, ...(task ? [task] : [])].map(ready),
          ...wirings.get(name)!.after,
          ...service.after.map(other => ready({ address: addressOf(other) })),
        ],
        origin: `services.${name}`,
      },
    )
  }
  return awaiting
}

/**
 * What a first start is made by where it is no mere change of the desired count: a release, which runs the release
 * command before the first task. What comes `after` such a service starts after it.
 */
function startOf({ services }: StackConfig, name: string, facts: Facts): string | undefined {
  if (!isStartedByRelease(services, name, facts)) return undefined
  const { release, after } = services[name]!
  if (release) return `its release command (${release.command.join(' ')})`
  return `the start of ${after.filter(other => isStartedByRelease(services, other, facts)).join(', ')}`
}

/** True when `up` may have to start a service by a release. */
export function hasReleaseCommand({ services }: StackConfig): boolean {
  return Object.values(services).some(({ release }) => release !== undefined)
}

function isStartedByRelease(services: StackConfig['services'], name: string, facts: Facts): boolean {
  const service = services[name]
  if (!service || facts.running[name] || startCount(service) === 0) return false
  return (
    service.release !== undefined || service.after.some(other => isStartedByRelease(services, other, facts))
  )
}

function declareTaskDefinition(
  declare: Declare,
  name: string,
  service: ServiceConfig,
  { registry, logGroups, search, roles, wirings }: Ground,
  names: Names,
  held: boolean,
) {
  const { environment, secrets, mounts } = wirings.get(name)!
  const { execution, task } = roles.get(name)!
  const logGroup = copied(logGroups.get(name)!.out.logGroupName)
  const routed = service.logging === 'search' ? search : undefined
  const family = names.of(name, 'taskDefinition')
  return declare(
    `services/${name}.task`,
    'ecs/task-definition',
    {
      family,
      networkMode: 'awsvpc',
      requiresCompatibilities: [service.capacity === 'ec2' ? 'EC2' : 'FARGATE'],
      cpu: String(service.cpu),
      memory: String(service.memory),
      cpuArchitecture: service.architecture === 'arm64' ? 'ARM64' : 'X86_64',
      executionRoleArn: copied(execution.out.arn),
      taskRoleArn: task && copied(task.out.arn),
      containers: [
        {
          name,
          image: imageOf(service, registry),
          command: service.command,
          ports: service.port === undefined ? [] : [service.port],
          environment,
          secrets,
          ...(routed ? { logRouting: routingOptions(name, routed) } : { logGroup }),
          healthCheck: service.containerHealthCheck && healthCheckOf(service.containerHealthCheck),
          stopTimeout: service.stopTimeout,
          mountPoints: mounts.map(({ name: volume, path }) => ({ volume, path })),
        },
        ...(routed ? [logRouter(routed, logGroup)] : []),
      ],
      volumes: mounts.map(({ name: volume, used }) => ({
        name: volume,
        efs: {
          fileSystemId: copied(used.fileSystem.out.fileSystemId),
          accessPointId: copied(used.accessPoint.out.accessPointId),
          transitEncryption: true,
          iam: true,
        },
      })),
    },
    { name: family, held, origin: `services.${name}` },
  )
}

/** Over zones first, then over the instances of each. */
const spread = [
  { type: 'spread' as const, field: 'attribute:ecs.availability-zone' },
  { type: 'spread' as const, field: 'instanceId' },
]

function healthCheckOf({ command, ...times }: ContainerHealthCheck) {
  return { ...times, command: typeof command === 'string' ? ['CMD-SHELL', command] : ['CMD', ...command] }
}

/** The name that a service has in ECS: it changes when the service is replaced. */
export function nameInEcs(service: string): Reference<string> {
  return { reference: addressOf(service), attribute: 'serviceName', holds: false, declared: true }
}

function addressOf(service: string): string {
  return `services/${service}`
}

function imageOf({ image, repository, tag }: ServiceConfig, registry: Registry) {
  const from = repository === undefined ? undefined : registry.get(repository)
  return from ? text`${from.repository.out.uri}:${tag}` : image!
}

/** What a service waits for when nobody has pushed its image, in words. */
export function pushOf({
  repositoryName,
  tag,
}: {
  readonly repositoryName: string
  readonly tag: string
}): string {
  return `a push of ${repositoryName}:${tag}`
}

/** True when the config names the image that it named when what runs was started. */
function keepsImage(
  { image }: RunningService,
  { repository, tag }: ServiceConfig,
  registry: Registry,
): boolean {
  const from = repository === undefined ? undefined : registry.get(repository)
  return image === undefined || from === undefined || image.endsWith(`/${from.repositoryName}:${tag}`)
}

/** The image that has to be pushed before a task can start. */
function missingImage(
  name: string,
  { repository, tag }: ServiceConfig,
  registry: Registry,
  { images }: Facts,
): string[] {
  const from = repository === undefined ? undefined : registry.get(repository)
  return from && !images[name] ? [pushOf({ repositoryName: from.repositoryName, tag })] : []
}

/** The secrets without which ECS would start no task. */
function missingValues({ secretNames }: Wiring, { secrets }: Facts): string[] {
  return secretNames.filter(name => !secrets[name]).map(name => `provision secret set ${name}`)
}
