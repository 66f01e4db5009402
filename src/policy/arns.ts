import type { Scope } from './grants.ts'

/** Names that an ARN may contain besides its own, by placeholder. */
const placeholders = {
  cluster: ['ecs/cluster', 'ecs/existing-cluster'],
  service: ['ecs/service'],
  loadBalancer: ['elbv2/load-balancer', 'elbv2/existing-load-balancer'],
} as const

/** The ARNs that a pattern stands for: one for each name, and any name where none is known. */
export function arnsOf(pattern: string, names: readonly string[], scope: Scope): string[] {
  if (pattern === '*') return ['*']
  const { partition, region, account, stack } = scope
  const placed = pattern.replace('{region}', region).replace('{account}', account).replace('{stack}', stack)
  const filled = Object.entries(placeholders).reduce(
    (patterns, [placeholder, types]) =>
      patterns.flatMap(each =>
        filledWith(each, `{${placeholder}}`, [...new Set(types.flatMap(type => scope.namesOf(type)))]),
      ),
    filledWith(placed, '{name}', names),
  )
  return filled.map(each => `arn:${partition}:${each}`)
}

/** The ARNs of what the stack has of a type; none where it has nothing of it. */
export function arnsOfType(type: string, pattern: string, scope: Scope): string[] {
  const names = scope.namesOf(type)
  return names.length === 0 ? [] : arnsOf(pattern, names, scope)
}

function filledWith(pattern: string, placeholder: string, names: readonly string[]): string[] {
  if (!pattern.includes(placeholder)) return [pattern]
  // The name of a parameter may begin with the slash that its ARN contains once.
  const joined = pattern.replaceAll(`/${placeholder}`, placeholder)
  return (names.length > 0 ? names : ['*']).map(name =>
    (name.startsWith('/') ? joined : pattern).replace(placeholder, () => name),
  )
}
