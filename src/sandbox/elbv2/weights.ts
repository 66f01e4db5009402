import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { World } from '../world.ts'
import { rows } from './rows.ts'

export interface Share {
  readonly targetGroupArn: string
  readonly weight: number
}

/** The target groups that a rule forwards to; none when there is no such rule. */
export function sharesOf(world: World, ruleArn: string): Share[] {
  const { ForwardConfig } = holderOf(world, ruleArn)?.actions[0] ?? {}
  return (ForwardConfig?.TargetGroups ?? []).map(({ TargetGroupArn = '', Weight = 1 }) => ({
    targetGroupArn: TargetGroupArn,
    weight: Weight,
  }))
}

/** What ECS does to a rule when it moves traffic. */
export function shift(world: World, ruleArn: string, shares: readonly Share[]): void {
  const holder = holderOf(world, ruleArn)
  const [action] = holder?.actions ?? []
  if (!holder || action?.Type !== 'forward') return
  const ForwardConfig = {
    ...action.ForwardConfig,
    TargetGroups: shares.map(({ targetGroupArn, weight }) => ({
      TargetGroupArn: targetGroupArn,
      Weight: weight,
    })),
  }
  holder.actions = [{ Type: 'forward', ForwardConfig }]
}

/** The rule, or the listener whose default rule it is. */
function holderOf(world: World, ruleArn: string): { actions: Action[] } | undefined {
  const listenerArn = ruleArn.replace(':listener-rule/', ':listener/').replace(/\/default$/, '')
  return rows(world, 'rule').get(ruleArn) ?? rows(world, 'listener').get(listenerArn)
}
