import { identityTags } from '../aws/tags.ts'
import type { Address } from '../resources/address.ts'
import type { AnyKind, Tags } from '../resources/kind.ts'
import type { Reference } from '../resources/reference.ts'
import { hasUnknown, isReference, resolve } from '../resources/reference.ts'
import type { Resource } from '../resources/resource.ts'
import type { Restored } from '../resources/restored.ts'
import type { Entry } from '../state/entry.ts'
import type { AnyObserved, Decision, Plan, Situation } from './decision.ts'
import { diffProps, diffTags } from './diff.ts'
import { massDisappearance } from './disappearance.ts'
import { dependentsRefused } from './dependents.ts'
import { interruptionsIn } from './interruptions.ts'
import { keptFor, whyKept } from './keep.ts'
import { areOfOne, leftoversIn } from './leftovers.ts'
import { movesIn } from './moves.ts'
import { isImported, isOthers, isOurs, lineageOf, ownTags, strangerRefusal } from './ownership.ts'
import type { Action, Change, Refusal } from './plan.ts'
import { beside } from './replacement.ts'
import { staleLedger } from './serial-mark.ts'
import { contentions } from './unique-keys.ts'
import { notesOn } from './withdrawn.ts'
import { yielding } from './yielding.ts'

/**
 * Compares the desired state, the ledger and AWS, and says what `up` has to do. Pure: the same situation gives the same
 * plan.
 */
export function makePlan(situation: Situation): Plan {
  const { desired, ledger, observed, kindOf, identity, restored } = situation
  const lineage = lineageOf(situation)
  const decisions = new Map<Address, Decision>()
  const refusals: Refusal[] = staleLedger(situation)
  const lookup = lookupIn(decisions, observed, kindOf)
  const serial = ledger?.serial ?? 0
  const moves = movesIn(situation)

  for (const resource of inOrder(desired)) {
    const { address, type } = resource
    const kind = kindOf(type)
    const from = moves.get(address) ?? address
    const entry = ledger?.entries.get(from)
    const found = observed.get(from)
    const own = identityTags(identity, lineage, address)
    const tags = { ...resource.tags, ...ownTags(own, entry, found) }
    const back = restored?.get(address)
    const seed = `${lineage} ${address} ${serial}`
    const moved = from === address ? undefined : from
    const decision = decide({ resource, kind, entry, found, tags, restored: back, lookup, seed, moved })
    if ('message' in decision) refusals.push(decision)
    else {
      decisions.set(address, decision)
      refusals.push(...refusalsOf(decision, kind))
    }
  }

  const wanted = new Set([...desired.map(({ address }) => address), ...moves.values()])
  for (const entry of ledger?.entries.values() ?? []) {
    if (wanted.has(entry.address)) continue
    const found = observed.get(entry.address)
    const own = identityTags(identity, lineage, entry.address)
    const decision = removal(entry, found, kindOf(entry.type), { own, decisions })
    if ('message' in decision) refusals.push(decision)
    else decisions.set(entry.address, decision)
  }
  const all = keptFor([...decisions.values()])
  return {
    identity,
    lineage,
    serial,
    decisions: all,
    refusals: [
      ...massDisappearance(situation),
      ...refusals,
      ...contentions(all, kindOf),
      ...dependentsRefused(all, kindOf),
    ],
    interruptions: interruptionsIn(all, kindOf),
    leftovers: leftoversIn(all),
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
  /** Tells the generated names of this plan's replacements from those of others. */
  readonly seed: string
  /** The address whose resource it takes over. */
  readonly moved: Address | undefined
}

function decide(one: Case): Decision | Refusal {
  const { resource, kind, entry, found, tags, restored, lookup, moved } = one
  const { address, type, name, awaits } = resource
  const wish = resolve(resource.props, lookup) as Record<string, unknown>
  const base = {
    address,
    type,
    label: kind.label,
    name: name ?? nameIn(found, entry),
    data: kind.data !== undefined,
    ...(awaits ? { awaits } : {}),
    ...(resource.keepsVersion ? { keepsVersion: true } : {}),
    ...(resource.startedByRelease ? { startedByRelease: true } : {}),
    resource,
    entry,
    observed: found,
    tags,
    edges: entry?.dependsOn ?? [],
    ...(restored && { restored }),
    ...(moved !== undefined && { takesOver: moved }),
    ...joining(resource, kind, lookup),
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
    // Reads leave out what AWS is still deleting, and nothing can be created under its name before it is gone.
    if (entry?.status === 'deleting')
      return { ...as('create', created(wish), 'an earlier run deleted it'), makesRoom: true }
    const began = entry && entry.status !== 'creating'
    return as('create', created(wish), began ? 'it is in the ledger but no longer in AWS' : undefined)
  }
  if (moved === undefined && !isOurs(found, entry, kind, tags, wish))
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
    ...(kind.retag && !found.madeByOthers
      ? diffTags(tags, found.tags ?? recordedTags ?? {}, recordedTags)
      : []),
  ]
  const replacing = changes.filter(({ replaces }) => replaces)
  if (found.leaving) return { ...as('replace', changes, 'AWS is deleting the present one'), makesRoom: true }
  if (replacing.length > 0)
    return replaced(
      as('replace', changes, `${replacing.map(({ path }) => path).join(', ')} cannot change in place`),
      { ...one, found, wish },
    )
  if (entry?.status === 'creating' || entry?.status === 'created')
    return as('resume', changes, 'an earlier run began it')
  if (entry?.status === 'deleting') return as('resume', changes, 'an earlier run was to delete it')
  if (moved !== undefined) return as('update', changes, `takes over from ${moved}`)
  if (changes.length > 0) return as('update', changes, entry ? undefined : 'found again by its tags')
  if (!entry)
    return as('adopt', [], isOthers(kind) ? 'the account has it already' : 'found again by its tags')
  if (entry.status === 'updating' || found.pending)
    return as('resume', [], `AWS says: ${found.pending ?? 'updating'}`)
  return as('none')
}

