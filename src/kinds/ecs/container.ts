import type { ContainerDefinition } from '@aws-sdk/client-ecs'
import { sorted } from '../../resources/json.ts'

export interface HealthCheck {
  readonly command: readonly string[]
  /** Seconds, like all that follow but `retries`. */
  readonly interval?: number | undefined
  readonly timeout?: number | undefined
  readonly retries?: number | undefined
  readonly startPeriod?: number | undefined
}

export interface MountPoint {
  readonly volume: string
  readonly path: string
  readonly readOnly?: boolean | undefined
}

export interface Container {
  readonly name: string
  readonly image: string
  readonly essential?: boolean | undefined
  /** CPU units: 1024 are one vCPU. */
  readonly cpu?: number | undefined
  /** Hard limit in MiB. */
  readonly memory?: number | undefined
  readonly command?: readonly string[] | undefined
  readonly ports: readonly number[]
  readonly environment: Readonly<Record<string, string>>
  /** Where the agent finds each value: a secret's or a parameter's ARN. */
  readonly secrets: Readonly<Record<string, string>>
  /** Where CloudWatch Logs keeps what it writes. */
  readonly logGroup?: string | undefined
  /** In place of a log group: what the log router beside it does with what it writes. */
  readonly logRouting?: Readonly<Record<string, string>> | undefined
  /** Makes it the log router of the task. */
  readonly logRouter?: 'fluentbit' | undefined
  readonly mountPoints: readonly MountPoint[]
  readonly healthCheck?: HealthCheck | undefined
  /** Seconds from SIGTERM until it is killed. ECS's default is 30. */
  readonly stopTimeout?: number | undefined
}

/** With AWS's defaults filled in and its sets sorted. */
export function normalContainer(container: Container): Container {
  const { name, image, environment, secrets, memory, command, healthCheck, stopTimeout } = container
  const { logGroup, logRouting, logRouter } = container
  return {
    name,
    image,
    essential: container.essential ?? true,
    cpu: container.cpu ?? 0,
    ports: sorted(container.ports),
    environment,
    secrets,
    mountPoints: sorted(
      container.mountPoints.map(({ volume, path, readOnly = false }) => ({ volume, path, readOnly })),
    ),
    ...(logGroup !== undefined && { logGroup }),
    ...(logRouting && { logRouting }),
    ...(logRouter && { logRouter }),
    ...(memory !== undefined && { memory }),
    ...(command?.length && { command }),
    ...(healthCheck && { healthCheck: normalHealthCheck(healthCheck) }),
    ...(stopTimeout !== undefined && { stopTimeout }),
  }
}

/** As RegisterTaskDefinition takes it. Needs awsvpc or a dynamic host port: no host port is fixed. */
export function containerDefinition(container: Container, region: string): ContainerDefinition {
  const { name, image, cpu, memory, command, healthCheck, stopTimeout } = container
  return {
    name,
    image,
    essential: container.essential ?? true,
    ...(cpu !== undefined && { cpu }),
    ...(memory !== undefined && { memory }),
    ...(command?.length && { command: [...command] }),
    portMappings: container.ports.map(containerPort => ({ containerPort, protocol: 'tcp' })),
    environment: byName(container.environment).map(([variable, value]) => ({ name: variable, value })),
    secrets: byName(container.secrets).map(([variable, valueFrom]) => ({ name: variable, valueFrom })),
    ...logConfiguration(container, region),
    ...(container.logRouter && { firelensConfiguration: { type: container.logRouter } }),
    mountPoints: container.mountPoints.map(({ volume, path, readOnly = false }) => ({
      sourceVolume: volume,
      containerPath: path,
      readOnly,
    })),
    ...(healthCheck && { healthCheck: { ...healthCheck, command: [...healthCheck.command] } }),
    ...(stopTimeout !== undefined && { stopTimeout }),
  }
}

export function fromContainerDefinition(definition: ContainerDefinition): Container {
  const { name = '', image = '', essential, cpu, memory, command, healthCheck, stopTimeout } = definition
  return normalContainer({
    name,
    image,
    essential,
    cpu,
    memory,
    command,
    ports: (definition.portMappings ?? []).map(({ containerPort = 0 }) => containerPort),
    environment: Object.fromEntries(
      (definition.environment ?? []).map(({ name: variable = '', value = '' }) => [variable, value]),
    ),
    secrets: Object.fromEntries(
      (definition.secrets ?? []).map(({ name: variable = '', valueFrom = '' }) => [variable, valueFrom]),
    ),
    ...logOf(definition),
    mountPoints: (definition.mountPoints ?? []).map(
      ({ sourceVolume = '', containerPath = '', readOnly = false }) => ({
        volume: sourceVolume,
        path: containerPath,
        readOnly,
      }),
    ),
    healthCheck: healthCheck && { ...healthCheck, command: healthCheck.command ?? [] },
    stopTimeout,
  })
}

function logConfiguration(
  { name, logGroup, logRouting }: Container,
  region: string,
): Pick<ContainerDefinition, 'logConfiguration'> {
  if (logRouting) return { logConfiguration: { logDriver: 'awsfirelens', options: { ...logRouting } } }
  if (logGroup === undefined) return {}
  return {
    logConfiguration: {
      logDriver: 'awslogs',
      options: {
        'awslogs-group': logGroup,
        'awslogs-region': region,
        'awslogs-stream-prefix': name,
      },
    },
  }
}

function logOf({
  logConfiguration: { logDriver, options = {} } = { logDriver: undefined },
  firelensConfiguration,
}: ContainerDefinition): Pick<Container, 'logGroup' | 'logRouting' | 'logRouter'> {
  const routed = logDriver === 'awsfirelens'
  return {
    logGroup: routed ? undefined : options['awslogs-group'],
    logRouting: routed ? options : undefined,
    logRouter: firelensConfiguration?.type === 'fluentbit' ? 'fluentbit' : undefined,
  }
}

function normalHealthCheck({ command, interval, timeout, retries, startPeriod }: HealthCheck): HealthCheck {
  return {
    command,
    interval: interval ?? 30,
    timeout: timeout ?? 5,
    retries: retries ?? 3,
    ...(startPeriod && { startPeriod }),
  }
}

function byName(values: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1))
}
