import { identityTags } from '../aws/tags.ts'
import type { Address } from '../resources/address.ts'
import { resolve } from '../resources/reference.ts'
import type { Resource } from '../resources/resource.ts'
import { massDisappearance } from './disappearance.ts'
import { keptFor, whyKept } from './keep.ts'
import { remainsOf } from './removal.ts'
import { staleLedger } from './serial-mark.ts'
import type { Decision, Plan, Situation } from './decision.ts'
import { isImported, isOthers, isOurs, lineageOf, ownTags, unownedRefusal } from './ownership.ts'
import type { Refusal } from './plan.ts'

export interface TeardownWish {
  /** The data that may go without a snapshot: addresses, or all of it. */
  readonly deleteData: ReadonlySet<Address> | 'all'
  /** What was imported goes like everything else. */
  readonly deleteImported?: boolean | undefined
  /** Marks the names of final snapshots: `20260102-030405`. */
  readonly stamp: string
}

/**
 * What `teardown` has to do: everything the ledger knows and everything of the config that AWS shows to be ours,
 * save data without consent and what it stands on.
 */
export function makeTeardown(
  situation: Situation,
  edgesOf: (resource: Resource) => Decision['edges'],
  { deleteData, deleteImported, stamp }: TeardownWish,
): Plan {
  const { identity, desired, ledger, observed, kindOf } = situation
  const lineage = lineageOf(situation)
  const wished = new Map(desired.map(resource => [resource.address, resource]))
  const addresses = new Set([...wished.keys(), ...(ledger?.entries.keys() ?? [])])
  const unowned: Refusal[] = []
  const decisions = [...addresses].flatMap((address): Decision[] => {
    const entry = ledger?.entries.get(address)
    const resource = wished.get(address)
    const found = observed.get(address)
    const type = entry?.type ?? resource?.type ?? ''
    const kind = kindOf(type)
    const tags = ownTags(identityTags(identity, lineage, address), entry, found)
    const base = {
      address,
      type,
      label: kind.label,
      name: resource?.name ?? found?.tags?.['Name'],
      data: kind.data !== undefined,
      changes: [],
      resource,
      entry,
      observed: found,
      tags,
      edges: entry?.dependsOn ?? (resource ? edgesOf(resource) : []),
    }
    const gone = !found && !entry?.deposed.length
    if (isOthers(kind) || gone)
      return entry
        ? [{ ...base, action: 'forget', reason: gone ? 'AWS no longer has it' : 'it belongs to the account' }]
        : []
    const wish = resolve(resource?.props ?? {}, ({ reference, attribute }) => {
      return observed.get(reference)?.attributes[attribute]
    })
    if (found && !isOurs(found, entry, kind, tags, wish as Record<string, unknown>)) {
      if (entry && 'attributes' in entry) unowned.push(unownedRefusal(base, found.tags, tags))
      return []
    }
    const mayGo = deleteData === 'all' || deleteData.has(address)
    const imported = !deleteImported && isImported(entry, found) ? 'keep' : undefined
    const kept = found && whyKept(kind, found, { data: mayGo ? 'go' : 'snapshot', imported })
    if (kept) return [{ ...base, action: 'keep', ...kept }]
    const snapshot = `${identity.stack}-${identity.environment}-${address.split('/').at(-1)}-final-${stamp}`
    return [
      {
        ...base,
        action: 'delete',
        dataMayGo: mayGo && kind.data !== undefined,
        ...(kind.data === 'snapshot' && !mayGo ? { snapshot } : {}),
        ...(kind.data === 'recoverable' && !mayGo ? { recoverable: true } : {}),
        ...remainsOf(kind, found),
      },
    ]
  })
  return {
    identity,
    lineage,
    serial: ledger?.serial ?? 0,
    decisions: keptFor(decisions),
    refusals: [...staleLedger(situation), ...massDisappearance(situation), ...unowned],
    // Teardown asks about everything at once, and removes leftovers with what they are left of.
    interruptions: [],
    leftovers: [],
  }
}
