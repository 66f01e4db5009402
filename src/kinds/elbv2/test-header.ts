import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Random } from '../../effects/random.ts'

/** A header that a rule asks for. */
export interface HttpHeader {
  readonly name: string
  /** `generated`: one value that nobody can guess. It stands in the rule in AWS, and is never recorded or shown. */
  readonly values: readonly string[] | 'generated'
}

/** 122 random bits in 32 hexadecimal digits: AWS compares the values of headers whatever the case of their letters. */
export function generatedValue(random: Random): string {
  return random.uuid().replaceAll('-', '')
}

/** True for a value as `generatedValue` makes them. */
export function isGenerated(value: string): boolean {
  return /^[0-9a-f]{32}$/.test(value)
}

/** The header that a rule asks for in AWS, with its value; undefined where it asks for none. */
export function liveHeader(
  conditions: readonly RuleCondition[] = [],
): { readonly name: string; readonly values: readonly string[] } | undefined {
  const { HttpHeaderConfig } = conditions.find(({ Field }) => Field === 'http-header') ?? {}
  return (
    HttpHeaderConfig && { name: HttpHeaderConfig.HttpHeaderName ?? '', values: HttpHeaderConfig.Values ?? [] }
  )
}

/** As `liveHeader`, without a generated value. One that the config itself names is no secret. */
export function shownHeader(
  conditions: readonly RuleCondition[] | undefined,
  declared: HttpHeader | undefined,
): HttpHeader | undefined {
  const live = liveHeader(conditions)
  const isSecret = live?.values.length === 1 && isGenerated(live.values[0]!)
  const isDeclared = declared?.values !== 'generated' && declared?.values.includes(live?.values[0] ?? '')
  return live && isSecret && !isDeclared ? { name: live.name, values: 'generated' } : live
}
