import type { PolicyDocument } from './documents.ts'
import type { Condition, Statement } from './statement.ts'

/** One action at one resource, with the values of the condition keys that are known of it. */
export interface AccessRequest {
  readonly action: string
  /** An ARN, or `*` where AWS authorises an action at no resource. */
  readonly resource: string
  readonly values: Readonly<Record<string, string>>
}

export type Evaluator = (request: AccessRequest) => boolean

/**
 * Whether policy documents of ours allow a request, as IAM decides it: one statement has to name the action, the resource
 * and only conditions that hold. A key that the request has no value for is not equal to anything. Throws for what our
 * documents never contain: wildcards in actions, and operators other than `StringEquals`.
 */
export function evaluatorOf(documents: readonly PolicyDocument[]): Evaluator {
  const byAction = new Map<string, { at: (resource: string) => boolean; holds: Holds }[]>()
  for (const { Action, Resource, Condition } of documents.flatMap(statementsOf)) {
    const statement = { at: matcherOf(Resource), holds: conditionOf(Condition) }
    for (const action of Action) {
      if (action.includes('*')) throw new TypeError(`cannot evaluate the action ${action}`)
      byAction.set(action, [...(byAction.get(action) ?? []), statement])
    }
  }
  return ({ action, resource, values }) =>
    (byAction.get(action) ?? []).some(({ at, holds }) => at(resource) && holds(values))
}

type Holds = (values: AccessRequest['values']) => boolean

function statementsOf({ Statement: statements }: PolicyDocument): readonly Statement[] {
  return statements
}

function matcherOf(patterns: readonly string[]): (resource: string) => boolean {
  if (patterns.includes('*')) return () => true
  const exact = new Set(patterns.filter(pattern => !/[*?]/.test(pattern)))
  const wild = patterns.filter(pattern => !exact.has(pattern)).map(expressionOf)
  return resource => exact.has(resource) || wild.some(expression => expression.test(resource))
}

/** In a resource, IAM's `*` stands for any characters and `?` for one. */
function expressionOf(pattern: string): RegExp {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`)
}

function conditionOf(condition: Condition = {}): Holds {
  const operator = Object.keys(condition).find(name => name !== 'StringEquals')
  if (operator) throw new TypeError(`cannot evaluate the operator ${operator}`)
  const wanted = Object.entries(condition['StringEquals'] ?? {})
  return values => wanted.every(([key, allowed]) => key in values && [allowed].flat().includes(values[key]!))
}
