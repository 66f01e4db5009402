import type { Service } from '@aws-sdk/client-ecs'
import type { Action, TargetHealthDescription } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Aws } from '../aws/aws.ts'

/** The two ends between which ECS moves a service's traffic. */
export interface Ends {
  readonly targetGroups: readonly [string, string]
  /** ARN of an ALB's rule or of an NLB's listener. */
  readonly productionRule: string
  readonly testRule: string | undefined
  /** ARN of the role by which ECS moves it. */
  readonly role: string
}

/** Percent of the traffic by target group. */
export type Shares = Readonly<Record<string, number>>

export interface Health {
  readonly healthy: number
  readonly total: number
  /** Why the others are not: each reason once. */
  readonly reasons: readonly string[]
}

/** Undefined for a service whose traffic ECS does not shift: none of the load balancers names an alternate group. */
export function endsOf({ loadBalancers = [] }: Service): Ends | undefined {
  for (const { targetGroupArn, advancedConfiguration } of loadBalancers) {
    const { alternateTargetGroupArn, productionListenerRule, testListenerRule, roleArn } =
      advancedConfiguration ?? {}
    if (targetGroupArn && alternateTargetGroupArn && productionListenerRule)
      return {
        targetGroups: [targetGroupArn, alternateTargetGroupArn],
        productionRule: productionListenerRule,
        testRule: testListenerRule,
        role: roleArn ?? '',
      }
  }
  return undefined
}

/** Undefined where weights cannot be read: an NLB's listener has none of its own. */
export async function readShares(aws: Aws, rule: string): Promise<Shares | undefined> {
  if (!rule.includes(':listener-rule/')) return undefined
  const { Rules = [] } = await aws.elbv2.describeRules({ RuleArns: [rule] })
  return sharesOf(Rules[0]?.Actions ?? [])
}

/** Percent of the traffic that one of the two groups gets; undefined where weights cannot be read. */
export async function readNewShare(
  aws: Aws,
  { productionRule }: Ends,
  group: string,
): Promise<number | undefined> {
  const shares = await readShares(aws, productionRule)
  return shares && (shares[group] ?? 0)
}

/** Gives one of the two groups this share of the traffic, in percent, and the other one the rest. */
export async function setNewShare(
  aws: Aws,
  { productionRule, targetGroups }: Ends,
  { group, percent }: { readonly group: string; readonly percent: number },
): Promise<void> {
  const { Rules = [] } = await aws.elbv2.describeRules({ RuleArns: [productionRule] })
  // Weights are whole numbers up to 999.
  const parts = Number.isInteger(percent) ? 1 : 10
  const weightOf = (one: string) => Math.round((one === group ? percent : 100 - percent) * parts)
  const TargetGroups = targetGroups.map(one => ({ TargetGroupArn: one, Weight: weightOf(one) }))
  const Actions = (Rules[0]?.Actions ?? []).map(({ Type, Order, ForwardConfig, ...rest }): Action =>
    Type === 'forward'
      ? { Type, Order, ForwardConfig: { ...ForwardConfig, TargetGroups } }
      : { Type, Order, ForwardConfig, ...rest },
  )
  await aws.elbv2.modifyRule({ RuleArn: productionRule, Actions })
}

export function sharesOf(actions: readonly Action[]): Shares {
  const forward = actions.find(({ Type }) => Type === 'forward')
  const groups = forward?.ForwardConfig?.TargetGroups ?? [
    { TargetGroupArn: forward?.TargetGroupArn, Weight: 1 },
  ]
  const total = groups.reduce((sum, { Weight = 1 }) => sum + Weight, 0)
  return Object.fromEntries(
    groups.flatMap(({ TargetGroupArn, Weight = 1 }) =>
      TargetGroupArn ? [[TargetGroupArn, total === 0 ? 0 : Math.round((Weight / total) * 1000) / 10]] : [],
    ),
  )
}

/** The one target group that has all the traffic; undefined when it is split or goes elsewhere. */
export function soleTarget(shares: Shares, { targetGroups }: Pick<Ends, 'targetGroups'>): string | undefined {
  return targetGroups.find(group => shares[group] === 100)
}

/** `blue 95 %, green 5 %`, by the names in the ARNs. */
export function sharesText(shares: Shares): string {
  return Object.entries(shares)
    .map(([group, share]) => `${targetGroupName(group)} ${share} %`)
    .join(', ')
}

/** `arn:…:targetgroup/production-web-a/0123` is `production-web-a`. */
export function targetGroupName(arn: string): string {
  return arn.split('/').at(-2) ?? arn
}

/**
 * Draining targets are left out: they are on their way out, whatever they answer. `addresses`: only targets with one of
 * these count.
 */
export async function readHealth(
  aws: Aws,
  targetGroup: string,
  addresses?: ReadonlySet<string>,
): Promise<Health> {
  const { TargetHealthDescriptions = [] } = await aws.elbv2.describeTargetHealth({
    TargetGroupArn: targetGroup,
  })
  const staying = TargetHealthDescriptions.filter(
    ({ Target, TargetHealth }) =>
      TargetHealth?.State !== 'draining' && (addresses?.has(Target?.Id ?? '') ?? true),
  )
  const sick = staying.filter(({ TargetHealth }) => TargetHealth?.State !== 'healthy')
  return {
    healthy: staying.length - sick.length,
    total: staying.length,
    reasons: [...new Set(sick.map(reasonOf))],
  }
}

function reasonOf({ TargetHealth }: TargetHealthDescription): string {
  const { State, Reason, Description } = TargetHealth ?? {}
  return [`target ${State ?? 'without a state'}`, Reason, Description].filter(Boolean).join(': ')
}
