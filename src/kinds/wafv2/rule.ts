import type { Rule } from '@aws-sdk/client-wafv2'

/** A group of rules that AWS maintains, or a limit for each address. */
export interface WebAclRule {
  readonly name: string
  /** Of AWS's managed rule groups, e.g. `AWSManagedRulesCommonRuleSet`. */
  readonly managedGroup?: string | undefined
  /** Requests from one IP address in five minutes. */
  readonly rateLimit?: number | undefined
  /** True: matching requests are only counted. */
  readonly count: boolean
}

/** In the order given, which is the order in which WAF tries them. */
export function rulesOf(rules: readonly WebAclRule[]): Rule[] {
  return rules.map(({ name, managedGroup, rateLimit, count }, Priority) => ({
    Name: name,
    Priority,
    ...(managedGroup === undefined
      ? {
          Statement: { RateBasedStatement: { Limit: rateLimit, AggregateKeyType: 'IP' as const } },
          Action: count ? { Count: {} } : { Block: {} },
        }
      : {
          Statement: { ManagedRuleGroupStatement: { VendorName: 'AWS', Name: managedGroup } },
          // A group has actions of its own, so it takes an override here and no action.
          OverrideAction: count ? { Count: {} } : { None: {} },
        }),
    VisibilityConfig: visibility(name),
  }))
}

/** Rules that cannot be declared are shown by their name alone, so that they are seen as a difference. */
export function rulesIn(rules: readonly Rule[] = []): WebAclRule[] {
  return rules
    .toSorted((a, b) => (a.Priority ?? 0) - (b.Priority ?? 0))
    .map(({ Name = '', Statement, Action, OverrideAction }) => ({
      name: Name,
      ...(Statement?.ManagedRuleGroupStatement?.VendorName === 'AWS'
        ? { managedGroup: Statement.ManagedRuleGroupStatement.Name }
        : {}),
      ...(Statement?.RateBasedStatement ? { rateLimit: Statement.RateBasedStatement.Limit } : {}),
      count: (Action?.Count ?? OverrideAction?.Count) !== undefined,
    }))
}

/** What CloudWatch calls the counters of an ACL or a rule. */
export function visibility(MetricName: string) {
  return { SampledRequestsEnabled: true, CloudWatchMetricsEnabled: true, MetricName }
}
