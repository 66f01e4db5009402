import type { World } from '../world.ts'
import { fleetOf, writeLines } from './fleet.ts'
import { failsAt } from './health.ts'
import { startTrouble } from './image.ts'
import type { RevisionRow, ServiceRow } from './rows.ts'
import { tell } from './rows.ts'

/** More than this many stopped tasks explain nothing further. */
const stoppedKept = 10
const hour = 3_600_000

/** When the first of the revision's tasks fails to start or to stay healthy; undefined while none does. */
export function failingSince(world: World, row: ServiceRow, revision: RevisionRow): number | undefined {
  // Nothing that is not to start can fail to.
  if (!revision.up || row.desiredCount === 0) return undefined
  if (revision.failingAt !== undefined) return revision.failingAt + everyOf(revision)
  const times = fleetOf(row, revision).flatMap(task => failsAt(world, row, task) ?? [])
  return times.length > 0 ? Math.min(...times) : undefined
}

/** One after the other, each as long after the one before as a task takes to start and to fail. */
export function failedTasks(world: World, row: ServiceRow, revision: RevisionRow): number {
  const since = failingSince(world, row, revision)
  return since === undefined || since > world.now()
    ? 0
    : 1 + Math.floor((world.now() - since) / everyOf(revision))
}

/** When so many tasks of the revision have failed; undefined while none does. */
export function failedBy(
  world: World,
  row: ServiceRow,
  revision: RevisionRow,
  count: number,
): number | undefined {
  const since = failingSince(world, row, revision)
  return since === undefined ? undefined : since + (count - 1) * everyOf(revision)
}

/** Tells what has failed since the last request: stopped tasks, their last words, events. */
export function tellFailures(world: World, row: ServiceRow, revision: RevisionRow): void {
  const failed = failedTasks(world, row, revision)
  for (let number = Math.max(revision.failures, failed - stoppedKept) + 1; number <= failed; number++) {
    const at = failedBy(world, row, revision, number)!
    const trouble = startTrouble(world, revision.taskDefinitionArn, revision.images)
    const [targetGroup] = revision.targetGroupArns
    const id = world.id('', 32)
    const reason = trouble?.reason ?? `Task failed ELB health checks in (target-group ${targetGroup})`
    const created = at - everyOf(revision)
    row.stopped.push({
      id,
      revision: revision.number,
      created,
      startedAt: trouble?.code === 'TaskFailedToStart' ? undefined : (created + at) / 2,
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
  row.stopped = row.stopped.filter(({ stoppedAt }) => stoppedAt > world.now() - hour).slice(-stoppedKept)
}

/** Known as soon as ECS has tried to start one of its tasks. */
function everyOf({ failsEvery = 60_000 }: RevisionRow): number {
  return failsEvery
}
