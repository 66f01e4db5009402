import { attachInterface, keepInterface, releaseInterface } from '../ec2/interface.ts'
import { deregistrationDelay, vpcOfTargets } from '../elbv2/target-group.ts'
import { writeLog } from '../log-events.ts'
import type { World } from '../world.ts'
import { behaviourOf, imagesPulled, startTrouble } from './image.ts'
import type { RevisionRow, ServiceRow, TaskRow } from './rows.ts'
import { revisionOf, tell } from './rows.ts'
import { findRevision } from './task-definition.ts'

const minute = 60_000
/** More than this many stopped tasks explain nothing further. */
const stoppedKept = 10

/** The revision's tasks that are to stay. */
export function fleetOf({ tasks }: ServiceRow, { number }: RevisionRow): TaskRow[] {
  return tasks.filter(task => task.revision === number && task.stoppedAt === undefined)
}

/** Starts and stops tasks of a revision until they are as many as the service desires, if they can start at all. */
export function scale(world: World, row: ServiceRow, revision: RevisionRow, at: number): void {
  const staying = fleetOf(row, revision)
  const missing = row.desiredCount - staying.length
  if (missing <= 0) {
    revision.failingAt = undefined
    revision.steadyAt ??= at
    for (const task of staying.slice(row.desiredCount)) stopTask(world, row, task, at)
    return
  }
  startTasks(world, row, revision, { count: missing, at })
}

/** Starts so many tasks of a revision, if they can start at all. */
export function startTasks(
  world: World,
  row: ServiceRow,
  revision: RevisionRow,
  { count, at }: { readonly count: number; readonly at: number },
): TaskRow[] {
  if (count <= 0) return []
  if (startTrouble(world, revision.taskDefinitionArn, revision.images)) {
    revision.failingAt ??= at
    revision.steadyAt = undefined
    return []
  }
  revision.images ??= imagesPulled(world, revision.taskDefinitionArn)
  revision.failingAt = undefined
  revision.steadyAt = at + world.seconds('service steady') * 1000
  return Array.from({ length: count }, (_, index) =>
    start(world, row, revision, { at, share: (index + 1) / count }),
  )
}

/** Takes the revision out of service: its targets drain from `from`, and then its tasks stop. */
export function retire(world: World, row: ServiceRow, revision: RevisionRow, from: number): void {
  revision.up = false
  for (const task of fleetOf(row, revision)) stopTask(world, row, task, from)
}

/** Its targets drain, for as long as their groups say, and then it stops. */
export function stopTask(world: World, row: ServiceRow, task: TaskRow, at: number): void {
  stop(world, task, at, at + leavingTime(world, revisionOf(row, task.revision)))
}

/** Milliseconds until a task of the revision that is told to stop is gone. */
export function leavingTime(world: World, { targetGroupArns }: RevisionRow): number {
  const delays = targetGroupArns.map(arn => deregistrationDelay(world, arn))
  return (Math.max(0, ...delays) + world.seconds('task stop')) * 1000
}

/** Stops all tasks of the service; they are gone at `to`. */
export function stopAll(world: World, row: ServiceRow, to: number): void {
  for (const revision of row.revisions) revision.up = false
  for (const task of row.tasks) stop(world, task, world.now(), to)
}

/** Takes back what `retire` has planned and time has not yet brought. */
export function recall(world: World, row: ServiceRow, revision: RevisionRow, at: number): void {
  revision.up = true
  for (const task of row.tasks)
    if (task.revision === revision.number && (task.drainingAt ?? 0) > at) {
      delete task.drainingAt
      delete task.stoppedAt
      if (task.interfaceId) keepInterface(world, task.interfaceId)
    }
}

/** When the load balancer will have found the last of them healthy. */
export function healthyFrom(row: ServiceRow, revision: RevisionRow): number {
  return Math.max(0, ...fleetOf(row, revision).map(({ healthyAt }) => healthyAt))
}

/** Since when the revision's tasks fail to start or to stay healthy; undefined while they do neither. */
export function failingSince(world: World, row: ServiceRow, revision: RevisionRow): number | undefined {
  // Nothing that is not to start can fail to.
  if (!revision.up || row.desiredCount === 0) return undefined
  if (revision.failingAt !== undefined) return revision.failingAt
  const sick = fleetOf(row, revision).map(task => sickFrom(world, revision, task))
  const first = Math.min(...sick)
  return Number.isFinite(first) ? first : undefined
}

/** False while it starts, while it drains, and when it fails the load balancer's health check. */
export function isHealthy(world: World, row: ServiceRow, task: TaskRow, at: number): boolean {
  return task.healthyAt <= at && sickFrom(world, revisionOf(row, task.revision), task) > at
}

export function runningCount({ tasks }: ServiceRow, world: World, revision?: number): number {
  return tasks.filter(
    task => (revision === undefined || task.revision === revision) && task.runningAt <= world.now(),
  ).length
}

