import { imageText, strategyText } from '../events/release-text.ts'
import { safe } from '../events/style.ts'
import { tasksText } from '../resources/whole-tasks.ts'
import type { ReleaseEnd } from '../rollout/environment.ts'
import { exitCodeFor } from '../rollout/outcome.ts'
import { planReleases } from '../rollout/plan.ts'
import type { Planned } from '../rollout/plan.ts'
import { release } from '../rollout/release.ts'
import { targetsOf } from '../rollout/target.ts'
import type { CommandContext } from './command.ts'
import { exitCodes } from './exit-codes.ts'
import { referencesFor } from './release-images.ts'
import type { ReleaseSession, ReleaseTools } from './release-session.ts'
import { withReleases } from './release-session.ts'
import type { RolloutOptions } from './rollout-options.ts'
import { usage, wishOf } from './rollout-options.ts'
import { simulateReferences } from './simulated-images.ts'
import { consent } from './up.ts'

/**
 * Releases an image to one or several services (`web`, `backend,frontend`): looks at everything, asks, and follows ECS's
 * own deployment to its end.
 */
export async function rollout(
  services: string,
  options: RolloutOptions,
  command: CommandContext,
  tools: ReleaseTools,
): Promise<number> {
  const names = services.split(',').filter(name => name !== '')
  const wish = { ...wishOf(options), together: names.length > 1 }
  if (wish.detach && names.length > 1)
    throw usage('--detach leaves nobody to keep several services together', 'release them one by one')
  if (wish.pause && names.length > 1)
    throw usage('--pause waits in one service while the others go on', 'release them one by one')
  if (wish.until !== undefined && names.length > 1)
    throw usage('--until leaves nobody to keep several services together', 'release them one by one')
  return withReleases(`rollout ${services}`, options, command, tools, async opened => {
    const { session, environment } = opened
    const targets = targetsOf(session.config, names)
    const wishes = await referencesFor(targets, options, opened, command.effects)
    await simulateReferences(wishes, options, opened)
    const book = await environment.book.open(0)
    try {
      const planned = await planReleases(wishes, wish, environment)
      showPlan(planned, options, opened, command)
      const { plans, attached, unchanged } = planned
      const idle = unchanged.some(({ why }) => why !== undefined)
      if (plans.length + attached.length === 0) return idle ? exitCodes.failed : exitCodes.done
      const { stack } = session.config
      if (
        plans.length > 0 &&
        !(await consent(options, command, `Release this to ${stack}/${session.environment}?`))
      )
        return exitCodes.failed
      return await followed(opened, names, () => release(planned, wish, environment, book), {
        detached: wish.detach,
      })
    } finally {
      await book.close()
    }
  })
}

/** Runs releases between the events that begin and end a rollout. Gives the exit code. */
export async function followed(
  { session, environment, calls }: ReleaseSession,
  services: readonly string[],
  work: () => Promise<readonly ReleaseEnd[]>,
  {
    detached = false,
    wanted = 'released',
  }: { readonly detached?: boolean; readonly wanted?: ReleaseEnd['outcome'] } = {},
): Promise<number> {
  const { say, clock, stack } = environment
  const began = clock.now()
  say({ type: 'rollout.started', stack, environment: session.environment, services })
  let exitCode: number | undefined
  try {
    const ends = await work()
    // Going back is what `abort` was asked for. A release that was over before is not aborted.
    const left = ends
      .filter(({ outcome, reached }) => outcome !== wanted && reached === undefined)
      .map(({ outcome }) => outcome)
    exitCode = detached
      ? exitCodes.done
      : wanted === 'aborted' && left.includes('released')
        ? exitCodes.failed
        : exitCodeFor(left)
    return exitCode
  } finally {
    await environment.notices?.settled()
    const stopped = exitCode === undefined && environment.signal?.aborted === true
    say({
      type: 'rollout.finished',
      exitCode: exitCode ?? (stopped ? exitCodes.interrupted : exitCodes.failed),
      ...(stopped && { interrupted: true }),
      took: clock.now() - began,
      calls: calls(),
    })
  }
}

/** Says what the plan of a release noticed, and which deployments that are in progress already it follows. */
export function sayNotes(
  { say }: ReleaseSession['environment'],
  notes: readonly string[],
  attached: Planned['attached'],
  subject: (service: string) => string,
  detach = false,
): void {
  for (const message of notes) say({ type: 'note', level: 'warning', message })
  for (const { release, live } of attached) {
    const what = release.number > 0 ? `release ${release.number} of` : 'a deployment of'
    const message = `${what} ${subject(live.target.name)} is already in progress${detach ? '' : ': following it'}`
    say({ type: 'note', level: 'info', message })
  }
}

function showPlan(
  { plans, attached, notes, unchanged }: Planned,
  { json, detach }: RolloutOptions,
  { environment }: ReleaseSession,
  { effects: { terminal } }: CommandContext,
): void {
  sayNotes(environment, notes, attached, name => `${name} with this image`, detach)
  if (json) return
  for (const { live, image, configuration, starts } of plans) {
    const { name } = live.target
    const now = starts === undefined ? imageText(live.image) : 'no task'
    const then = imageText(image.reference)
    const more = starts === undefined ? '' : `, starts ${tasksText(starts)}`
    const way = strategyText(configuration.strategy)
    terminal.err(`${name}: ${safe(now)} -> ${safe(then)}, ${way}${more}\n`)
  }
  for (const { name, why } of unchanged)
    terminal.err(
      why === undefined
        ? `${name} runs this image already: nothing to release (--force releases it again).\n`
        : `${name} has this image already, and ${why}: nothing to release, and no success. See provision rollout status ${name}; --force releases it again.\n`,
    )
}
