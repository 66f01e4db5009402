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
 * The grants as statements. Grants of one service, one purpose and one condition become one statement when their condition
 * is about the resource's own tags: there, an action meets nothing but the stack's resources. All others are merged only
 * where each action is granted on exactly the same resources, so that no action reaches the resources of another.
 */
export function merged(grants: readonly Grant[]): Statement[] {
  const groups = new Map<string, { sid: string; condition: Condition | undefined; of: Grant[] }>()
  for (const { purpose, actions, resources, condition } of grants) {
    if (resources.length === 0) continue
    for (const [service, own] of byService(actions)) {
      const sid = purpose === 'Read' ? 'Read' : `${pascal(service)}${purpose}`
      const key = `${sid} ${JSON.stringify(condition)}`
      const group = groups.get(key) ?? { sid, condition, of: [] }
      group.of.push({ purpose, actions: own, resources })
      groups.set(key, group)
    }
  }
  return [...groups.values()].flatMap(({ sid, condition, of }) => {
    const parts = isAboutTags(condition) ? [whole(of)] : byResources(of)
    return parts.map(({ actions, resources }) => ({
      Sid: sid,
      Effect: 'Allow' as const,
      Action: actions,
      Resource: resources,
      ...(condition ? { Condition: condition } : {}),
    }))
  })
}

interface Part {
  readonly actions: readonly string[]
  readonly resources: readonly string[]
}

function isAboutTags(condition: Condition | undefined): boolean {
  return Object.values(condition ?? {}).some(keys =>
    Object.keys(keys).some(key => key.startsWith('aws:ResourceTag/')),
  )
}

function whole(grants: readonly Grant[]): Part {
  return {
    actions: unique(grants.flatMap(({ actions }) => actions)),
    resources: unique(grants.flatMap(({ resources }) => resources)),
  }
}

/** One part for each set of resources that some actions have in common. */
function byResources(grants: readonly Grant[]): Part[] {
  const resourcesOf = new Map<string, string[]>()
  for (const { actions, resources } of grants)
    for (const action of actions) resourcesOf.set(action, [...(resourcesOf.get(action) ?? []), ...resources])
  const parts = new Map<string, { actions: string[]; resources: readonly string[] }>()
  for (const [action, all] of resourcesOf) {
    const resources = unique(all)
    const part = parts.get(resources.join(' ')) ?? { actions: [], resources }
    part.actions.push(action)
    parts.set(resources.join(' '), part)
  }
  return [...parts.values()].map(({ actions, resources }) => ({ actions: unique(actions), resources }))
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
export function pascal(service: string): string {
  return service
    .split('-')
    .map(word => word[0]!.toUpperCase() + word.slice(1))
    .join('')
}
