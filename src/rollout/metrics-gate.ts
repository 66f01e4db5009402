import type { ServiceDeployment } from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/aws.ts'
import { meaningOf } from '../aws/errors.ts'
import type { Analysis } from '../config/schema/deployment.ts'
import type { Clock } from '../effects/clock.ts'
import type { RunEvent } from '../events/event.ts'
import type { Comparison } from './comparison.ts'
import { beforeAndAfter, compare, sameMinutes } from './comparison.ts'
import type { Live } from './live.ts'
import { readTraffic } from './metrics.ts'
import { shareOf } from './progress.ts'
import { newTargetGroups } from './verify.ts'

const minute = 60_000
const interval = 30_000
/** Milliseconds from the end of a minute until its metrics are taken to be complete. They may come later. */
const delay = 2 * minute
/** Milliseconds beyond the minutes of the analysis that metrics may be waited for. */
const patience = 5 * minute
/** Milliseconds before the first minute that is looked at: pauses of ours are shorter than that. */
const lookBack = 60 * minute

export interface GateEnvironment {
  readonly aws: Aws
  readonly clock: Clock
  readonly say: (event: RunEvent) => void
  /** Aborted when the release is over, or nobody follows it any longer. */
  readonly signal: AbortSignal
}

type Outcome = Pick<Comparison, 'verdict' | 'why'>

/** True at the pauses at which the new version has production traffic. */
export function isComparable(now: ServiceDeployment): boolean {
  return now.lifecycleStage === 'POST_PRODUCTION_TRAFFIC_SHIFT' || shareOf(now) > 0
}

/**
 * Compares errors and response times of both versions, as the load balancer has measured them, and tells. Waits until there
 * are enough minutes, or until no more can be expected. What cannot be read is inconclusive.
 */
export async function compareVersions(
  live: Live,
  now: ServiceDeployment,
  analysis: Analysis,
  environment: GateEnvironment,
): Promise<Outcome> {
  const { clock, say } = environment
  const common = {
    type: 'release.analysis',
    service: live.target.name,
    percentile: analysis.percentile,
  } as const
  const basis = now.lifecycleStage === 'POST_PRODUCTION_TRAFFIC_SHIFT' ? 'before-the-shift' : 'same-minutes'
  const began = clock.now()
  say({ ...common, basis, state: 'started', took: 0 })
  const { verdict, why, previous, next } = await comparison(live, now, analysis, environment)
  say({ ...common, basis, state: verdict, took: clock.now() - began, why, previous, next })
  return { verdict, why }
}

async function comparison(
  live: Live,
  now: ServiceDeployment,
  analysis: Analysis,
  environment: GateEnvironment,
): Promise<Outcome & Partial<Comparison>> {
  try {
    const groups = await groupsOf(live, now, environment.aws)
    if (!groups)
      return { verdict: 'inconclusive', why: 'its target groups are behind no Application Load Balancer' }
    return await enoughMinutes(groups, now, analysis, environment)
  } catch (error) {
    // Neither a mistake of ours nor what the network has lost has an answer of AWS's in it.
    const isAws = (error as { $metadata?: unknown }).$metadata !== undefined || meaningOf(error) !== 'other'
    if (environment.signal.aborted || !isAws) throw error
    return { verdict: 'inconclusive', why: `the metrics cannot be read: ${(error as Error).message}` }
  }
}

interface Groups {
  readonly loadBalancer: string
  /** The previous version's, and the new one's. */
  readonly targetGroups: readonly [string, string]
}

async function groupsOf({ ends }: Live, now: ServiceDeployment, aws: Aws): Promise<Groups | undefined> {
  const [next] = await newTargetGroups(now, aws)
  const previous = ends?.targetGroups.find(group => group !== next)
  if (next === undefined || previous === undefined) return undefined
  const { TargetGroups = [] } = await aws.elbv2.describeTargetGroups({ TargetGroupArns: [next] })
  const loadBalancer = TargetGroups[0]?.LoadBalancerArns?.[0]
  if (!loadBalancer?.includes(':loadbalancer/app/')) return undefined
  return { loadBalancer, targetGroups: [previous, next] }
}

async function enoughMinutes(
  { loadBalancer, targetGroups }: Groups,
  now: ServiceDeployment,
  analysis: Analysis,
  { aws, clock, signal }: GateEnvironment,
): Promise<Comparison> {
  const { minutes, percentile } = analysis
  const shifted = now.lifecycleStage === 'POST_PRODUCTION_TRAFFIC_SHIFT'
  const until = clock.monotonic() + minutes * minute + patience
  // Before this deployment the new version's target group may have served an earlier one.
  const since = Math.ceil((now.createdAt?.getTime() ?? 0) / minute) * minute
  for (;;) {
    const to = Math.floor((clock.now() - delay) / minute) * minute
    const from = to - lookBack - 3 * minutes * minute
    const wanted = { loadBalancer, targetGroups, percentile, from, to }
    const [previous = [], later = []] = to > since ? await readTraffic(wanted, aws) : []
    const next = later.filter(({ at }) => at >= since)
    const sample = (shifted ? beforeAndAfter : sameMinutes)(previous, next, minutes)
    const result = compare(sample, analysis)
    if (sample.next.length >= minutes || clock.monotonic() >= until) return result
    await clock.sleep(interval, signal)
  }
}
