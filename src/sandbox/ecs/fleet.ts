import { attachInterface, keepInterface, releaseInterface } from '../ec2/interface.ts'
import { writeLog } from '../log-events.ts'
import type { World } from '../world.ts'
import { isHealthy } from './health.ts'
import { imagesPulled, startTrouble } from './image.ts'
import type { RevisionRow, ServiceRow, TaskRow } from './rows.ts'
import { revisionOf } from './rows.ts'
import { findRevision } from './task-definition.ts'
import { leavingTimes, startTimesOf, taskTimeline } from './task-times.ts'
import type { StartTimes } from './timeline.ts'

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
    revision.startedAt ??= at
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
  const times = startTimesOf(world, revision.taskDefinitionArn)
  const trouble = startTrouble(world, revision.taskDefinitionArn, revision.images)
  if (trouble) {
    if (revision.failingAt === undefined) {
      const { placement, pull, start: containers } = times
      failsEvery(world, revision, placement + pull + (trouble.code === 'TaskFailedToStart' ? 0 : containers))
    }
    revision.failingAt ??= at
    revision.startedAt = undefined
    return []
  }
  revision.images ??= imagesPulled(world, revision.taskDefinitionArn)
  revision.failingAt = undefined
  revision.startedAt = at
  return Array.from({ length: count }, (_, index) =>
    start(world, row, revision, { times, at, share: (index + 1) / count }),
  )
}

/** Takes the revision out of service: its targets drain from `from`, and then its tasks stop. */
export function retire(world: World, row: ServiceRow, revision: RevisionRow, from: number): void {
  revision.up = false
  for (const task of fleetOf(row, revision)) stopTask(world, row, task, from)
}

/** Its targets drain, for as long as their groups say, and then it stops. */
export function stopTask(world: World, row: ServiceRow, task: TaskRow, at: number): void {
  const { draining, stopping } = leavingTimes(world, revisionOf(row, task.revision))
  // What does not run yet is registered nowhere.
  const stoppingAt = at + (task.runningAt <= at ? draining : 0)
  if ((task.stoppedAt ?? Infinity) <= stoppingAt + stopping) return
  Object.assign(task, { drainingAt: at, stoppingAt, stoppedAt: stoppingAt + stopping })
  if (task.interfaceId) releaseInterface(world, task.interfaceId, stoppingAt + stopping)
}

/** Stops all tasks of the service, and says when the last of them is gone. */
export function stopAll(world: World, row: ServiceRow, at: number): number {
  for (const revision of row.revisions) revision.up = false
  for (const task of row.tasks) stopTask(world, row, task, at)
  return goneFrom(row, row.revisions, at)
}

/** When the last task of the revisions that was told to stop is gone; not before `at`. */
export function goneFrom({ tasks }: ServiceRow, revisions: readonly RevisionRow[], at: number): number {
  const leaving = tasks.filter(task => revisions.some(({ number }) => number === task.revision))
  return Math.max(at, ...leaving.flatMap(({ stoppedAt }) => stoppedAt ?? []))
}

/** Takes back what `retire` has planned and time has not yet brought. */
export function recall(world: World, row: ServiceRow, revision: RevisionRow, at: number): void {
  revision.up = true
  for (const task of row.tasks)
    if (task.revision === revision.number && (task.drainingAt ?? 0) > at) {
      delete task.drainingAt
      delete task.stoppingAt
      delete task.stoppedAt
      if (task.interfaceId) keepInterface(world, task.interfaceId)
    }
}

/** When the last of its tasks is healthy. Undefined where none can start, or where one fails first. */
export function steadyFrom(world: World, row: ServiceRow, revision: RevisionRow): number | undefined {
  if (revision.startedAt === undefined) return undefined
  const fleet = fleetOf(row, revision)
  const at = Math.max(revision.startedAt, ...fleet.map(({ healthyAt }) => healthyAt))
  return fleet.every(task => isHealthy(world, row, task, at)) ? at : undefined
}

export function runningCount({ tasks }: ServiceRow, world: World, revision?: number): number {
  return tasks.filter(
    task => (revision === undefined || task.revision === revision) && task.runningAt <= world.now(),
  ).length
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

function start(
  world: World,
  row: ServiceRow,
  revision: RevisionRow,
  { times, at, share }: { readonly times: StartTimes; readonly at: number; readonly share: number },
): TaskRow {
  const network = revision.networkConfiguration?.awsvpcConfiguration
  const { subnets = [], securityGroups = [] } = network ?? {}
  const subnetId = subnets[row.tasks.length % subnets.length]
  const id = world.id('', 32)
  const { target, ...timeline } = taskTimeline(world, row, revision, { times, share, at })
  const fails = Math.max(target?.gaveUpAt ?? 0, timeline.runningAt + row.healthCheckGracePeriodSeconds)
  failsEvery(world, revision, timeline.failsAt ?? fails)
  const task: TaskRow = {
    id,
    revision: revision.number,
    created: at,
    ...momentsFrom(at, timeline),
    ...(target && { target: momentsFrom(at, target) }),
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

/** Seconds from the creation of a task until it fails: as long, and until ECS starts another, takes each that fails. */
function failsEvery(world: World, revision: RevisionRow, seconds: number): void {
  revision.failsEvery = (seconds + world.seconds('task replacement')) * 1000
}

/** Seconds since `at` as milliseconds since the epoch. */
function momentsFrom<Times extends object>(at: number, times: Times): Times {
  return Object.fromEntries(
    Object.entries(times).map(([name, seconds]) => [name, at + Number(seconds) * 1000]),
  ) as Times
}
