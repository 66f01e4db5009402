import { deploymentOf } from '../config/deployment.ts'
import type { Analysis } from '../config/schema/deployment.ts'
import type { ReleaseGate } from '../state/release.ts'
import { tasksToStart } from './first-release.ts'
import type { Live } from './live.ts'
import type { PreflightFinding } from './preflight-finding.ts'
import type { ReleaseWish } from './wish.ts'

/** How the metrics of both versions are compared in a release; undefined where they are not. */
export function analysisOf(live: Live, { analysis = true }: ReleaseWish): Analysis | undefined {
  // A first release has no previous version.
  if (!analysis || tasksToStart(live) !== undefined) return undefined
  return deploymentOf(live.target.config).analysis
}

/** What a release has to pass where it pauses, for the ledger: who follows it from elsewhere has to know. */
export function gatesOf(live: Live, wish: ReleaseWish): ReleaseGate[] {
  return [
    ...(wish.checks.length > 0 ? (['checks'] as const) : []),
    ...(wish.pause ? (['pause'] as const) : []),
    ...(wish.together ? (['others'] as const) : []),
    ...(analysisOf(live, wish) ? (['analysis'] as const) : []),
  ]
}

/** Why the metrics of this release could not be compared, or by nobody. */
export function analysisFindings(live: Live, wish: ReleaseWish): PreflightFinding[] {
  if (!analysisOf(live, wish)) return []
  const refusal = (message: string, hint: string): PreflightFinding[] => [
    { level: 'refusal', message, hint: `${hint}, or --no-analysis` },
  ]
  if ((wish.strategy ?? live.strategy) === 'ROLLING')
    return refusal(
      'deployment.analysis compares two target groups, and a rolling deployment has one for both versions',
      wish.strategy === 'ROLLING'
        ? 'release with another --strategy'
        : 'run provision up, which gives the service the strategy of the config',
    )
  if (wish.detach)
    return refusal(
      '--detach leaves nobody to compare the metrics of both versions (deployment.analysis)',
      'leave out --detach',
    )
  return []
}
