import type { Rule, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Random } from '../../effects/random.ts'
import { sorted } from '../../resources/json.ts'
import type { HttpHeader } from './test-header.ts'
import { generatedValue, isGenerated, liveHeader, shownHeader } from './test-header.ts'

/** What a rule asks of a request. */
export interface Conditions {
  /** AWS allows five patterns, hosts and header values together. */
  readonly pathPatterns?: readonly string[] | undefined
  readonly hostHeaders?: readonly string[] | undefined
  /** Only requests with this header and one of these values. */
  readonly httpHeader?: HttpHeader | undefined
}

export const conditionNames = [
  'pathPatterns',
  'hostHeaders',
  'httpHeader',
] as const satisfies (keyof Conditions)[]

/** Condition values that AWS takes in one rule. */
const conditionValues = 5

/** AWS's conditions. A generated header value stays as it is in `live`, the rule's present conditions, under its name. */
export function conditionsOf(
  { pathPatterns = [], hostHeaders = [], httpHeader }: Conditions,
  random: Random,
  live?: readonly RuleCondition[],
): RuleCondition[] {
  return [
    ...(pathPatterns.length > 0
      ? [{ Field: 'path-pattern', PathPatternConfig: { Values: [...pathPatterns] } }]
      : []),
    ...(hostHeaders.length > 0
      ? [{ Field: 'host-header', HostHeaderConfig: { Values: [...hostHeaders] } }]
      : []),
    ...(httpHeader
      ? [
          {
            Field: 'http-header',
            HttpHeaderConfig: {
              HttpHeaderName: httpHeader.name,
              Values:
                httpHeader.values === 'generated'
                  ? [keptValue(httpHeader.name, live) ?? generatedValue(random)]
                  : [...httpHeader.values],
            },
          },
        ]
      : []),
  ]
}

function keptValue(name: string, live: readonly RuleCondition[] | undefined): string | undefined {
  const header = liveHeader(live)
  const [value = ''] = header?.values ?? []
  return header?.name.toLowerCase() === name.toLowerCase() && isGenerated(value) ? value : undefined
}

/** What the rule asks for, in the declared shape. `declared`: the header as it is declared. */
export function conditionsIn(
  { Conditions: all = [] }: Rule,
  declared: HttpHeader | undefined,
): Required<Pick<Conditions, 'pathPatterns' | 'hostHeaders'>> & Pick<Conditions, 'httpHeader'> {
  const httpHeader = shownHeader(all, declared)
  return {
    pathPatterns: sorted(valuesOf(all, 'path-pattern')),
    hostHeaders: sorted(valuesOf(all, 'host-header')),
    ...(httpHeader && { httpHeader }),
  }
}

/** Paths and hosts of both; undefined where one rule does not take so many. */
export function joinedConditions(before: Conditions, after: Conditions): Conditions | undefined {
  const pathPatterns = joined(before.pathPatterns, after.pathPatterns)
  const hostHeaders = joined(before.hostHeaders, after.hostHeaders)
  const fits = pathPatterns.length + hostHeaders.length + (after.httpHeader ? 1 : 0) <= conditionValues
  return fits ? { pathPatterns, hostHeaders } : undefined
}

function joined(before: readonly string[] = [], after: readonly string[] = []): readonly string[] {
  return sorted([...new Set([...before, ...after])])
}

function valuesOf(conditions: readonly RuleCondition[], field: 'path-pattern' | 'host-header'): string[] {
  const condition = conditions.find(({ Field }) => Field === field)
  const config = field === 'path-pattern' ? condition?.PathPatternConfig : condition?.HostHeaderConfig
  return config?.Values ?? condition?.Values ?? []
}
