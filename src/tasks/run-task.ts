import type { Aws } from '../aws/aws.ts'
import { untilAnswered } from '../aws/until-answered.ts'
import type { Clock } from '../effects/clock.ts'
import { reasonsOf } from '../rollout/diagnosis.ts'
import { ownContainer } from '../rollout/live.ts'
import type { EndedTask, OneOffTask } from '../rollout/one-off-task.ts'
import { startTask } from '../rollout/one-off-task.ts'
import type { LogLine } from './log-tail.ts'
import { logTail } from './log-tail.ts'

/** Milliseconds between looks. */
const interval = 2500
/** Milliseconds for which a task that was just started may be missing from what ECS shows. */
const missingFor = 30_000

export type TaskEnd =
  /** With the exit code of the service's own container. */
  | { readonly outcome: 'exited'; readonly exitCode: number; readonly task: EndedTask }
  /** It never ran, or was killed before it could give an exit code: why, as lines. */
  | { readonly outcome: 'failed'; readonly reasons: readonly string[]; readonly task?: EndedTask }
  /** It took longer than `limit`, and was told to stop. */
  | { readonly outcome: 'timed-out' }
  | { readonly outcome: 'interrupted' }

/** What is told while it runs. */
export interface TaskWatcher {
  started?(arn: string): void
  /** ECS's own word, each time it is another one. */
  status?(status: string): void
  /** Where it is not there, the log is not read. */
  lines?(lines: readonly LogLine[]): void
  /** It can no longer be followed. `stopped`: it was told to stop; otherwise it may run on. */
  left?(task: { readonly arn: string; readonly cluster: string; readonly stopped: boolean }): void
}

interface Surroundings {
  readonly aws: Aws
  readonly clock: Clock
  /** Aborted: the task is told to stop. */
  readonly stop: AbortSignal
  /** Aborted: nothing is asked any more. */
  readonly leave?: AbortSignal | undefined
  /** Milliseconds after which it is told to stop. */
  readonly limit?: number
}

/**
 * Runs a command once, as a task beside a service's own, and waits for its end. When that can no longer be followed it is
 * told to stop: nobody would know of it.
 */
export async function runTask(
  task: OneOffTask,
  surroundings: Surroundings,
  watcher: TaskWatcher,
): Promise<TaskEnd> {
  const { aws, clock, stop, leave } = surroundings
  if (stop.aborted) return { outcome: 'interrupted' }
  const began = { wall: clock.now(), monotonic: clock.monotonic() }
  // A lost answer is asked for again: by the token ECS knows that it has started this one.
  const started = await untilAnswered(() => startTask(task, aws), clock, leave)
  if (started.arn === undefined)
    return { outcome: 'failed', reasons: [`ECS did not start it: ${started.why || 'it gave no reason'}`] }
  const { arn } = started
  const { cluster } = task.live.target
  watcher.started?.(arn)
  try {
    return await followed(task, { arn, began }, surroundings, watcher)
  } catch (error) {
    const stopped = await aws.ecs
      .stopTask({ cluster, task: arn, reason: 'the person who ran it could no longer follow it' })
      .then(
        () => true,
        () => false,
      )
    watcher.left?.({ arn, cluster, stopped })
    throw error
  }
}

interface Began {
  /** Milliseconds since the epoch, by which logs are read. */
  readonly wall: number
  /** Milliseconds, by which waiting is measured. */
  readonly monotonic: number
}

async function followed(
  task: OneOffTask,
  { arn, began }: { readonly arn: string; readonly began: Began },
  { aws, clock, stop, limit = Infinity }: Surroundings,
  watcher: TaskWatcher,
): Promise<TaskEnd> {
  const { cluster } = task.live.target
  const tail = watcher.lines && logOf(task, arn, aws, began.wall)
  const readLog = async () => tail?.(lines => watcher.lines?.(lines))
  const own = ownContainer(task.live.taskDefinition, task.live.target.name)?.name
  let shown: string | undefined
  for (;;) {
    await clock.sleep(interval, stop).catch((error: unknown) => {
      if (!stop.aborted) throw error
    })
    if (stop.aborted) {
      await aws.ecs.stopTask({ cluster, task: arn, reason: 'interrupted by the person who ran it' })
      return { outcome: 'interrupted' }
    }
    const { tasks: [now] = [] } = await aws.ecs.describeTasks({ cluster, tasks: [arn] })
    const took = clock.monotonic() - began.monotonic
    if (!now && took > missingFor) return { outcome: 'failed', reasons: ['ECS no longer shows the task'] }
    if (now?.lastStatus !== undefined && now.lastStatus !== shown) watcher.status?.((shown = now.lastStatus))
    await readLog()
    if (now?.lastStatus !== 'STOPPED') {
      if (took <= limit) continue
      await aws.ecs.stopTask({ cluster, task: arn, reason: 'it took longer than it was given' })
      return { outcome: 'timed-out' }
    }
    // Last words reach CloudWatch a moment after the container has gone.
    await clock.sleep(interval)
    await readLog()
    const exitCode = now.containers?.find(({ name }) => name === own)?.exitCode
    return exitCode === undefined
      ? { outcome: 'failed', reasons: reasonsOf(now), task: now }
      : { outcome: 'exited', exitCode, task: now }
  }
}

/** Of the container that runs the command; a container that logs elsewhere has none. */
function logOf({ live: { taskDefinition, target } }: OneOffTask, arn: string, aws: Aws, since: number) {
  const own = ownContainer(taskDefinition, target.name)
  const options = own?.logConfiguration?.options
  const logGroupName = options?.['awslogs-group']
  const prefix = options?.['awslogs-stream-prefix']
  if (!own || !logGroupName || !prefix) return async () => false
  return logTail({ logGroupName, stream: `${prefix}/${own.name}/${arn.split('/').at(-1)}`, since }, aws)
}
