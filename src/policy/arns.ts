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

function filledWith(pattern: string, placeholder: string, names: readonly string[]): string[] {
  if (!pattern.includes(placeholder)) return [pattern]
  return (names.length > 0 ? names : ['*']).map(name =>
    // The name of a parameter may begin with the slash that its ARN contains once.
    pattern.replace(name.startsWith('/') ? `/${placeholder}` : placeholder, () => name),
  )
}
