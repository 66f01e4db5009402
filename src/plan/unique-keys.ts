import { canonical } from '../resources/json.ts'
import type { AnyKind } from '../resources/kind.ts'
import { hasUnknown } from '../resources/reference.ts'
import type { Decision } from './decision.ts'
import type { Refusal } from './plan.ts'

/** Something that AWS allows only once. */
export interface Key {
  /** Equal for two resources that cannot exist side by side. */
  readonly identity: string
  /** The prop that tells it apart. */
  readonly prop: string
  /** For people: `priority 20`. */
  readonly text: string
  /** The kind exchanges it while the plan runs. */
  readonly exchanged: boolean
}

/** The unique keys that a resource with these props takes up, as far as they are known. */
export function keysOf(kind: AnyKind, props: Readonly<Record<string, unknown>>): readonly Key[] {
  return (kind.uniqueKeys ?? []).flatMap(({ props: names, label, units, exchanged }): Key[] => {
    const [value, ...scope] = names.map(name => props[name])
    if ([value, ...scope].some(one => one === undefined || hasUnknown(one))) return []
    const text = `${label} ${String(value)}`
    const taken = units && typeof value === 'string' ? units(value) : [value]
    return taken.map(unit => ({
      prop: names[0]!,
      identity: canonical([kind.type, label, unit, scope]),
      text,
      exchanged: exchanged ?? false,
    }))
  })
}

/**
 * What a plan would give a key that another resource of the stack has until a later moment of the same plan. AWS would
 * refuse that call.
 */
export function contentions(decisions: readonly Decision[], kindOf: (type: string) => AnyKind): Refusal[] {
  const holders = new Map<string, Decision>()
  for (const decision of decisions)
    if (decision.observed && decision.takesOver === undefined)
      for (const { identity } of keysOf(kindOf(decision.type), decision.observed.props))
        holders.set(identity, decision)
  return decisions.flatMap((decision): Refusal[] => {
    const { address, label, type, action, changes, resource } = decision
    if (!resource || (action !== 'create' && action !== 'replace' && action !== 'update')) return []
    const after = {
      ...decision.observed?.props,
      ...Object.fromEntries(changes.map(change => [change.path, change.after])),
    }
    const clash = keysOf(kindOf(type), after).find(({ identity, exchanged }) => {
      const holder = holders.get(identity)
      return holder && holder.address !== address && !exchanged && !holder.makesRoom
    })
    const holder = clash && holders.get(clash.identity)
    if (!clash || !holder) return []
    return [
      {
        address,
        message: `${label}: the ${clash.text} is in use by ${holder.address} until this plan is done`,
        hint: `give ${address} another one, or make the change in two runs: first remove or change ${holder.address} (${holder.resource?.origin ?? 'run up without it'}), then add this one`,
      },
    ]
  })
}
