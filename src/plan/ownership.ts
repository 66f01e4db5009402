import {
  addressTag,
  environmentTag,
  identityTags,
  importedTag,
  isTaggedAs,
  lineageTag,
  stackTag,
} from '../aws/tags.ts'
import type { AnyKind, Tags } from '../resources/kind.ts'
import type { Entry } from '../state/entry.ts'
import type { AnyObserved, Situation } from './decision.ts'
import { normal } from './diff.ts'
import type { Refusal } from './plan.ts'

/**
 * Ours: used by ours in the place of what we made, or recorded, or carrying our tags, or proven by what it is; what AWS gives no tags is otherwise ours through the
 * parent it was found in.
 */
export function isOurs(
  found: AnyObserved,
  entry: Entry | undefined,
  kind: AnyKind,
  tags: Tags,
  wish: Readonly<Record<string, unknown>>,
): boolean {
  if (found.madeByOthers) return true
  if (found.ours !== undefined) return found.ours
  const recorded = entry !== undefined && 'attributes' in entry
  // Until the first run has tagged it. Another stack's tags on it would say that it has been given away since.
  if (recorded && entry.retained && found.tags?.[stackTag] === undefined) return true
  if (kind.proves && !recorded) return kind.proves(normal(kind, wish), found.props)
  if (kind.ownership !== 'tags') return true
  if (found.tags) return isTaggedAs(found.tags, tags) && isOfLineage(found.tags, tags)
  return recorded
}

/**
 * Why what the ledger knows may not be deleted: its tags in AWS are not those of this stack. A ledger that was tampered
 * with, or is another's, must not make this stack delete what others own. `own` are the tags of its identity.
 */
export function unownedRefusal(
  {
    address,
    label,
    name,
  }: { readonly address: string; readonly label: string; readonly name: string | undefined },
  found: Tags | undefined,
  own: Tags,
): Refusal {
  const owner = found?.[stackTag]
  const whose =
    owner === undefined
      ? 'carries no tag of this stack'
      : `is tagged as part of ${owner}/${found?.[environmentTag] ?? ''}`
  return {
    address,
    message: `${label} ${name ?? address} would be deleted, but in AWS it ${whose}`,
    hint: `if it is yours, tag it ${tagText(own)}; if not, provision ledger rebuild forgets it`,
  }
}

function tagText(own: Tags): string {
  return Object.entries(own)
    .filter(([key]) => [stackTag, environmentTag, addressTag].includes(key))
    .map(([key, value]) => `${key}=${value}`)
    .join(', ')
}

/** Imported: the ledger says so, or, where that was lost, the tag. */
export function isImported(entry: Entry | undefined, found: AnyObserved | undefined): boolean {
  return entry?.retained === true || found?.tags?.[importedTag] !== undefined
}

/** The tags of identity, and the mark of what was imported: not on one that is made anew in its place. */
export function ownTags(identity: Tags, entry: Entry | undefined, found: AnyObserved | undefined): Tags {
  return found && isImported(entry, found) ? { ...identity, [importedTag]: 'kept' } : identity
}

/** Used, and never deleted: it is not the stack's. */
export function isOthers({ ownership }: Pick<AnyKind, 'ownership'>): boolean {
  return ownership === 'shared' || ownership === 'existing'
}

/** Another life of a stack of the same name, in another folder perhaps, is someone else's. */
function isOfLineage(found: Tags, wanted: Tags): boolean {
  const lineage = found[lineageTag]
  return lineage === undefined || lineage === wanted[lineageTag]
}

/**
 * The ledger's, else that of things found again, else a new one. An emptied ledger ends its lineage: tokens are made
 * from it, and AWS remembers those of the resources that are gone.
 */
export function lineageOf({ ledger, observed, identity, newLineage }: Situation): string {
  if (ledger && ledger.entries.size > 0) return ledger.header.lineage
  for (const [address, { tags }] of observed)
    if (tags && isTaggedAs(tags, identityTags(identity, '', address))) return tags[lineageTag] ?? newLineage
  return newLineage
}
