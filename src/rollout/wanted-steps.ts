import { deploymentOf } from '../config/deployment.ts'
import type { TrafficSteps } from '../state/release.ts'
import type { Live } from './live.ts'
import type { ReleaseWish } from './wish.ts'

/** Minutes that AWS gives a canary where nothing else is said. */
export const usualStepMinutes = 10

/**
 * The shares by which a release moves production traffic; undefined where ECS moves it alone. ECS takes the first step
 * and the last one. What lies between them is set by the command that follows the release, while ECS waits.
 */
export function trafficSteps(
  { target, service, strategy: usually }: Live,
  wish: Pick<ReleaseWish, 'strategy' | 'steps' | 'stepMinutes' | 'canaryPercent' | 'checks'>,
): TrafficSteps | undefined {
  const { strategy = usually, steps, stepMinutes, canaryPercent, checks } = wish
  const { steps: configured } = deploymentOf(target.config)
  const shares = steps ?? (canaryPercent === undefined ? configured : undefined)
  if (strategy !== 'CANARY' || !shares || shares.length < 3) return undefined
  const { canaryBakeTimeInMinutes: usual = usualStepMinutes } =
    service.deploymentConfiguration?.canaryConfiguration ?? {}
  return { shares, minutes: stepMinutes ?? usual, ...(checks.length > 0 && { checked: true }) }
}

/** Minutes that the steps between ECS's first and last one take. */
export function minutesBetween({ shares, minutes }: TrafficSteps): number {
  return minutes * (shares.length - 2)
}

/** Percent that the production rule may give the new version while ECS has asked for `asked`. */
export function ownShares(steps: TrafficSteps | undefined, asked: number): readonly number[] {
  const between = steps && asked > 0 && asked < 100 ? steps.shares.filter(share => share < 100) : []
  return [asked, ...between]
}
