import type { Share } from '../elbv2/weights.ts'
import { sharesOf, shift } from '../elbv2/weights.ts'
import type { World } from '../world.ts'
import type { DeploymentRow, RevisionRow, ServiceRow } from './rows.ts'
import { revisionOf } from './rows.ts'

/** True where the deployment moves traffic from one target group to another. */
export function movesTraffic(row: ServiceRow, { strategy, sources, target }: DeploymentRow): boolean {
  return strategy !== 'ROLLING' && sources.length > 0 && revisionOf(row, target).loadBalancers.length > 0
}

/** Sends this share of the traffic, in percent, to the target revision, and the rest to the other group of each pair. */
export function shiftTo(
  world: World,
  row: ServiceRow,
  deployment: DeploymentRow,
  {
    rule,
    percent,
    at,
  }: { readonly rule: 'production' | 'test'; readonly percent: number; readonly at: number },
): void {
  const target = revisionOf(row, deployment.target)
  target.loadBalancers.forEach(({ targetGroupArn: first, advancedConfiguration: advanced }, index) => {
    const arn = rule === 'production' ? advanced?.productionListenerRule : advanced?.testListenerRule
    if (!arn) return
    const now = target.targetGroupArns[index]!
    const old = (now === first ? advanced?.alternateTargetGroupArn : first)!
    const shares = [
      { targetGroupArn: old, weight: 100 - percent },
      { targetGroupArn: now, weight: percent },
    ]
    shift(world, arn, shares, at)
  })
  deployment[rule] = percent
}

/** What ECS looks for before it moves anything. */
export function isAssociated(world: World, { loadBalancers }: RevisionRow): boolean {
  return loadBalancers.every(({ targetGroupArn = '', advancedConfiguration: advanced }) => {
    const { alternateTargetGroupArn = '', productionListenerRule = '', testListenerRule } = advanced ?? {}
    const holds = (shares: readonly Share[]) =>
      [targetGroupArn, alternateTargetGroupArn].every(arn =>
        shares.some(share => share.targetGroupArn === arn),
      )
    return (
      holds(sharesOf(world, productionListenerRule)) ||
      (testListenerRule !== undefined && holds(sharesOf(world, testListenerRule)))
    )
  })
}

/**
 * For each load balancer the group that the source does not use; for the first revision, and for groups that the source
 * does not know, the configured one. Entries may come in any order and number.
 */
export function targetGroupsFor(
  row: Pick<ServiceRow, 'loadBalancers'>,
  source: RevisionRow | undefined,
  moves: boolean,
): string[] {
  return row.loadBalancers.map(({ targetGroupArn = '', advancedConfiguration }) => {
    const alternate = advancedConfiguration?.alternateTargetGroupArn
    const live = source?.targetGroupArns.find(arn => arn === targetGroupArn || arn === alternate)
    if (!alternate || !live) return targetGroupArn
    // A rolling deployment stays where the traffic is.
    if (!moves) return live
    return live === targetGroupArn ? alternate : targetGroupArn
  })
}
