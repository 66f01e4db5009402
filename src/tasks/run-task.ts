import type { Aws } from '../aws/aws.ts'
import type { Clock } from '../effects/clock.ts'
import { reasonsOf } from '../rollout/diagnosis.ts'
import { ownContainer } from '../rollout/live.ts'
import type { OneOffTask } from '../rollout/one-off-task.ts'
import { startTask } from '../rollout/one-off-task.ts'
import type { LogLine } from './log-tail.ts'
import { logTail } from './log-tail.ts'

/** Milliseconds between looks. */
const interval = 2500
/** Milliseconds for which a task that was just started may be missing from what ECS shows. */
const unseen = 30_000

export type TaskEnd =
  /** Of the service's own container. */
  | { readonly outcome: 'exited'; readonly exitCode: number }
  /** It never ran, or was killed before it could give an exit code: why, as lines. */
  | { readonly outcome: 'failed'; readonly reasons: readonly string[] }
  | { readonly outcome: 'interrupted' }

/** What is told while it runs. */
export interface TaskWatcher {
  started(arn: string): void
  /** ECS's own word, each time it is another one. */
  status(status: string): void
  lines(lines: readonly LogLine[]): void
}

interface Surroundings {
  readonly aws: Aws
  readonly clock: Clock
  /** Aborted: the task is told to stop. */
  readonly stop: AbortSignal
}

/** Runs a command once, as a task beside a service's own, and waits for its end. */
export async function runTask(
  task: OneOffTask,
  { aws, clock, stop }: Surroundings,
  watcher: TaskWatcher,
): Promise<TaskEnd> {
  const began = clock.monotonic()
  const started = await startTask(task, aws)
  if (started.arn === undefined)
    return { outcome: 'failed', reasons: [`ECS did not start it: ${started.why || 'it gave no reason'}`] }
  const { arn } = started
  const { cluster } = task.live.target
  watcher.started(arn)
  const readLog = logOf(task, arn, aws, began)
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
    if (!now && clock.monotonic() - began > unseen)
      return { outcome: 'failed', reasons: ['ECS no longer shows the task'] }
    if (now?.lastStatus !== undefined && now.lastStatus !== shown) watcher.status((shown = now.lastStatus))
    await readLog(lines => watcher.lines(lines))
    if (now?.lastStatus !== 'STOPPED') continue
    // Last words reach CloudWatch a moment after the container has gone.
    await clock.sleep(interval)
    await readLog(lines => watcher.lines(lines))
    const exitCode = now.containers?.find(({ name }) => name === own)?.exitCode
    return exitCode === undefined
      ? { outcome: 'failed', reasons: reasonsOf(now) }
      : { outcome: 'exited', exitCode }
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
