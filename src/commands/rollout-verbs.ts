import { untilAnswered } from '../aws/until-answered.ts'
import { ProvisionError } from '../errors.ts'
import type { Begun } from '../rollout/begin-release.ts'
import type { ReleaseEnd } from '../rollout/environment.ts'
import { followToEnd } from '../rollout/restore.ts'
import { Follower } from '../rollout/follower.ts'
import { isAnswerable } from '../rollout/gate.ts'
import type { FollowEnvironment } from '../rollout/follow-release.ts'
import { leftSuspended, leftSuspendedText, restoreLeft } from '../rollout/left-suspended.ts'
import { readLive } from '../rollout/live.ts'
import { pausesOf } from '../rollout/progress.ts'
import { abort, rollBack } from '../rollout/rollback.ts'
import {
  allSuspended,
  scalingStateBefore,
  setScalingState,
  suspendsScaling,
} from '../rollout/suspended-scaling.ts'
import { targetsOf } from '../rollout/target.ts'
import { underWay } from '../rollout/under-way.ts'
import { assertUntil } from '../rollout/until.ts'
import type { CommandContext } from './command.ts'
import { exitCodes } from './exit-codes.ts'
import { followed } from './rollout.ts'
import type { ReleaseSession, ReleaseTools } from './release-session.ts'
import { withReleases } from './release-session.ts'
import type { ReleaseOptions } from './rollout-options.ts'
import { checksOf, timeoutOf, untilOf, usage } from './rollout-options.ts'
import { consent } from './up.ts'

/** Follows a release that someone else has begun, from any machine. With checks, it answers the pauses too. */
export function attach(
  service: string,
  options: ReleaseOptions,
  command: CommandContext,
  tools: ReleaseTools,
): Promise<number> {
  const checks = checksOf(options)
  const until = untilOf(options)
  return withReleases(`rollout attach ${service}`, options, command, tools, async opened => {
    await restoreWhenOver(service, opened)
    const begun = await running(service, opened)
    assertUntil({ ...begun.release, live: begun.live, steps: begun.release.steps }, { checks, until })
    return followed(opened, [service], async () => [
      await follow(begun, options, opened, checks.length > 0 || isAnswerable(begun) ? 'answer' : 'watch'),
    ])
  })
}

/** Lets a paused release go on, and follows it to its next pause or its end. */
export function resume(
  service: string,
  options: ReleaseOptions,
  command: CommandContext,
  tools: ReleaseTools,
): Promise<number> {
  return withReleases(`rollout continue ${service}`, options, command, tools, async opened => {
    const begun = await running(service, opened)
    assertUntil(
      { ...begun.release, live: begun.live, steps: begun.release.steps },
      { checks: checksOf(options), until: untilOf(options) },
    )
    const { aws, clock } = opened.environment
    const { deployment: serviceDeploymentArn } = begun
    const { serviceDeployments: [now] = [] } = await aws.ecs.describeServiceDeployments({
      serviceDeploymentArns: [serviceDeploymentArn],
    })
    const pauses = now ? pausesOf(now).flatMap(({ hookId }) => hookId ?? []) : []
    if (pauses.length === 0)
      throw new ProvisionError({
        code: 'refused',
        message: `the release of ${service} is not paused: it is ${now?.lifecycleStage ?? now?.status ?? 'gone'}`,
        hint: `provision rollout attach ${service} follows it`,
      })
    return followed(
      opened,
      [service],
      async () => {
        const followed = options.detach ? begun : await scalingSuspended(begun, opened)
        for (const hookId of pauses)
          await untilAnswered(
            () => aws.ecs.continueServiceDeployment({ serviceDeploymentArn, hookId, action: 'CONTINUE' }),
            clock,
          )
        return options.detach
          ? []
          : [await follow(followed, options, opened, isAnswerable(followed) ? 'answer' : 'leave', pauses)]
      },
      { detached: options.detach ?? false },
    )
  })
}

