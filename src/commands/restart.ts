import { imageText, strategyText } from '../events/release-text.ts'
import { safe } from '../events/style.ts'
import type { PlannedRestarts } from '../rollout/restart.ts'
import { planRestarts, restart } from '../rollout/restart.ts'
import type { Target } from '../rollout/target.ts'
import { targetsOf } from '../rollout/target.ts'
import type { ReleaseWish } from '../rollout/wish.ts'
import type { CommandContext } from './command.ts'
import { exitCodes } from './exit-codes.ts'
import type { ReleaseSession, ReleaseTools } from './release-session.ts'
import { withReleases } from './release-session.ts'
import { followed, sayNotes } from './rollout.ts'
import type { ReleaseOptions } from './rollout-options.ts'
import { wishOf } from './rollout-options.ts'
import { consent } from './up.ts'

export interface RestartOptions extends ReleaseOptions {
  readonly acceptWeights?: boolean | undefined
  /** False: without the service's `deployment.analysis`. */
  readonly analysis?: boolean | undefined
}

/** Milliseconds for which a restart that comes after another release waits for the ledger. */
const ledgerPatience = 60_000

/** Starts new tasks of the version that the services run, by their own strategy, and follows that to its end. */
export function restartServices(
  names: readonly string[],
  options: RestartOptions,
  command: CommandContext,
  tools: ReleaseTools,
): Promise<number> {
  const wish = wishOf(options)
  return withReleases(`restart ${names.join(' ')}`, options, command, tools, async opened => {
    const { session, environment } = opened
    const targets = targetsOf(session.config, names)
    const book = await environment.book.open(0)
    try {
      const planned = await planRestarts(targets, wish, environment)
      showPlan(planned, options, opened, command)
      const question = `Restart ${targets.map(({ name }) => name).join(', ')} of ${environment.stack}/${session.environment}?`
      if (planned.plans.length > 0 && !(await consent(options, command, question))) return exitCodes.failed
      return await followed(opened, names, () => restart(planned, wish, environment, book), {
        detached: wish.detach,
      })
    } finally {
      await book.close()
    }
  })
}

/**
 * The same for services that are to read something new: where a release is under way, some of its tasks may have read
 * what was there before, so it is followed to its end first.
 */
export function restartAfterwards(
  targets: readonly Target[],
  options: RestartOptions,
  command: CommandContext,
  opened: ReleaseSession,
): Promise<number> {
  const { environment } = opened
  const wish = wishOf(options)
  const names = targets.map(({ name }) => name)
  return followed(opened, names, async () => {
    const book = await environment.book.open(ledgerPatience)
    try {
      const planned = await planRestarts(targets, wish, environment)
      showPlan(planned, options, opened, command)
      if (planned.attached.length === 0) return await restart(planned, wish, environment, book)
      await restart({ plans: [], attached: planned.attached }, wish, environment, book)
    } finally {
      await book.close()
    }
    return afterAll(targets, wish, opened)
  })
}

async function afterAll(targets: readonly Target[], wish: ReleaseWish, { environment }: ReleaseSession) {
  const book = await environment.book.open(ledgerPatience)
  try {
    return await restart(await planRestarts(targets, wish, environment), wish, environment, book)
  } finally {
    await book.close()
  }
}

function showPlan(
  { plans, attached, notes }: PlannedRestarts,
  { json, detach }: RestartOptions,
  { environment }: ReleaseSession,
  { effects: { terminal } }: CommandContext,
): void {
  sayNotes(environment, notes, attached, name => name, detach)
  if (json) return
  for (const { live, image, configuration } of plans) {
    const way = strategyText(configuration.strategy)
    terminal.err(`${live.target.name}: restart ${safe(imageText(image.reference))}, ${way}\n`)
  }
}
