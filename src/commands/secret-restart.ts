import { withTasks } from '../rollout/restart.ts'
import { targetsOf } from '../rollout/target.ts'
import type { CommandContext } from './command.ts'
import { exitCodes } from './exit-codes.ts'
import type { ReleaseTools } from './release-session.ts'
import { withReleases } from './release-session.ts'
import { restartAfterwards } from './restart.ts'
import { sameStack } from './same-stack.ts'
import type { SecretSetOptions } from './secret.ts'
import { setSecret } from './secret.ts'

/**
 * Gives a secret its value and restarts the services that read it, which have tasks: all of them read the new value at
 * the end. The others read it when they are started.
 */
export async function secretSetRestarting(
  name: string,
  options: SecretSetOptions,
  command: CommandContext,
  tools: ReleaseTools,
): Promise<number> {
  const { terminal } = command.effects
  const readers = await setSecret(name, options, command)
  if (readers.length === 0) return exitCodes.done
  return withReleases(`restart ${readers.join(' ')}`, options, command, tools, async opened => {
    const all = targetsOf(opened.session.config, readers)
    const targets = await withTasks(all, opened.environment.aws)
    const idle = all.filter(target => !targets.includes(target)).map(target => target.name)
    if (idle.length > 0)
      terminal.err(
        `${idle.join(', ')}: no tasks to restart; provision up${sameStack(options)} starts what waited for this value\n`,
      )
    return targets.length === 0 ? exitCodes.done : restartAfterwards(targets, {}, command, opened)
  })
}
