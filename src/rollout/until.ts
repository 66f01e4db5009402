import type { DeploymentStrategy, ServiceDeployment } from '@aws-sdk/client-ecs'
import { ProvisionError } from '../errors.ts'
import type { TrafficSteps } from '../state/release.ts'
import type { Live } from './live.ts'
import type { ReleaseWish } from './wish.ts'

/** How far a command follows a release that it does not follow to its end. */
export type Until = 'test-traffic' | 'production-traffic'

const whenProductionHasMoved = ['BAKE_TIME', 'CLEAN_UP']
const whenTestHasMoved = [
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
  ...whenProductionHasMoved,
]

/** True once the deployment has come as far: with `production-traffic`, all pauses at which checks run lie behind it. */
export function hasReached({ lifecycleStage }: ServiceDeployment, until: Until): boolean {
  return (until === 'test-traffic' ? whenTestHasMoved : whenProductionHasMoved).includes(lifecycleStage ?? '')
}

export interface UntilSubject {
  readonly live: Pick<Live, 'ends' | 'target'>
  readonly strategy: DeploymentStrategy | undefined
  readonly steps: TrafficSteps | undefined
}

/** Why a release cannot be followed to that stage only; undefined where it can. */
export function untilRefusal(
  { live: { ends }, strategy = 'ROLLING', steps }: UntilSubject,
  { until, checks }: Pick<ReleaseWish, 'until' | 'checks'>,
): { readonly message: string; readonly hint: string } | undefined {
  if (until === undefined) return undefined
  const without = 'leave out --until'
  if (strategy === 'ROLLING')
    return {
      message: `a rolling deployment moves its traffic task by task: it has no ${until} before its end`,
      hint: `${without}, or use another strategy`,
    }
  if (until === 'test-traffic' && !ends?.testRule)
    return { message: 'it has no test traffic', hint: `${without}, or use --until production-traffic` }
  if (until === 'test-traffic' && steps)
    return {
      message: '--until test-traffic leaves nobody to move its traffic from step to step',
      hint: 'use --until production-traffic',
    }
  if (until === 'test-traffic' && checks.length > 0)
    return {
      message: 'its checks run again when production traffic has moved, which is after test-traffic',
      hint: 'use --until production-traffic, or leave out --verify and --http',
    }
  if (!ends && checks.length > 0)
    return {
      message: 'without a load balancer its checks run at its end, which is after --until',
      hint: without,
    }
  return undefined
}

/** Throws with code `refused` where a release that is under way cannot be followed to that stage only. */
export function assertUntil(subject: UntilSubject, wish: Pick<ReleaseWish, 'until' | 'checks'>): void {
  const refusal = untilRefusal(subject, wish)
  if (refusal)
    throw new ProvisionError({
      code: 'refused',
      message: `the release of ${subject.live.target.name} cannot be followed until ${wish.until}: ${refusal.message}`,
      hint: refusal.hint,
    })
}

/** What goes on without the command, and what to type to follow or to end it. */
export function reachedText(
  name: string,
  until: Until,
  now: ServiceDeployment,
  again: string,
): { readonly why: string; readonly next: string } {
  const bake = now.deploymentConfiguration?.bakeTimeInMinutes ?? 0
  const done =
    until === 'test-traffic'
      ? 'test traffic is on the new version; ECS moves production traffic without this command, and waits at pauses of the config'
      : `all production traffic is on the new version; ECS keeps the previous one for ${bake} min, and goes back to it without this command if an alarm goes off`
  return {
    why: `${done} (--until ${until})`,
    next: `provision rollout attach ${name}${again} follows it to its end; provision rollout abort ${name}${again} brings back the previous version`,
  }
}
