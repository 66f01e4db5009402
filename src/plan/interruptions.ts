import type { Address } from '../resources/address.ts'
import type { AnyKind, Interrupting } from '../resources/kind.ts'
import { referencesIn } from '../resources/reference.ts'
import type { Resource } from '../resources/resource.ts'
import type { Decision } from './decision.ts'
import type { Interruption } from './plan.ts'

/**
 * What the plan does to whoever uses a service: the changes that interrupt something, under the name of each service
 * that uses it, directly or through other resources. What no service uses interrupts nobody.
 */
export function interruptionsIn(
  decisions: readonly Decision[],
  kindOf: (type: string) => AnyKind,
): readonly Interruption[] {
  const usersOf = usersIn(decisions.flatMap(({ resource }) => resource ?? []))
  const serving = new Map(
    decisions
      // What is created in this plan has no users yet.
      .filter(({ type, observed }) => kindOf(type).serves && observed)
      .map(({ address }) => [address, address.slice(address.indexOf('/') + 1)]),
  )
  return decisions.flatMap(decision => {
    const interrupting = interruptingOf(decision, kindOf(decision.type))
    if (interrupting.length === 0) return []
    const services = [...allUsers(decision.address, usersOf)].flatMap(user => serving.get(user) ?? [])
    return services.flatMap(service =>
      interrupting.map(({ reason, seconds }) => ({
        service,
        reason,
        ...(seconds === undefined ? {} : { seconds }),
      })),
    )
  })
}

function interruptingOf(
  { action, observed, changes, makesRoom, reason, label, address }: Decision,
  kind: AnyKind,
): readonly Interrupting[] {
  if (!observed) return []
  if (makesRoom) {
    const rule = kind.replacement === 'create-first' ? undefined : kind.replacement.deleteFirst
    const why = rule ? `: ${rule.replace(/\.$/, '')}` : ''
    return [
      {
        reason: `${label} ${address} is deleted before its replacement exists (${reason ?? 'it is replaced'})${why}`,
        seconds: kind.seconds.delete + kind.seconds.create,
      },
    ]
  }
  if (action !== 'update' && action !== 'resume') return []
  const after = {
    ...observed.props,
    ...Object.fromEntries(changes.map(change => [change.path, change.after])),
  }
  return changes.length === 0 ? [] : (kind.interrupts?.(observed.props, after) ?? [])
}

/** For each address, what refers to it. */
function usersIn(resources: readonly Resource[]): ReadonlyMap<Address, readonly Address[]> {
  const users = new Map<Address, Address[]>()
  for (const { address, props, after } of resources)
    for (const used of [
      ...referencesIn(props).map(({ reference }) => reference),
      ...after.map(one => one.address),
    ])
      users.set(used, [...(users.get(used) ?? []), address])
  return users
}

function allUsers(address: Address, usersOf: ReadonlyMap<Address, readonly Address[]>): Set<Address> {
  const all = new Set<Address>([address])
  for (const one of all) for (const user of usersOf.get(one) ?? []) all.add(user)
  return all
}
