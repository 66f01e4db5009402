import { isTaggedAs } from '../aws/tags.ts'
import type { Address } from '../resources/address.ts'
import type { AnyKind, Tags } from '../resources/kind.ts'
import type { Reference } from '../resources/reference.ts'
import { isReference, resolve } from '../resources/reference.ts'
import type { Resource } from '../resources/resource.ts'
import type { Restored } from '../resources/restored.ts'
import type { Entry } from '../state/entry.ts'
import type { AnyObserved, Decision } from './decision.ts'
import { diffProps, diffTags } from './diff.ts'
import { nameIn } from './naming.ts'
import { isOthers, isOurs } from './ownership.ts'
import type { Action, Change, Refusal } from './plan.ts'
import { beside, dodging } from './replacement.ts'
import { notesOn } from './withdrawn.ts'
import { yielding } from './yielding.ts'

/** What a decision about one desired resource is made from. */
export interface Case {
  readonly resource: Resource
  readonly kind: AnyKind
  readonly entry: Entry | undefined
  readonly found: AnyObserved | undefined
  /** What `create` brings back: nothing is found only because its deletion is scheduled. */
  readonly scheduled: AnyObserved | undefined
  readonly tags: Tags
  readonly restored: Restored | undefined
  readonly lookup: (reference: Reference) => unknown
  /** Tells the generated names of this plan's replacements from those of others. */
  readonly seed: string
  /** The address whose resource it takes over. */
  readonly moved: Address | undefined
  /** By unique key, the address that has it in AWS. */
  readonly held: ReadonlyMap<string, Address>
}

/** What is to be done about one desired resource, or why nothing can be. Pure. */
export function decide(one: Case): Decision | Refusal {
  const { kind, entry, found, scheduled, restored, lookup, moved, held: keys, seed } = one
  const resource = found ? one.resource : dodging(one.resource, kind, { lookup, held: keys, seed })
  const { address, type, name, awaits } = resource
  const tags = found ? one.tags : { ...one.tags, ...resource.tags }
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
    ...(found?.warnings && { warnings: found.warnings }),
    ...(restored && { restored }),
    ...(moved !== undefined && { takesOver: moved }),
    ...joining(resource, kind, lookup),
  }
  const effective = resource.held
    ? { ...wish, ...found?.props }
    : yielding(kind, wish, { observed: found, entry, restored })
  const held = effective === wish || resource.held ? [] : diffProps(kind, wish, effective, undefined)
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
      hint: `correct ${resource.origin ?? 'existing'} in the config, or check the region: ${kind.listing} shows what there is; with --sandbox, provision sandbox create creates it`,
    }
  if (!found) {
    // Reads leave out what AWS is still deleting, and nothing can be created under its name before it is gone.
    if (entry?.status === 'deleting')
      return { ...as('create', created(wish), 'an earlier run deleted it'), makesRoom: true }
    // Of whatever lineage: a teardown of this stack ends one.
    if (scheduled && !isTaggedAs(scheduled.tags ?? {}, tags))
      return {
        address,
        message: `${kind.label} ${base.name ?? address} does not belong to this stack and is scheduled for deletion: until then AWS gives the name to no other`,
        hint: 'give this one another name in the config',
      }
    if (scheduled)
      return as('create', created(wish), 'it is scheduled for deletion, and comes back as it was')
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

function created(wish: Record<string, unknown>): Change[] {
  return Object.entries(wish)
    .filter(([, value]) => value !== undefined)
    .map(([path, after]) => ({ path, before: undefined, after, replaces: false, cause: 'config' }))
}
