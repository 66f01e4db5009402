import type { World } from '../world.ts'
import { failingSince } from './failures.ts'
import { fleetOf, goneFrom, startTasks, steadyFrom, stopTask } from './fleet.ts'
import { isHealthy } from './health.ts'
import type { DeploymentRow, Move, RevisionRow, ServiceRow, TaskRow } from './rows.ts'
import { revisionOf, tell } from './rows.ts'

const stuck =
  'was unable to stop or start tasks during a deployment because of the service deployment configuration. ' +
  'Update the minimumHealthyPercent or maximumPercent value and try again.'

/** True while ECS replaces the tasks of a rolling deployment, or puts the previous ones back. */
export function isRolling({ strategy, status, stage, rollback }: DeploymentRow): boolean {
  if (strategy !== 'ROLLING') return false
  return status === 'IN_PROGRESS'
    ? stage === 'SCALE_UP'
    : status === 'ROLLBACK_IN_PROGRESS' && rollback?.to !== undefined
}

/**
 * Starts and stops what a rolling deployment may at that moment, in whole tasks. `maximumPercent` of the desired count,
 * rounded down, bounds the tasks that exist, those that are stopping included. `minimumHealthyPercent`, rounded up,
 * bounds the healthy tasks that stay. Old tasks stop as soon as that leaves one to spare. A second call at the same
 * moment changes nothing.
 */
export function roll(world: World, row: ServiceRow, deployment: DeploymentRow, at: number): void {
  deployment.rolledAt = at
  const { to, from } = sidesOf(row, deployment)
  const { least, most } = limitsOf(row, deployment)
  for (const task of fleetOf(row, to).slice(row.desiredCount)) stopTask(world, row, task, at)

  const missing = row.desiredCount - fleetOf(row, to).length
  const room = most - row.tasks.filter(({ stoppedAt = Infinity }) => stoppedAt > at).length
  const started = startTasks(world, row, to, { count: Math.min(missing, room), at })
  if (fleetOf(row, to).length >= row.desiredCount) to.startedAt ??= at

  const old = from.flatMap(revision => fleetOf(row, revision))
  const stopped = dispensable(world, row, { old, to, least, short: missing > room, at })
  for (const task of stopped) stopTask(world, row, task, at)
  if (stopped.length === old.length) for (const revision of from) revision.up = false

  if (started.length > 0) tell(world, row, `has started ${started.length} tasks: ${named(started)}.`, at)
  if (stopped.length > 0)
    tell(world, row, `has stopped ${stopped.length} running tasks: ${named(stopped)}.`, at)
  const waits = nextChange(row, at) !== undefined || failingSince(world, row, to) !== undefined
  if (missing > room && !waits && !deployment.stuck) tell(world, row, stuck, at)
  deployment.stuck = missing > room && !waits
}

/** The next moment at which a task gets healthy or is gone, and what ECS does then. */
export function rollMove(world: World, row: ServiceRow, deployment: DeploymentRow): Move | undefined {
  if (!isRolling(deployment)) return undefined
  const at = nextChange(row, deployment.rolledAt ?? deployment.stageAt)
  return at === undefined ? undefined : { at, make: () => roll(world, row, deployment, at) }
}

/** When all new tasks are steady and all old ones gone; undefined while that cannot be said. */
export function rolledOver(world: World, row: ServiceRow, deployment: DeploymentRow): number | undefined {
  const { to, from } = sidesOf(row, deployment)
  const isComplete =
    fleetOf(row, to).length >= row.desiredCount && from.every(one => fleetOf(row, one).length === 0)
  const steady = steadyFrom(world, row, to)
  if (!isComplete || steady === undefined) return undefined
  const at = goneFrom(row, row.revisions, steady)
  return (failingSince(world, row, to) ?? Infinity) <= at ? undefined : at
}

/** Goes back to a revision, within the same bounds. Of the one that failed, ECS starts no more tasks. */
export function rollBack(world: World, row: ServiceRow, deployment: DeploymentRow, at: number): void {
  const { to, from } = sidesOf(row, deployment)
  for (const revision of from) revision.up = false
  to.up = true
  roll(world, row, deployment, at)
}

interface Sides {
  readonly to: RevisionRow
  readonly from: readonly RevisionRow[]
}

function sidesOf(row: ServiceRow, { sources, target, rollback }: DeploymentRow): Sides {
  const to = rollback?.to ?? target
  const from = [...sources, target].filter(number => number !== to)
  return { to: revisionOf(row, to), from: from.map(number => revisionOf(row, number)) }
}

function limitsOf({ desiredCount }: ServiceRow, { configuration }: DeploymentRow) {
  const { minimumHealthyPercent = 100, maximumPercent = 200 } = configuration
  return {
    least: Math.ceil((desiredCount * minimumHealthyPercent) / 100),
    most: Math.floor((desiredCount * maximumPercent) / 100),
  }
}

/** The old tasks that may stop now. What is not healthy waits for the new tasks too, unless only its place is missing. */
function dispensable(
  world: World,
  row: ServiceRow,
  {
    old,
    to,
    least,
    short,
    at,
  }: {
    readonly old: readonly TaskRow[]
    readonly to: RevisionRow
    readonly least: number
    readonly short: boolean
    readonly at: number
  },
): TaskRow[] {
  const healthy = old.filter(task => isHealthy(world, row, task, at))
  const spare =
    healthy.length + fleetOf(row, to).filter(task => isHealthy(world, row, task, at)).length - least
  const others = spare >= 0 || short ? old.filter(task => !healthy.includes(task)) : []
  return [...others, ...healthy.slice(0, Math.max(0, spare))]
}

function nextChange({ tasks }: ServiceRow, after: number): number | undefined {
  const times = tasks
    .flatMap(({ healthyAt, stoppedAt = healthyAt }) => [healthyAt, stoppedAt])
    .filter(time => time > after)
  return times.length > 0 ? Math.min(...times) : undefined
}

function named(tasks: readonly TaskRow[]): string {
  return tasks.map(({ id }) => `(task ${id})`).join(' ')
}