/** One failed start a minute. */
export function failedTasks(world: World, row: ServiceRow, revision: RevisionRow): number {
  const since = failingSince(world, row, revision)
  return since === undefined || since > world.now() ? 0 : Math.floor((world.now() - since) / minute)
}

/** Tells what has failed since the last request: stopped tasks, their last words, events. */
export function tellFailures(world: World, row: ServiceRow, revision: RevisionRow): void {
  const since = failingSince(world, row, revision)
  if (since === undefined) return
  const failed = failedTasks(world, row, revision)
  for (let number = Math.max(revision.failures, failed - stoppedKept) + 1; number <= failed; number++) {
    const at = since + number * minute
    const trouble = startTrouble(world, revision.taskDefinitionArn, revision.images)
    const [targetGroup] = revision.targetGroupArns
    const id = world.id('', 32)
    const reason = trouble?.reason ?? `Task failed ELB health checks in (target-group ${targetGroup})`
    row.stopped.push({
      id,
      revision: revision.number,
      created: at - minute,
      startedAt: trouble?.code === 'TaskFailedToStart' ? undefined : at - minute / 2,
      stoppedAt: at,
      code: trouble?.code ?? 'ServiceSchedulerInitiated',
      reason,
      exitCode: trouble?.exitCode,
    })
    for (const message of trouble?.lines ?? [])
      writeLines(world, revision.taskDefinitionArn, { id, at, message })
    if (number === 1)
      tell(world, row, trouble ? `failed to start a task: ${reason}.` : `(task ${id}) failed: ${reason}.`, at)
  }
  revision.failures = Math.max(revision.failures, failed)
  row.stopped = row.stopped
    .filter(({ stoppedAt }) => stoppedAt > world.now() - 60 * minute)
    .slice(-stoppedKept)
}

/** A line in the log of a task's first container, as the awslogs driver writes it. */
export function writeLines(
  world: World,
  taskDefinitionArn: string,
  { id, at, message }: { readonly id: string; readonly at: number; readonly message: string },
): void {
  const [container] = findRevision(world, taskDefinitionArn)?.containerDefinitions ?? []
  const options = container?.logConfiguration?.options ?? {}
  const stream = `${options['awslogs-stream-prefix']}/${container?.name}/${id}`
  writeLog(world, { group: options['awslogs-group'] ?? '', stream, at, message })
}

/** True where its tasks run in another VPC than that of one of its target groups. */
export function isOutside(world: World, { networkConfiguration, targetGroupArns }: RevisionRow): boolean {
  const [subnetId = ''] = networkConfiguration?.awsvpcConfiguration?.subnets ?? []
  const vpcId = world.table<{ readonly vpcId: string }>('ec2/subnet').get(subnetId)?.vpcId
  return vpcId !== undefined && targetGroupArns.some(arn => (vpcOfTargets(world, arn) ?? vpcId) !== vpcId)
}

function sickFrom(world: World, revision: RevisionRow, task: TaskRow): number {
  // ELB registers no address from outside the VPC of the target group.
  if (isOutside(world, revision)) return task.healthyAt
  const { unhealthy } = behaviourOf(world, revision.taskDefinitionArn)
  if (!unhealthy || revision.targetGroupArns.length === 0) return Infinity
  return Math.max(unhealthy.from ?? 0, task.healthyAt + (unhealthy.after ?? 0) * 1000)
}

function start(
  world: World,
  row: ServiceRow,
  revision: RevisionRow,
  { at, share }: { readonly at: number; readonly share: number },
): TaskRow {
  const network = revision.networkConfiguration?.awsvpcConfiguration
  const { subnets = [], securityGroups = [] } = network ?? {}
  const subnetId = subnets[row.tasks.length % subnets.length]
  const id = world.id('', 32)
  const all = world.seconds('service steady') * 1000
  // One after the other. Behind a load balancer there is time left for health checks, and for old tasks to drain.
  const behind = revision.targetGroupArns.length > 0
  const healthyAt = at + all * (behind ? 0.55 + 0.2 * share : (1 + share) / 2)
  const task: TaskRow = {
    id,
    revision: revision.number,
    created: at,
    runningAt: behind ? at + all * (0.3 + 0.2 * share) : healthyAt,
    healthyAt,
    address: `10.${digits(id, 0)}.${digits(id, 2)}.${digits(id, 30)}`,
    interfaceId: subnetId
      ? attachInterface(world, {
          subnetId,
          groupIds: securityGroups,
          description: world.arn('ecs', `attachment/${id}`),
          isPublic: network?.assignPublicIp === 'ENABLED',
        })
      : undefined,
  }
  row.tasks.push(task)
  return task
}

function digits(id: string, from: number): number {
  return Number.parseInt(id.slice(from, from + 2), 16)
}

function stop(world: World, task: TaskRow, from: number, to: number): void {
  task.drainingAt = Math.min(from, task.drainingAt ?? from)
  task.stoppedAt = Math.min(to, task.stoppedAt ?? to)
  if (task.interfaceId) releaseInterface(world, task.interfaceId, task.stoppedAt)
}
