import type { DeploymentStrategy } from '@aws-sdk/client-ecs'
import { untilAnswered } from '../aws/until-answered.ts'
import type { Release } from '../state/release.ts'
import { withRelease } from '../state/release.ts'
import { announceEnd, announceFailure, announceStart } from './announce.ts'
import type { OpenBook } from './book.ts'
import type { ReleaseEnd, ReleaseEnvironment } from './environment.ts'
import { keepStarted } from './first-release.ts'
import { markImages } from './images-in-use.ts'
import { restoreLeft } from './left-suspended.ts'
import type { Live } from './live.ts'
import { migrate } from './migration.ts'
import type { ReleasePlan } from './plan.ts'
import { restoreSettings } from './settings.ts'
import { settled } from './settle.ts'
import { begin, registerRevision } from './start.ts'
import { configurationAfter } from './strategy.ts'
import {
  allSuspended,
  scalingStateBefore,
  setScalingState,
  withScalingRestored,
} from './suspended-scaling.ts'

/** A release that ECS carries out. */
export interface Begun {
  readonly live: Live
  readonly release: Release
  /** ARN. */
  readonly deployment: string
}

/**
 * Begins one service's release: registers the revision, writes the intent, runs the release command, tells ECS. Gives
 * the end when the command failed. When it throws, no traffic has been moved, and the book says why.
 */
export async function beginRelease(
  plan: ReleasePlan,
  environment: ReleaseEnvironment,
  book: OpenBook,
): Promise<Begun | ReleaseEnd> {
  const { aws, clock, say, by, id } = environment
  const { live, image, configuration, steps, settings, restores, starts, command, action, gates = [] } = plan
  const { name, config } = live.target
  const strategy: DeploymentStrategy = configuration.strategy ?? 'ROLLING'
  await closeLeft(live, environment, book)
  const wanted = plan.taskDefinition
  // A revision too many does no harm.
  const taskDefinition =
    typeof wanted === 'string'
      ? wanted
      : await untilAnswered(() => registerRevision(live, wanted, image.reference, aws), clock)
  const before = book.of(name)
  const number = Math.max(0, ...before.map(one => one.number)) + 1
  let release: Release = {
    number,
    id,
    image: image.reference,
    ...(image.digest && { digest: image.digest }),
    taskDefinition,
    previous: live.service.taskDefinition ?? '',
    strategy,
    ...(steps && { steps }),
    by,
    started: clock.now(),
    outcome: 'running',
    ...(action && { action }),
    ...(restores && { restores: restores.number }),
    ...(starts !== undefined && { starts }),
    ...(gates.length > 0 && { gates }),
    settings,
    configuration: configurationAfter(live),
  }
  await book.put(name, release)
  await markImages(live, { before, after: withRelease(before, release) }, environment)
  say({
    type: 'release.started',
    service: name,
    number,
    image: image.reference,
    strategy,
    ...(action && { action }),
  })
  announceStart(name, release, environment)
  try {
    if (command) {
      say({ type: 'release.waiting', service: name, reason: `release command: ${command.join(' ')}` })
      const timeout = config.release?.timeoutMinutes ?? 30
      const migration = { live, taskDefinition, command, timeout, token: `${id}-${name}` }
      const wrong = await migrate(migration, environment)
      if (wrong) return await stoppedBefore(live, release, wrong, environment, book)
    }
    if (restores) await restoreSettings(live, settings, aws)
    const suspended = plan.suspends && (await scalingStateBefore(live.target, aws, book))
    if (suspended) {
      release = { ...release, suspended }
      await book.put(name, release)
      await setScalingState(live.target, allSuspended, environment)
    }
    const deployment = await begin(
      {
        live,
        taskDefinition,
        configuration,
        desiredCount: starts,
        ...(restores && { healthCheckGracePeriod: settings.healthCheckGracePeriod }),
      },
      { aws, clock },
    )
    release = { ...release, deployment }
    await book.put(name, release)
    if (starts !== undefined) {
      await keepStarted(live, environment)
      await book.putTasks(live.target, 'started')
    }
    return { live, release, deployment }
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0]! : String(error)
    const failed = { ...release, finished: clock.now(), outcome: 'failed', why } as const
    // What AWS does not take now, the next command restores.
    const restored = withScalingRestored(live.target, failed, environment, book)
    await book.put(name, await restored.catch(() => failed))
    announceFailure(name, release, why, environment)
    throw error
  }
}

/** Under the lock nobody else is releasing: what still counts as running was left by a run that died. */
async function closeLeft(live: Live, { aws, clock }: ReleaseEnvironment, book: OpenBook): Promise<void> {
  const { name } = live.target
  if (book.of(name).some(({ suspended }) => suspended !== undefined))
    await restoreLeft(live.target, { aws, clock }, book)
  const left = book.of(name).filter(({ outcome }) => outcome === 'running')
  if (left.length === 0) return
  for (const release of await settled(book.of(name), live, aws)) {
    if (!left.some(({ number }) => number === release.number)) continue
    const { configuration: _, ...rest } = release
    const why = 'its run ended before ECS was told'
    await book.put(name, release.deployment === undefined ? { ...rest, outcome: 'failed', why } : rest)
  }
}

async function stoppedBefore(
  { target: { name } }: Live,
  release: Release,
  details: readonly string[],
  environment: ReleaseEnvironment,
  book: OpenBook,
): Promise<ReleaseEnd> {
  const { clock, say } = environment
  const { configuration: _, ...rest } = release
  const finished = clock.now()
  const outcome = 'gate-failed'
  const why = 'the release command failed; no traffic was moved'
  await book.put(name, { ...rest, finished, outcome, why })
  const next = `${release.starts === undefined ? `${name} runs on as before` : `${name} still runs no task`}; fix the command and release again`
  const { number, image, started } = release
  const end = { service: name, number, image, outcome, why, details, next, took: finished - started } as const
  say({ type: 'release.finished', ...end })
  announceEnd(release, end, undefined, environment)
  return end
}
