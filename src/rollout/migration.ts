import type { Aws } from '../aws/aws.ts'
import type { Clock } from '../effects/clock.ts'
import { runTask } from '../tasks/run-task.ts'
import { logOf, reasonsOf } from './diagnosis.ts'
import type { Live } from './live.ts'

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
 * Runs a service's release command once, as a task of the new version in the service's own network. Gives what went
 * wrong, as lines; undefined when it ended with 0. Rejects with the signal's reason when it was interrupted: the task is
 * told to stop, since the next release would start its own beside it.
 */
export async function migrate(
  migration: Migration,
  { aws, clock, signal = new AbortController().signal }: Surroundings,
): Promise<readonly string[] | undefined> {
  const { live, timeout } = migration
  const end = await runTask(migration, { aws, clock, stop: signal, limit: timeout * 60_000 }, {})
  switch (end.outcome) {
    case 'exited':
      if (end.exitCode === 0) return undefined
      return [...reasonsOf(end.task), ...(await logOf(end.task, live, aws))]
    case 'failed':
      return [...end.reasons, ...(end.task ? await logOf(end.task, live, aws) : [])]
    case 'timed-out':
      return [`it did not end within ${timeout} minutes`]
    default:
      throw signal.reason
  }
}