/** How one is created whose parent gets production traffic already. */
function joining({ props }: Resource, kind: AnyKind, lookup: Case['lookup']): Pick<Decision, 'joins'> {
  const exists = (value: unknown) => isReference(value) && lookup(value) !== undefined
  if (!kind.joining || !exists(props[kind.joining.parent])) return {}
  return { joins: exists(props[kind.joining.target]) ? 'open' : 'hidden' }
}

/** Beside the old one where AWS allows that, else in its place. */
function replaced(
  decision: Decision,
  { resource, kind, found, wish, seed }: Case & { readonly found: AnyObserved; readonly wish: object },
): Decision | Refusal {
  if (kind.replacement !== 'create-first') return { ...decision, makesRoom: true }
  const made = beside(resource, kind, { before: found.props, after: { ...wish }, seed })
  if ('resource' in made)
    return { ...decision, resource: made.resource, tags: { ...decision.tags, ...made.resource.tags } }
  const { label, address } = decision
  return {
    address,
    message: `${label}: ${decision.reason ?? ''}, and AWS allows only one with the ${made.clash.text}`,
    hint: `also change that in the config (${resource.origin ?? address}): the new one is then made beside the old one`,
  }
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
  const irreplaceable =
    action === 'replace' &&
    kind.irreplaceable?.(changes.filter(({ replaces }) => replaces).map(({ path }) => path))
  if (irreplaceable)
    return [{ address, message: `${label}: ${irreplaceable.why}`, hint: irreplaceable.instead }]
  if (action === 'replace' && kind.data && observed?.leaving)
    return [
      {
        address,
        message: `AWS is deleting the ${label}, and that cannot be stopped`,
        hint: `wait until AWS has deleted it, then run provision up: it creates a new, empty one (a database begins with a snapshot where the config names it: snapshotIdentifier)`,
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
  const impossible = kind.refuses?.(observed?.props ?? {}, after)
  return impossible ? [{ address, message: `${label}: ${impossible.why}`, hint: impossible.instead }] : []
}

function removal(
  entry: Entry,
  found: AnyObserved | undefined,
  kind: AnyKind,
  { own, decisions }: { readonly own: Tags; readonly decisions: ReadonlyMap<Address, Decision> },
): Decision | Refusal {
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
  const current = found && [...decisions.values()].find(other => isSameThing(other, found, entry.type))
  if (current) return { ...base, action: 'forget', reason: `it is at ${current.address} now` }
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

/** True when both are one resource in AWS, which an interrupted move has left at two addresses. */
function isSameThing({ type, observed }: Decision, found: AnyObserved, ofType: string): boolean {
  return observed !== undefined && type === ofType && areOfOne(observed.attributes, found.attributes)
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
