import { throwingFailures } from '../engine/problem.ts'
import { durationText } from '../events/duration.ts'
import { safe } from '../events/style.ts'
import { readServices } from '../rollout/live.ts'
import { targetsOf } from '../rollout/target.ts'
import type { StackOptions } from '../session.ts'
import { openSession } from '../session.ts'
import type { TaskWatcher } from '../tasks/run-task.ts'
import { runTask } from '../tasks/run-task.ts'
import type { CommandContext } from './command.ts'
import { exitCodes } from './exit-codes.ts'
import { usage } from './rollout-options.ts'
import type { TaskSettingsOptions } from './task-settings.ts'
import { checkAgainst, taskSettingsOf } from './task-settings.ts'

export interface RunTaskOptions extends StackOptions, TaskSettingsOptions {
  readonly service: string
  readonly words: readonly string[]
}

/**
 * Runs a command once, as a task with the task definition, network and roles that the service has now. What it writes
 * goes to stdout, and its exit code is the command's. Interrupted, it stops the task.
 */
export async function runOnce(
  { service, words, ...options }: RunTaskOptions,
  { effects, stop, leave }: CommandContext,
): Promise<number> {
  if (words.length === 0) throw usage('nothing says what to run', `write provision run ${service} -- COMMAND`)
  const session = await openSession(options, effects, { command: 'run', signal: leave })
  try {
    const { clock } = session
    const { terminal } = effects
    const [target] = targetsOf(session.config, [service])
    const settings = taskSettingsOf(options, target!.config)
    const { aws } = await session.identify(await session.ledger.read())
    const began = clock.now()
    const end = await throwingFailures(async () => {
      const [live] = await readServices([target!], aws)
      const revision = live!.taskDefinition!
      const { taskDefinition } = await aws.ecs.describeTaskDefinition({ taskDefinition: revision })
      const task = {
        live: { target: target!, service: live!, taskDefinition: taskDefinition! },
        command: words,
        ...settings,
      }
      checkAgainst(task, taskDefinition!, target!.config)
      return runTask(
        { ...task, taskDefinition: revision, token: effects.random.uuid() },
        { aws, clock, stop, leave },
        watcherFor(terminal, service),
      )
    })
    const took = durationText(clock.now() - began)
    if (end.outcome === 'exited') {
      terminal.err(`ended with exit code ${end.exitCode} after ${took}\n`)
      return end.exitCode
    }
    if (end.outcome === 'failed') {
      terminal.err(`failed after ${took}\n${end.reasons.map(reason => `  ${safe(reason)}\n`).join('')}`)
      return exitCodes.failed
    }
    terminal.err('told the task to stop; its container has 30 seconds to end\n')
    return exitCodes.interrupted
  } finally {
    session.close()
  }
}

function watcherFor(
  terminal: { out(text: string): void; err(text: string): void },
  service: string,
): TaskWatcher {
  return {
    started: arn => terminal.err(`${service}: task ${safe(arn.split('/').at(-1) ?? arn)}\n`),
    status: status => terminal.err(`${status}\n`),
    lines: lines => terminal.out(lines.map(({ message }) => `${safe(message)}\n`).join('')),
    left: ({ arn, cluster, stopped }) =>
      terminal.err(
        stopped
          ? 'told the task to stop, since it can no longer be followed\n'
          : `the task may run on; stop it with: aws ecs stop-task --cluster ${safe(cluster)} --task ${safe(arn)}\n`,
      ),
  }
}
