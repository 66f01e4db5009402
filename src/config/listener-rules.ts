import { deploymentOf } from './deployment.ts'
import type { ServiceConfig, StackConfig } from './schema/stack.ts'
import { takesTheRest } from './uses.ts'

/** Where the listener rules of a service are evaluated: the lowest priority that matches wins. */
export interface Priorities {
  readonly rule: number
  /** Of the rule for test traffic on the same listener; undefined where there is none, or no free one. */
  readonly test: number | undefined
}

/** The last of all rules. */
const theRestPriority = 50_000

/**
 * Priorities by service. Rules are tens apart in the order of the config, unless a service has a priority of its own. Test
 * traffic is decided on as close before the service's own rule as there is a free priority.
 */
export function prioritiesOf({ services }: Pick<StackConfig, 'services'>): Map<string, Priorities> {
  const routed = Object.entries(services)
    .map(([name, service], index) => ({ name, service, rule: priorityOf(service, index) }))
    .filter(({ service }) => service.paths !== undefined)
  const taken = new Set(routed.map(({ rule }) => rule))
  const tests = new Map<string, number>()
  // From the last to the first, so that those of neighbours are in the order of their rules.
  for (const { name, service, rule } of routed.toSorted((a, b) => b.rule - a.rule)) {
    if (!deploymentOf(service).testHeader) continue
    let free = rule - 1
    while (taken.has(free)) free--
    if (free < 1) continue
    taken.add(free)
    tests.set(name, free)
  }
  return new Map(routed.map(({ name, rule }) => [name, { rule, test: tests.get(name) }]))
}

function priorityOf(service: ServiceConfig, index: number): number {
  return service.priority ?? (takesTheRest(service) ? theRestPriority : (index + 1) * 10)
}

export interface RuleConditions {
  readonly paths: readonly string[]
  readonly hosts: readonly string[]
}

/** Values that AWS takes in the conditions of one rule. */
const conditionValues = 5

/** What the rule of a service asks for. */
export function conditionsOf(
  { existing, domain }: Pick<StackConfig, 'existing' | 'domain'>,
  service: Pick<ServiceConfig, 'paths'>,
): RuleConditions {
  // On a listener that others use as well, only what is asked of our names is ours.
  const isShared = existing.loadBalancer !== undefined && domain !== undefined
  return {
    paths: takesTheRest(service) ? ['/*'] : (service.paths ?? []),
    hosts: isShared ? [domain.name, ...domain.aliases.map(alias => `${alias}.${domain.name}`)] : [],
  }
}

/** True where the rule of the service takes a header beside its own conditions. */
export function takesHeader({ paths, hosts }: RuleConditions): boolean {
  return paths.length + hosts.length < conditionValues
}

/** The conditions of a test rule beside its header, which is enough to know test traffic by: as many as fit. */
export function testConditionsOf({ paths, hosts }: RuleConditions): RuleConditions {
  const choices = [
    { paths, hosts },
    { paths: [], hosts },
    { paths: [], hosts: [] },
  ]
  return choices.find(takesHeader)!
}
