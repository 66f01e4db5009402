import type { Task } from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/aws.ts'
import { untilAnswered } from '../aws/until-answered.ts'
import type { Clock } from '../effects/clock.ts'
import { logOf, reasonsOf } from './diagnosis.ts'
import type { Live } from './live.ts'
import { startTask } from './one-off-task.ts'

/** Milliseconds between looks at a task. */
const interval = 3000
/** Milliseconds for which a task that was just started may be missing from what ECS shows. */
const unseen = 30_000

export interface Migration {
  readonly live: Live
  readonly taskDefinition: string
  readonly command: readonly string[]
  /** Minutes. */
  readonly timeout: number
  /** The release's id: run twice with the same, ECS starts it once. */
  readonly token: string
}

interface Surroundings {
  readonly aws: Aws
  readonly clock: Clock
  readonly signal?: AbortSignal | undefined
}

/**
 * Runs a service's release command once, as a task of the new version in the service's own network. Gives what
 * went wrong, as lines; undefined when it ended with 0. When it cannot be followed to its end it is told to stop: the
 * next release would start its own beside it.
 */
export async function migrate(
  migration: Migration,
  surroundings: Surroundings,
): Promise<readonly string[] | undefined> {
  const { aws, clock, signal } = surroundings
  const { cluster } = migration.live.target
  // A lost answer is asked for again: by the token ECS knows that it has started this one.
  const started = await untilAnswered(() => startTask(migration, aws), clock, signal)
  if (started.arn === undefined) return [`ECS did not start it: ${started.why}`]
  const { arn } = started
  const stop = (reason: string) => aws.ecs.stopTask({ cluster, task: arn, reason })
  try {
    const end = await followed(migration, arn, surroundings)
    if (end !== 'too long') return end
  } catch (error) {
    await stop('the release that it belongs to was interrupted').catch(() => undefined)
    throw error
  }
  await stop('the release command took too long')
  return [`it did not end within ${migration.timeout} minutes`]
}

async function followed(
  { live, timeout }: Migration,
  arn: string,
  { aws, clock, signal }: Surroundings,
): Promise<readonly string[] | 'too long' | undefined> {
  const { cluster } = live.target
  const began = clock.monotonic()
  for (;;) {
    await clock.sleep(interval, signal)
    const { tasks: [task] = [] } = await aws.ecs.describeTasks({ cluster, tasks: [arn] })
    const took = clock.monotonic() - began
    if (task?.lastStatus === 'STOPPED')
      return succeeded(task) ? undefined : [...reasonsOf(task), ...(await logOf(task, live, aws))]
    if (!task && took > unseen) return ['ECS no longer shows its task']
    if (took > timeout * 60_000) return 'too long'
  }
}

/** A container that never started has no exit code. */
function succeeded({ containers = [] }: Task): boolean {
  return containers.length > 0 && containers.every(({ exitCode }) => exitCode === 0)
}
