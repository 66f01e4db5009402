import { identityTags } from '../aws/tags.ts'
import type { Address } from '../resources/address.ts'
import type { Reference } from '../resources/reference.ts'
import { resolve } from '../resources/reference.ts'
import type { Resource } from '../resources/resource.ts'
import { decide } from './decide.ts'
import type { AnyObserved, Decision, Plan, Situation } from './decision.ts'
import { dependentsRefused } from './dependents.ts'
import { massDisappearance } from './disappearance.ts'
import type { HeldBack } from './held-back.ts'
import { heldBackBy, leftAsItIs } from './held-back.ts'
import type { Impossibility } from './impossible.ts'
import { refusalsOf } from './impossible.ts'
import { interruptionsIn } from './interruptions.ts'
import { keptFor } from './keep.ts'
import { withKnownNames } from './known-names.ts'
import { leftoversIn } from './leftovers.ts'
import { movesIn } from './moves.ts'
import { withOpenings } from './openings.ts'
import { lineageOf, ownTags } from './ownership.ts'
import type { Refusal } from './plan.ts'
import { removal } from './removal.ts'
import { staleLedger } from './serial-mark.ts'
import { contentions, heldKeys, withoutConsequences } from './unique-keys.ts'

/**
 * Compares the desired state, the ledger and AWS, and says what `up` has to do. What is refused for one resource only is
 * held back, and the rest is planned as if the config had that resource as it is. Pure: the same situation gives the same
 * plan.
 */
export function makePlan(situation: Situation): Plan {
  const held = new Map<Address, HeldBack>()
  const desired = new Map(situation.desired.map(resource => [resource.address, resource]))
  for (;;) {
    const { plan, impossible } = planHolding(situation, held)
    const more = heldBackBy(plan.decisions, impossible, held, desired)
    if (more.size === 0) return plan
    for (const [address, one] of more) held.set(address, one)
  }
}

function planHolding(
  situation: Situation,
  heldBack: ReadonlyMap<Address, HeldBack>,
): { readonly plan: Plan; readonly impossible: readonly Impossibility[] } {
  const { desired, ledger, observed, scheduled, kindOf, identity, restored } = situation
  const lineage = lineageOf(situation)
  const decisions = new Map<Address, Decision>()
  const refusals: Refusal[] = [...staleLedger(situation), ...(situation.refused ?? [])]
  const impossible: Impossibility[] = []
  const lookup = lookupIn(decisions, observed, kindOf)
  const serial = ledger?.serial ?? 0
  const moves = movesIn(situation)
  const held = heldKeys(situation)

  for (const declared of inOrder(desired)) {
    const { address, type, neededFor } = declared
    if (neededFor !== undefined && observed.has(neededFor)) continue
    const kind = kindOf(type)
    const from = moves.get(address) ?? address
    const entry = ledger?.entries.get(from)
    const found = observed.get(from)
    const [resource = declared] = from === address ? [] : withKnownNames([declared], () => found?.props)
    const own = identityTags(identity, lineage, address)
    const tags = { ...resource.tags, ...ownTags(own, entry, found) }
    const back = restored?.get(address)
    const seed = `${lineage} ${address} ${serial}`
    const moved = from === address ? undefined : from
    const decision = decide({
      resource,
      kind,
      entry,
      found,
      scheduled: scheduled?.get(address),
      tags,
      restored: back,
      lookup,
      seed,
      moved,
      held,
    })
    if ('message' in decision) refusals.push(decision)
    else if (heldBack.has(address)) {
      if (found) decisions.set(address, leftAsItIs(decision, found))
    } else {
      decisions.set(address, decision)
      impossible.push(...refusalsOf(decision, kind))
    }
  }

  const wanted = new Set([...desired.map(({ address }) => address), ...moves.values()])
  for (const entry of ledger?.entries.values() ?? []) {
    if (wanted.has(entry.address)) continue
    const found = observed.get(entry.address)
    const own = identityTags(identity, lineage, entry.address)
    const mayGo = situation.deleteData?.has(entry.address) ?? false
    const decision = removal(entry, found, kindOf(entry.type), { own, decisions, mayGo })
    if ('message' in decision) refusals.push(decision)
    else decisions.set(entry.address, decision)
  }
  const all = withOpenings(keptFor([...decisions.values()], new Set(heldBack.keys())), kindOf)
  const contended = contentions(all, kindOf)
  refusals.push(...impossible.filter(({ blocks }) => blocks === undefined))
  const plan: Plan = {
    identity,
    lineage,
    serial,
    decisions: all,
    refusals: [
      ...massDisappearance(situation),
      ...contended,
      ...withoutConsequences(refusals, contended, all),
      ...dependentsRefused(all, kindOf),
      ...[...heldBack.values()].map(({ refusal }) => refusal),
    ],
    interruptions: interruptionsIn(all, kindOf),
    leftovers: leftoversIn(all),
  }
  return { plan, impossible }
}

/** A known attribute, or undefined where only running the plan will tell. */
function lookupIn(
  decisions: ReadonlyMap<Address, Decision>,
  observed: ReadonlyMap<Address, AnyObserved>,
  kindOf: Situation['kindOf'],
) {
  return ({ reference, attribute, declared }: Reference): unknown => {
    const decision = decisions.get(reference)
    if (declared) return decision?.resource?.props[attribute]
    if (decision?.action === 'create' || decision?.action === 'replace') return undefined
    if (decision && isUpdated(decision, attribute, kindOf)) return undefined
    return (decision?.observed ?? observed.get(reference))?.attributes[attribute]
  }
}

function isUpdated(
  { type, changes, observed }: Decision,
  attribute: string,
  kindOf: Situation['kindOf'],
): boolean {
  const changed = changes.filter(({ path }) => !path.startsWith('tags.'))
  if (!observed || changed.length === 0) return false
  const after = { ...observed.props, ...Object.fromEntries(changed.map(one => [one.path, one.after])) }
  return kindOf(type).updatedAttributes?.(observed.props, after).includes(attribute) ?? false
}

/** References first, so that a decision about a resource can follow from those about what it refers to. */
function inOrder(desired: readonly Resource[]): Resource[] {
  const byAddress = new Map(desired.map(resource => [resource.address, resource]))
  const ordered = new Set<Resource>()
  const seen = new Set<Address>()
  const add = (resource: Resource): void => {
    if (seen.has(resource.address)) return
    seen.add(resource.address)
    for (const address of referencedBy(resource)) {
      const other = byAddress.get(address)
      if (other) add(other)
    }
    ordered.add(resource)
  }
  desired.forEach(add)
  return [...ordered]
}

function referencedBy(resource: Resource): Address[] {
  const addresses: Address[] = []
  resolve(resource.props, ({ reference }) => void addresses.push(reference))
  return addresses
}
