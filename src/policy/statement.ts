/** One statement of a policy document, as IAM reads it. */
export interface Statement {
  readonly Sid: string
  readonly Effect: 'Allow'
  readonly Action: readonly string[]
  readonly Resource: readonly string[]
  readonly Condition?: Condition
}

export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>

/** A permission before it is merged with others of the same purpose. */
export interface Grant {
  /** What it is for, within the service: `Create`, `Change`, `Read`. */
  readonly purpose: string
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  readonly condition?: Condition
}

/**
 * The grants as statements: those of one service, one purpose and one condition become one statement. An action that
 * meets the ARN of another type in it allows nothing more.
 */
export function merged(grants: readonly Grant[]): Statement[] {
  const groups = new Map<string, { sid: string; condition: Condition | undefined; of: Grant[] }>()
  for (const { purpose, actions, resources, condition } of grants)
    for (const [service, own] of byService(actions)) {
      const sid = purpose === 'Read' ? 'Read' : `${pascal(service)}${purpose}`
      const key = `${sid} ${JSON.stringify(condition)}`
      const group = groups.get(key) ?? { sid, condition, of: [] }
      group.of.push({ purpose, actions: own, resources })
      groups.set(key, group)
    }
  return [...groups.values()].map(({ sid, condition, of }) => ({
    Sid: sid,
    Effect: 'Allow',
    Action: unique(of.flatMap(({ actions }) => actions)),
    Resource: unique(of.flatMap(({ resources }) => resources)),
    ...(condition ? { Condition: condition } : {}),
  }))
}

function byService(actions: readonly string[]): Map<string, string[]> {
  const services = new Map<string, string[]>()
  for (const action of actions) {
    const service = action.split(':')[0]!
    services.set(service, [...(services.get(service) ?? []), action])
  }
  return services
}

/** Sorted, so that the same stack gives the same text; and `*` says all. */
function unique(values: readonly string[]): string[] {
  return values.includes('*') ? ['*'] : [...new Set(values)].toSorted()
}

/** `application-autoscaling` → `ApplicationAutoscaling`: a Sid takes letters and digits alone. */
function pascal(service: string): string {
  return service
    .split('-')
    .map(word => word[0]!.toUpperCase() + word.slice(1))
    .join('')
}