/** A paused release that is followed again, with autoscaling suspended as while it was followed before. */
async function scalingSuspended(begun: Begun, { environment }: ReleaseSession): Promise<Begun> {
  const { live, release } = begun
  const isWanted =
    release.number > 0 &&
    release.suspended === undefined &&
    release.starts === undefined &&
    suspendsScaling(live.target, release.strategy)
  if (!isWanted) return begun
  const book = await environment.book.open(ledgerPatience)
  try {
    const suspended = await scalingStateBefore(live.target, environment.aws, book)
    if (!suspended) return begun
    const again = { ...release, suspended }
    await book.put(live.target.name, again)
    await setScalingState(live.target, allSuspended, environment)
    return { ...begun, release: again }
  } finally {
    await book.close()
  }
}

/** Milliseconds for which `continue` and `attach` wait for the ledger. */
const ledgerPatience = 60_000

/** Ends the release that is under way: the previous version has the traffic at once. Exit code 0 when it has. */
export function abortRelease(
  service: string,
  options: ReleaseOptions,
  command: CommandContext,
  tools: ReleaseTools,
): Promise<number> {
  return withReleases(`rollout abort ${service}`, options, command, tools, async opened => {
    const [target] = targetsOf(opened.session.config, [service])
    if (!(await consent(options, command, `Abort the release of ${service} that is under way?`)))
      return exitCodes.failed
    return followed(opened, [service], async () => [await abort(target!, opened.environment)], {
      wanted: 'aborted',
    })
  })
}

export interface RollbackOptions extends ReleaseOptions {
  /** Number of the release to bring back. */
  readonly to?: string | undefined
}

/** Brings back an earlier release as a whole: task definition, health check, grace period. */
export function rollback(
  service: string,
  options: RollbackOptions,
  command: CommandContext,
  tools: ReleaseTools,
): Promise<number> {
  const to = options.to === undefined ? undefined : Number(options.to)
  if (to !== undefined && !(Number.isInteger(to) && to > 0))
    throw usage(
      `--to ${options.to} is not the number of a release`,
      `see provision rollout history ${service}`,
    )
  return withReleases(`rollout rollback ${service}`, options, command, tools, async opened => {
    const [target] = targetsOf(opened.session.config, [service])
    const what = to === undefined ? 'the version of before' : `release ${to}`
    if (!(await consent(options, command, `Bring back ${what} of ${service}?`))) return exitCodes.failed
    return followed(opened, [service], async () => [
      wentBack(await rollBack(target!, to, opened.environment)),
    ])
  })
}

/** Ending what was under way is a rollback that has worked. */
function wentBack(end: ReleaseEnd): ReleaseEnd {
  return end.outcome === 'aborted' ? { ...end, outcome: 'released' } : end
}

/** A release that is over by now may have left autoscaling suspended. */
async function restoreWhenOver(service: string, { session, environment }: ReleaseSession): Promise<void> {
  const { aws, book, say } = environment
  const [target] = targetsOf(session.config, [service])
  const [left] = await leftSuspended([target!], { [service]: await book.read(service) }, aws)
  if (!left) return
  const open = await book.open(ledgerPatience)
  try {
    await restoreLeft(left.target, environment, open)
  } finally {
    await open.close()
  }
  say({ type: 'note', level: 'info', message: `${leftSuspendedText(left)}: restored` })
}

async function running(service: string, { session, environment }: ReleaseSession): Promise<Begun> {
  const [live] = await readLive(targetsOf(session.config, [service]), environment.aws)
  const begun = await underWay(live!, environment)
  if (begun) return begun
  throw new ProvisionError({
    code: 'refused',
    message: `no release of ${service} is under way`,
    hint: `provision rollout history ${service} tells how the last ones ended`,
  })
}

function follow(
  begun: Begun,
  options: ReleaseOptions,
  { environment }: ReleaseSession,
  pauses: FollowEnvironment['pauses'],
  answered: readonly string[] = [],
): Promise<ReleaseEnd> {
  const wish = {
    checks: checksOf(options),
    pause: false,
    timeout: timeoutOf(options),
    acceptWeights: false,
    together: false,
    until: untilOf(options),
    detach: false,
  }
  const follower = new Follower(environment)
  return followToEnd(begun, wish, { ...environment, follower, barrier: undefined, pauses, answered })
}
