import type { DeploymentStrategy } from '@aws-sdk/client-ecs'
import { ProvisionError } from '../errors.ts'
import type { Release } from '../state/release.ts'
import type { OpenBook } from './book.ts'
import type { ReleaseEnvironment } from './environment.ts'
import type { Live } from './live.ts'
import { migrate } from './migration.ts'
import type { ReleasePlan } from './plan.ts'
import { restoreHealthCheck } from './settings.ts'
import { begin, registerRevision } from './start.ts'
import { configurationAfter } from './strategy.ts'

/** A release that ECS carries out. */
export interface Begun {
  readonly live: Live
  readonly release: Release
  /** ARN. */
  readonly deployment: string
}

/**
 * Begins one service's release: registers the revision, writes the intent, runs the release command, tells ECS. When it
 * throws, no traffic has been moved, and the book says why.
 */
export async function beginRelease(
  plan: ReleasePlan,
  environment: ReleaseEnvironment,
  book: OpenBook,
): Promise<Begun> {
  const { aws, clock, say, by, id } = environment
  const { live, image, configuration, settings, restores, command } = plan
  const { name, config } = live.target
  const strategy: DeploymentStrategy = configuration.strategy ?? 'ROLLING'
  const taskDefinition = plan.taskDefinition ?? (await registerRevision(live, image.reference, aws))
  const number = Math.max(0, ...book.of(name).map(one => one.number)) + 1
  let release: Release = {
    number,
    id,
    image: image.reference,
    ...(image.digest && { digest: image.digest }),
    taskDefinition,
    previous: live.service.taskDefinition ?? '',
    strategy,
    by,
    started: clock.now(),
    outcome: 'running',
    ...(restores && { restores: restores.number }),
    settings,
    configuration: configurationAfter(live),
  }
  await book.put(name, release)
  say({ type: 'release.started', service: name, number, image: image.reference, strategy })
  try {
    if (command) {
      say({ type: 'release.waiting', service: name, reason: `release command: ${command.join(' ')}` })
      const timeout = config.release?.timeoutMinutes ?? 30
      await migrate({ live, taskDefinition, command, timeout, token: `${id}-${name}` }, environment)
    }
    if (restores) await restoreHealthCheck(live, settings, aws)
    const deployment = await begin(
      {
        live,
        taskDefinition,
        configuration,
        ...(restores && { healthCheckGracePeriod: settings.healthCheckGracePeriod }),
      },
      { aws, clock },
    )
    release = { ...release, deployment }
    await book.put(name, release)
    return { live, release, deployment }
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0]! : String(error)
    const gate = error instanceof ProvisionError && command !== undefined
    await book.put(name, {
      ...release,
      finished: clock.now(),
      outcome: gate ? 'gate-failed' : 'failed',
      why,
    })
    throw error
  }
}
