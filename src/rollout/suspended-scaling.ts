import type { SuspendedState } from '@aws-sdk/client-application-auto-scaling'
import type { DeploymentStrategy } from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/aws.ts'
import { untilAnswered } from '../aws/until-answered.ts'
import { deploymentOf } from '../config/deployment.ts'
import type { Clock } from '../effects/clock.ts'
import type { Release, ScalingState } from '../state/release.ts'
import type { OpenBook } from './book.ts'
import { desiredCount, resourceIdOf } from './scaling-settings.ts'
import type { Target } from './target.ts'

interface Surroundings {
  readonly aws: Aws
  readonly clock: Clock
}

/**
 * True where autoscaling by metrics is suspended while a command follows the release. AWS scales in no service while it
 * is deployed, but out:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/troubleshoot-service-auto-scaling.html
 * With two versions up, each task more is two, and what their start costs is in the metrics. A rolling deployment keeps
 * one set of tasks. Scheduled actions are not suspended: those that are due meanwhile might not be made up for.
 */
export function suspendsScaling({ config }: Target, strategy: DeploymentStrategy | undefined): boolean {
  const { suspendScaling = true } = deploymentOf(config)
  return config.scaling !== undefined && suspendScaling && (strategy ?? 'ROLLING') !== 'ROLLING'
}

/**
 * What of autoscaling by metrics is suspended now; undefined where it is not to be changed: the service has no scalable
 * target, or there is no ledger, so that no later command would know what to restore.
 */
export async function scalingStateBefore(
  target: Target,
  aws: Aws,
  { records }: Pick<OpenBook, 'records'>,
): Promise<ScalingState | undefined> {
  const now = records ? await readState(target, aws) : undefined
  if (!now) return undefined
  const { DynamicScalingInSuspended: scaleIn = false, DynamicScalingOutSuspended: scaleOut = false } = now
  return { scaleIn, scaleOut }
}

/** Suspends or restores autoscaling by metrics. Harmless when repeated. What it was before has to be in the ledger. */
export async function setScalingState(
  target: Target,
  { scaleIn, scaleOut }: ScalingState,
  { aws, clock }: Surroundings,
): Promise<void> {
  const now = await readState(target, aws)
  // The service no longer scales: there is nothing that would be suspended.
  if (!now) return
  await untilAnswered(
    () =>
      aws.applicationAutoScaling.registerScalableTarget({
        ...desiredCount,
        ResourceId: resourceIdOf(target),
        // All members: whether AWS keeps those that a request leaves out is not documented.
        SuspendedState: {
          DynamicScalingInSuspended: scaleIn,
          DynamicScalingOutSuspended: scaleOut,
          ScheduledScalingSuspended: now.ScheduledScalingSuspended ?? false,
        },
      }),
    clock,
  )
}

/** All of it. */
export const allSuspended: ScalingState = { scaleIn: true, scaleOut: true }

/** The release without what it has suspended, once that is restored, unless somebody has done so already. */
export async function withScalingRestored(
  target: Target,
  release: Release,
  surroundings: Surroundings,
  book: OpenBook,
): Promise<Release> {
  const { suspended, ...rest } = release
  if (suspended === undefined) return release
  const known = book.of(target.name)
  const recorded = known.find(({ number }) => number === release.number)
  // A later release has taken the state over.
  const isTaken = known.some(one => one.number > release.number && one.suspended !== undefined)
  if (!isTaken && (recorded === undefined || recorded.suspended !== undefined))
    await setScalingState(target, suspended, surroundings)
  return rest
}

/** Whether autoscaling by metrics is suspended in AWS; undefined for a service that does not scale. */
export async function isScalingSuspended(target: Target, aws: Aws): Promise<boolean | undefined> {
  if (!target.config.scaling) return undefined
  const now = await readState(target, aws)
  return now && (now.DynamicScalingInSuspended === true || now.DynamicScalingOutSuspended === true)
}

async function readState(target: Target, aws: Aws): Promise<SuspendedState | undefined> {
  const { ScalableTargets: [found] = [] } = await aws.applicationAutoScaling.describeScalableTargets({
    ...desiredCount,
    ResourceIds: [resourceIdOf(target)],
  })
  return found && { ...found.SuspendedState }
}
