import type { Share } from '../elbv2/weights.ts'
import { sharesOf, shift } from '../elbv2/weights.ts'
import type { World } from '../world.ts'
import type { DeploymentRow, RevisionRow, ServiceRow } from './rows.ts'
import { revisionOf } from './rows.ts'

/** True where the deployment moves traffic from one target group to another. */
export function movesTraffic(row: ServiceRow, { strategy, sources, target }: DeploymentRow): boolean {
  return strategy !== 'ROLLING' && sources.length > 0 && revisionOf(row, target).loadBalancers.length > 0
}

/** Sends this share of the traffic, in percent, to the target revision, and the rest to the first source. */
export function shiftTo(
  world: World,
  row: ServiceRow,
  deployment: DeploymentRow,
  { rule, percent }: { readonly rule: 'production' | 'test'; readonly percent: number },
): void {
  const [source] = deployment.sources
  const target = revisionOf(row, deployment.target)
  target.loadBalancers.forEach(({ advancedConfiguration: advanced }, index) => {
    const arn = rule === 'production' ? advanced?.productionListenerRule : advanced?.testListenerRule
    if (!arn) return
    const old = revisionOf(row, source!).targetGroupArns[index]!
    const now = target.targetGroupArns[index]!
    shift(world, arn, [
      { targetGroupArn: old, weight: 100 - percent },
      { targetGroupArn: now, weight: percent },
    ])
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

/** For each load balancer the group that the source does not use; for the first revision the configured one. */
export function targetGroupsFor(
  row: Pick<ServiceRow, 'loadBalancers'>,
  source: RevisionRow | undefined,
  moves: boolean,
): string[] {
  return row.loadBalancers.map(({ targetGroupArn = '', advancedConfiguration }, index) => {
    const alternate = advancedConfiguration?.alternateTargetGroupArn
    const live = source?.targetGroupArns[index]
    if (!alternate || !live) return targetGroupArn
    // A rolling deployment stays where the traffic is.
    if (!moves) return live
    return live === targetGroupArn ? alternate : targetGroupArn
  })
}
