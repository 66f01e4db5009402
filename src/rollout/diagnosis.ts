import type { Task } from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/aws.ts'
import { orAbsent } from '../aws/errors.ts'
import type { Live } from './live.ts'
import { ownContainer } from './live.ts'
import { readHealth } from './traffic.ts'

const tasksLooked = 3
const logLines = 10

/**
 * Why a version does not run, as lines: stop reasons, exit codes, the last lines of its log, what the load balancer says.
 * Never rejects: a failure must not be hidden by what was to explain it.
 */
export async function diagnose(live: Live, taskDefinition: string, aws: Aws): Promise<string[]> {
  const parts = await Promise.allSettled([
    stoppedTasks(live, taskDefinition, aws),
    sickTargets(live, aws),
    serviceEvents(live, aws),
  ])
  return [...new Set(parts.flatMap(part => (part.status === 'fulfilled' ? part.value : [])))]
}

async function stoppedTasks(live: Live, taskDefinition: string, aws: Aws): Promise<string[]> {
  const { cluster, serviceName } = live.target
  const { taskArns = [] } = await aws.ecs.listTasks({ cluster, serviceName, desiredStatus: 'STOPPED' })
  if (taskArns.length === 0) return []
  const { tasks = [] } = await aws.ecs.describeTasks({ cluster, tasks: taskArns.slice(0, 100) })
  const ours = tasks
    .filter(task => task.taskDefinitionArn === taskDefinition)
    .toSorted((a, b) => (b.stoppedAt?.getTime() ?? 0) - (a.stoppedAt?.getTime() ?? 0))
    .slice(0, tasksLooked)
  const lines = await Promise.all(
    ours.map(async task => [...reasonsOf(task), ...(await logOf(task, live, aws))]),
  )
  return lines.flat()
}

/** How a task ended: ECS's reason and what each container had to say. */
export function reasonsOf({ stoppedReason, containers = [] }: Task): string[] {
  return [
    ...(stoppedReason ? [`task stopped: ${stoppedReason}`] : []),
    ...containers.flatMap(({ name, exitCode, reason }) => {
      if (reason) return [`container ${name}: ${reason}`]
      return exitCode === undefined || exitCode === 0 ? [] : [`container ${name}: exit code ${exitCode}`]
    }),
  ]
}

/** The last lines of a task's own container, where they go to CloudWatch Logs. */
export async function logOf(task: Task, { taskDefinition, target }: Live, aws: Aws): Promise<string[]> {
  const own = ownContainer(taskDefinition, target.name)
  const options = own?.logConfiguration?.options
  const group = options?.['awslogs-group']
  const prefix = options?.['awslogs-stream-prefix']
  const id = task.taskArn?.split('/').at(-1)
  if (!own || !group || !prefix || !id) return []
  const answer = await orAbsent(
    aws.logs.getLogEvents({
      logGroupName: group,
      logStreamName: `${prefix}/${own.name}/${id}`,
      limit: logLines,
      startFromHead: false,
    }),
  )
  return (answer?.events ?? []).map(({ message = '' }) => `log: ${message.trimEnd()}`)
}

async function sickTargets({ ends, service }: Live, aws: Aws): Promise<string[]> {
  const groups = ends?.targetGroups ?? (service.loadBalancers ?? []).flatMap(one => one.targetGroupArn ?? [])
  const found = await Promise.all(groups.map(group => readHealth(aws, group)))
  return found.flatMap(({ reasons }) => reasons)
}

/** What the service itself has said last of trouble. */
async function serviceEvents({ target: { cluster, serviceName } }: Live, aws: Aws): Promise<string[]> {
  const { services = [] } = await aws.ecs.describeServices({ cluster, services: [serviceName] })
  return (services[0]?.events ?? [])
    .flatMap(({ message }) => message ?? [])
    .filter(message => /unable|fail|unhealthy|stopped|error/i.test(message))
    .slice(0, 3)
}
