import type { ServiceDeploymentBrief } from '@aws-sdk/client-ecs'
import type { Release } from '../state/release.ts'
import { isOver } from './live.ts'
import { verdictOn } from './outcome.ts'

/**
 * The releases with what ECS knows of those whose run died before it could write down how they ended. AWS is the truth,
 * the ledger only remembers.
 */
export function settled(
  releases: readonly Release[],
  deployments: readonly ServiceDeploymentBrief[],
): readonly Release[] {
  return releases.map(release => {
    if (release.outcome !== 'running') return release
    const known = deployments.find(one => one.serviceDeploymentArn === release.deployment)
    if (!known || !isOver(known.status)) return release
    const { outcome, why } = verdictOn(known, undefined)
    return {
      ...release,
      outcome,
      ...(known.finishedAt && { finished: known.finishedAt.getTime() }),
      ...(why !== undefined && { why }),
    }
  })
}
