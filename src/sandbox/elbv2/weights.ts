import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { World } from '../world.ts'
import type { RuleRow } from './rows.ts'
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

/** The shares that a rule had in turn, in percent by target group, and from when on each was; oldest first. */
export function sharesOverTime(
  world: World,
  ruleArn: string,
): { readonly from: number; readonly percent: Readonly<Record<string, number>> }[] {
  const row = rows(world, 'rule').get(ruleArn)
  if (!row) return []
  const past = row.past ?? []
  return [...past, { until: Infinity, actions: row.actions }].map(({ actions }, index) => {
    const groups = actions[0]?.ForwardConfig?.TargetGroups ?? []
    const total = groups.reduce((sum, { Weight = 1 }) => sum + Weight, 0)
    return {
      from: past[index - 1]?.until ?? row.created,
      percent: Object.fromEntries(
        groups.map(({ TargetGroupArn = '', Weight = 1 }) => [
          TargetGroupArn,
          total === 0 ? 0 : (Weight / total) * 100,
        ]),
      ),
    }
  })
}

/** Keeps what a rule forwards to, since it is about to change. */
export function remember(row: RuleRow, now: number): void {
  row.past = [...(row.past ?? []), { until: now, actions: row.actions }]
}

/** What ECS does to a rule when it moves traffic. */
export function shift(world: World, ruleArn: string, shares: readonly Share[], at: number): void {
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
  const rule = rows(world, 'rule').get(ruleArn)
  if (rule) remember(rule, at)
  holder.actions = [{ Type: 'forward', ForwardConfig }]
}

/** The rule, or the listener whose default rule it is. */
function holderOf(world: World, ruleArn: string): { actions: Action[] } | undefined {
  const listenerArn = ruleArn.replace(':listener-rule/', ':listener/').replace(/\/default$/, '')
  return rows(world, 'rule').get(ruleArn) ?? rows(world, 'listener').get(listenerArn)
}
