import { identityTags } from '../aws/tags.ts'
import type { Address } from '../resources/address.ts'
import type { AnyKind, Tags } from '../resources/kind.ts'
import type { Reference } from '../resources/reference.ts'
import { hasUnknown, resolve } from '../resources/reference.ts'
import type { Resource } from '../resources/resource.ts'
import type { Restored } from '../resources/restored.ts'
import type { Entry } from '../state/entry.ts'
import type { AnyObserved, Decision, Plan, Situation } from './decision.ts'
import { diffProps, diffTags } from './diff.ts'
import { massDisappearance } from './disappearance.ts'
import { yielding } from './yielding.ts'
import { keptFor, whyKept } from './keep.ts'
import { isImported, isOthers, isOurs, lineageOf, ownTags, strangerRefusal } from './ownership.ts'
import type { Action, Change, Refusal } from './plan.ts'
import { staleLedger } from './serial-mark.ts'
import { notesOn } from './withdrawn.ts'

/**
 * Compares the wish, the ledger and AWS, and says what `up` has to do. Pure: the same situation gives the same plan.
 */
export function makePlan(situation: Situation): Plan {
  const { desired, ledger, observed, kindOf, identity, restored } = situation
  const lineage = lineageOf(situation)
  const decisions = new Map<Address, Decision>()
  const refusals: Refusal[] = staleLedger(situation)
  const lookup = lookupIn(decisions, observed, kindOf)

  for (const resource of inOrder(desired)) {
    const kind = kindOf(resource.type)
    const entry = ledger?.entries.get(resource.address)
    const found = observed.get(resource.address)
    const own = identityTags(identity, lineage, resource.address)
    const tags = { ...resource.tags, ...ownTags(own, entry, found) }
    const back = restored?.get(resource.address)
    const decision = decide({ resource, kind, entry, found, tags, restored: back, lookup })
    if ('message' in decision) refusals.push(decision)
    else {
      decisions.set(resource.address, decision)
      refusals.push(...refusalsOf(decision, kind))
    }
  }

  const wished = new Set(desired.map(({ address }) => address))
  for (const entry of ledger?.entries.values() ?? []) {
    if (wished.has(entry.address)) continue
    const found = observed.get(entry.address)
    const own = identityTags(identity, lineage, entry.address)
    const decision = removal(entry, found, kindOf(entry.type), own)
    if ('message' in decision) refusals.push(decision)
    else decisions.set(entry.address, decision)
  }
  return {
    identity,
    lineage,
    serial: ledger?.serial ?? 0,
    decisions: keptFor([...decisions.values()]),
    refusals: [...massDisappearance(situation), ...refusals],
  }
}

interface Case {
  readonly resource: Resource
  readonly kind: AnyKind
  readonly entry: Entry | undefined
  readonly found: AnyObserved | undefined
  readonly tags: Tags
  readonly restored: Restored | undefined
  readonly lookup: (reference: Reference) => unknown
}

function decide({ resource, kind, entry, found, tags, restored, lookup }: Case): Decision | Refusal {
  const { address, type, name, awaits } = resource
  const wish = resolve(resource.props, lookup) as Record<string, unknown>
  const base = {
    address,
    type,
    label: kind.label,
    name: name ?? nameIn(found, entry),
    data: kind.data !== undefined,
    ...(awaits ? { awaits } : {}),
    resource,
    entry,
    observed: found,
    tags,
    edges: entry?.dependsOn ?? [],
    ...(restored && { restored }),
  }
  const effective = yielding(kind, wish, { observed: found, entry, restored })
  const held = effective === wish ? [] : diffProps(kind, wish, effective, undefined)
  const notes = found ? notesOn(resource, kind, entry) : []
  const as = (action: Action, changes: readonly Change[] = [], reason?: string): Decision => ({
    ...base,
    action,
    changes,
    ...(held.length > 0 ? { held } : {}),
    ...(notes.length > 0 && action !== 'replace' ? { notes } : {}),
    ...(reason ? { reason } : {}),
  })

  if (!found && kind.ownership === 'existing')
    return {
      address,
      message: `${kind.label} ${name ?? address} is not there`,
      hint: `correct ${resource.origin ?? 'existing'} in the config, or check the region`,
    }
  if (!found) {
    const began = entry && entry.status !== 'creating'
    return as('create', created(wish), began ? 'it is in the ledger but no longer in AWS' : undefined)
  }
  if (!isOurs(found, entry, kind, tags, wish))
    return {
      address,
      message: `${kind.label} ${base.name ?? address} exists already and does not belong to this stack`,
      hint:
        kind.foreignHint?.(found.attributes) ??
        `give this one another name in the config, or remove the other one if nobody needs it`,
    }

  const recorded = entry && 'props' in entry ? entry.props : undefined
  const recordedTags = entry && 'tags' in entry ? entry.tags : undefined
  const changes = [
    ...diffProps(kind, effective, found.props, recorded, resource.released),
    ...(kind.retag ? diffTags(tags, found.tags ?? recordedTags ?? {}, recordedTags) : []),
  ]
  if (entry?.status === 'deleting') return as('replace', changes, 'its deletion had begun')
  const replacing = changes.filter(({ replaces }) => replaces)
  if (replacing.length > 0)
    return as('replace', changes, `${replacing.map(({ path }) => path).join(', ')} cannot change in place`)
  if (entry?.status === 'creating' || entry?.status === 'created')
    return as('resume', changes, 'an earlier run began it')
  if (changes.length > 0) return as('update', changes, entry ? undefined : 'found again by its tags')
  if (!entry)
    return as('adopt', [], isOthers(kind) ? 'the account has it already' : 'found again by its tags')
  if (entry.status === 'updating' || found.pending)
    return as('resume', [], `AWS says: ${found.pending ?? 'updating'}`)
  return as('none')
}

