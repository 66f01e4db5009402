import type { Address } from '../resources/address.ts'
import { canonical } from '../resources/json.ts'
import type { AnyKind } from '../resources/kind.ts'
import { hasUnknown, referencesIn } from '../resources/reference.ts'
import type { Decision, Situation } from './decision.ts'
import type { Refusal } from './plan.ts'

/** Something that AWS allows only once. */
export interface Key {
  /** Equal for two resources that cannot exist side by side. */
  readonly identity: string
  /** The prop that tells it apart. */
  readonly prop: string
  /** For people: `priority`, and `priority 20`. */
  readonly label: string
  readonly text: string
  /** The kind exchanges it while the plan runs. */
  readonly exchanged: boolean
}

/** The unique keys that a resource with these props takes up, as far as they are known. */
export function keysOf(kind: AnyKind, props: Readonly<Record<string, unknown>>): readonly Key[] {
  return (kind.uniqueKeys ?? []).flatMap(({ props: names, label, units, exchanged }): Key[] => {
    const [value, ...scope] = names.map(name => props[name])
    if ([value, ...scope].some(one => one === undefined || hasUnknown(one))) return []
    return [value].flat().flatMap(member => {
      const taken = units && typeof member === 'string' ? units(member) : [member]
      return taken.map(unit => ({
        prop: names[0]!,
        label,
        identity: canonical([kind.type, label, unit, scope]),
        text: `${label} ${String(member)}`,
        exchanged: exchanged ?? false,
      }))
    })
  })
}

/** By unique key, the address that has it in AWS now. */
export function heldKeys({
  desired,
  ledger,
  observed,
  kindOf,
}: Pick<Situation, 'desired' | 'ledger' | 'observed' | 'kindOf'>): ReadonlyMap<string, Address> {
  const types = new Map(
    [...desired, ...(ledger?.entries.values() ?? [])].map(({ address, type }) => [address, type]),
  )
  return new Map(
    [...observed].flatMap(([address, { props }]) => {
      const type = types.get(address)
      return type === undefined
        ? []
        : keysOf(kindOf(type), props).map(({ identity }) => [identity, address] as const)
    }),
  )
}

interface Contention {
  readonly decision: Decision
  readonly holder: Decision
  readonly key: Key
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
  const all = decisions.flatMap(decision => contentionOf(decision, kindOf, holders) ?? [])
  const told = new Set<Decision>()
  return all.flatMap((one): Refusal[] => {
    if (told.has(one.decision)) return []
    const circle = circleFrom(one, all)
    for (const { decision } of circle) told.add(decision)
    return [circle.length > 0 ? exchangeRefusal([one, ...circle.slice(1)]) : takenRefusal(one)]
  })
}

function contentionOf(
  decision: Decision,
  kindOf: (type: string) => AnyKind,
  holders: ReadonlyMap<string, Decision>,
): Contention | undefined {
  const { address, type, action, changes, resource, observed } = decision
  if (!resource || (action !== 'create' && action !== 'replace' && action !== 'update')) return undefined
  const after = {
    ...observed?.props,
    ...Object.fromEntries(changes.map(change => [change.path, change.after])),
  }
  const key = keysOf(kindOf(type), after).find(({ identity, exchanged }) => {
    const holder = holders.get(identity)
    return holder && holder.address !== address && !exchanged && !holder.makesRoom
  })
  const holder = key && holders.get(key.identity)
  return holder && { decision, holder, key }
}

/** The contentions of a circle, in which each wants what the next one has; none when the way does not lead back. */
function circleFrom(first: Contention, all: readonly Contention[]): readonly Contention[] {
  const circle = [first]
  for (;;) {
    const { holder } = circle.at(-1)!
    if (holder === first.decision) return circle
    const next = all.find(({ decision }) => decision === holder)
    if (!next || circle.includes(next)) return []
    circle.push(next)
  }
}

function exchangeRefusal(circle: readonly Contention[]): Refusal {
  const [{ decision, key }] = circle as readonly [Contention]
  const members = circle
    .map(one => one.decision)
    .toSorted((a, b) => (a.address < b.address ? -1 : 1))
    .map(({ address, observed }) => ({ address, value: String(observed?.props[key.prop]) }))
  const addresses = members.map(({ address }) => address)
  return {
    address: addresses[0]!,
    message: `${decision.label}: ${addresses.join(' and ')} would exchange their ${key.label}, and AWS gives it to no two at a time`,
    hint: `keep what each of them has (${decision.resource?.origin ?? 'in the config'}): ${members.map(({ address, value }) => `${value} for ${address}`).join(', ')}`,
  }
}

function takenRefusal({ decision: { address, label }, holder, key }: Contention): Refusal {
  return {
    address,
    message: `${label}: the ${key.text} is in use by ${holder.address} until this plan is done`,
    hint: `give ${address} another one, or make the change in two runs: first remove or change ${holder.address} (${holder.resource?.origin ?? 'run up without it'}), then add this one`,
  }
}

/** Without those that only follow: of what uses a resource that itself is refused. */
export function withoutConsequences(
  refusals: readonly Refusal[],
  causes: readonly Refusal[],
  decisions: readonly Decision[],
): Refusal[] {
  const refused = new Set(causes.map(({ address }) => address))
  const byAddress = new Map(decisions.map(decision => [decision.address, decision]))
  return refusals.filter(({ address }) => {
    const props = byAddress.get(address)?.resource?.props ?? {}
    return !referencesIn(props).some(({ reference }) => refused.has(reference))
  })
}
