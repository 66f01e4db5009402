import type { Address } from '../resources/address.ts'
import type { AnyKind, Tags } from '../resources/kind.ts'
import type { Entry } from '../state/entry.ts'
import type { AnyObserved, Decision } from './decision.ts'
import { whyKept } from './keep.ts'
import { areOfOne } from './leftovers.ts'
import { nameIn } from './naming.ts'
import { isImported, isOthers, isOurs, unownedRefusal } from './ownership.ts'
import type { Refusal } from './plan.ts'

/** What is to be done about something that the ledger knows and the config no longer names. Pure. */
export function removal(
  entry: Entry,
  found: AnyObserved | undefined,
  kind: AnyKind,
  {
    own,
    decisions,
    mayGo,
  }: {
    readonly own: Tags
    readonly decisions: ReadonlyMap<Address, Decision>
    /** The user has consented to lose its data. */
    readonly mayGo: boolean
  },
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
    ...(kind.data === 'recoverable' && !mayGo ? { recoverable: true } : {}),
  }
  if (isOthers(kind)) return { ...base, action: 'forget', reason: 'it belongs to the account' }
  const current = found && [...decisions.values()].find(other => isSameThing(other, found, entry.type))
  if (current) return { ...base, action: 'forget', reason: `it is at ${current.address} now` }
  if (!found && entry.deposed.length === 0)
    return { ...base, action: 'forget', reason: 'AWS no longer has it' }
  if (found && !isOurs(found, entry, kind, own, {}))
    return 'attributes' in entry
      ? unownedRefusal(base, found.tags, own)
      : { ...base, action: 'forget', reason: 'what AWS has there is not of this stack' }
  const imported = isImported(entry, found) ? 'keep' : undefined
  const kept = found && whyKept(kind, found, { data: mayGo ? 'go' : 'keep', imported })
  if (kept) return { ...base, action: 'keep', ...kept }
  const consented = mayGo && kind.data ? { dataMayGo: true } : {}
  const remains = remainsOf(kind, found)
  return { ...base, action: 'delete', reason: 'it is no longer in the config', ...consented, ...remains }
}

/** What the plan says of what AWS keeps when the resource has gone. */
export function remainsOf(kind: AnyKind, found: AnyObserved | undefined): Pick<Decision, 'remains'> {
  const remains = found ? (kind.leaves?.(found.props) ?? []) : []
  return remains.length > 0 ? { remains } : {}
}

/** True when both are one resource in AWS, which an interrupted move has left at two addresses. */
function isSameThing({ type, observed }: Decision, found: AnyObserved, ofType: string): boolean {
  return observed !== undefined && type === ofType && areOfOne(observed.attributes, found.attributes)
}