function refusalsOf(decision: Decision, kind: AnyKind): Refusal[] {
  const { address, action, changes, observed, label, entry } = decision
  if (action === 'replace' && isImported(entry, observed))
    return [
      {
        address,
        message: `${label} was imported, and ${decision.reason ?? 'the change'}: replacing it would delete it`,
        hint: 'take the change back, or write what AWS has into the config',
      },
    ]
  if (action === 'replace' && kind.data)
    return [
      {
        address,
        message: `${label} holds data, and ${decision.reason ?? 'the change'}: replacing it would lose that data`,
        hint: `take the change back, or add a second one beside it, move the data, and then remove this one`,
      },
    ]
  if (action !== 'update' && action !== 'resume') return []
  const after = {
    ...observed?.props,
    ...Object.fromEntries(changes.map(change => [change.path, change.after])),
  }
  const why = kind.refuses?.(observed?.props ?? {}, after)
  return why ? [{ address, message: `${label}: ${why}`, hint: 'take this change back in the config' }] : []
}

function removal(entry: Entry, found: AnyObserved | undefined, kind: AnyKind, own: Tags): Decision | Refusal {
  const base = {
    address: entry.address,
    type: entry.type,
    label: kind.label,
    name: nameIn(found, entry),
    data: kind.data !== undefined,
    changes: [],
    resource: undefined,
    entry,
    observed: found,
    tags: 'tags' in entry ? entry.tags : {},
    edges: entry.dependsOn,
    ...(kind.data === 'recoverable' ? { recoverable: true } : {}),
  }
  if (isOthers(kind)) return { ...base, action: 'forget', reason: 'it belongs to the account' }
  if (!found && entry.deposed.length === 0)
    return { ...base, action: 'forget', reason: 'AWS no longer has it' }
  if (found && !isOurs(found, entry, kind, own, {}))
    return 'attributes' in entry
      ? strangerRefusal(base, found.tags, own)
      : { ...base, action: 'forget', reason: 'what AWS has there is not of this stack' }
  const imported = isImported(entry, found) ? 'keep' : undefined
  const kept = found && whyKept(kind, found, { data: 'keep', imported })
  if (kept) return { ...base, action: 'keep', reason: kept }
  return { ...base, action: 'delete', reason: 'it is no longer in the config' }
}

/** A known attribute, or undefined where only running the plan will tell. */
function lookupIn(
  decisions: ReadonlyMap<Address, Decision>,
  observed: ReadonlyMap<Address, AnyObserved>,
  kindOf: Situation['kindOf'],
) {
  return ({ reference, attribute }: Reference): unknown => {
    const decision = decisions.get(reference)
    if (decision?.action === 'create' || decision?.action === 'replace') return undefined
    const changes = decision?.changes.some(({ path }) => !path.startsWith('tags.')) ?? false
    if (changes && kindOf(decision!.type).updatedAttributes?.includes(attribute)) return undefined
    return observed.get(reference)?.attributes[attribute]
  }
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

function created(wish: Record<string, unknown>): Change[] {
  return Object.entries(wish)
    .filter(([, value]) => value !== undefined)
    .map(([path, after]) => ({ path, before: undefined, after, replaces: false, cause: 'config' }))
}

function nameIn(found: AnyObserved | undefined, entry: Entry | undefined): string | undefined {
  const attributes = found?.attributes ?? (entry && 'attributes' in entry ? entry.attributes : undefined)
  const first = Object.values(attributes ?? {})[0]
  return found?.tags?.['Name'] ?? (typeof first === 'string' && !hasUnknown(first) ? first : undefined)
}
