import { lineageTag } from '../aws/tags.ts'
import type { AnyObserved } from '../plan/decision.ts'
import { isOurs } from '../plan/ownership.ts'
import type { Address } from '../resources/address.ts'
import { canonical } from '../resources/json.ts'
import type { AnyKind, Tags } from '../resources/kind.ts'
import { isReference } from '../resources/reference.ts'
import type { Resource } from '../resources/resource.ts'
import type { ObserveOptions } from './observe.ts'

interface Successor {
  readonly address: Address
  readonly kind: AnyKind
  /** Undefined where it has been read already. */
  readonly attributes: Readonly<Record<string, unknown>> | undefined
  /** Its user works now. */
  readonly inUse: boolean
}

/**
 * Reads what a release, or a tool that is not this one, has put in the place of something that this stack has made: a
 * newer task definition that the service runs. Whose it is follows from the user: it is the stack's when the user is, and
 * when it has the name under which this stack has made its own. Not followed where the last change of the user was cut
 * off: AWS may have gone back to what was there before, and then the desired state counts.
 */
export async function followSuccessors(
  options: ObserveOptions,
  observed: Map<Address, AnyObserved>,
): Promise<void> {
  const { context, identityOf, ledger, desired } = options
  const moved = desired.flatMap(resource => successorsOf(resource, options, observed))
  await Promise.all(
    moved.map(async ({ address, attributes, kind, inUse }) => {
      const tags = identityOf(address)
      const named = nameOf(address, kind, options)
      const [read] = attributes
        ? await kind.read([{ address, attributes, props: named ?? {}, tags }], context)
        : [observed.get(address)]
      if (!read) return
      const found = { ...(read as AnyObserved), ...(inUse && { inUse: true as const }) }
      if (isOurs(found, undefined, kind, withLineage(tags, found, ledger), {})) observed.set(address, found)
      else if (named && kind.findBy.every(name => canonical(found.props[name]) === canonical(named[name])))
        observed.set(address, { ...found, madeByOthers: true })
    }),
  )
}

function successorsOf(
  { address, type, props }: Resource,
  { ledger, kindOf, desired, identityOf }: ObserveOptions,
  observed: ReadonlyMap<Address, AnyObserved>,
): Successor[] {
  const entryOf = (one: Address) => ledger?.entries.get(one)
  const settled = (one: Address) => (entryOf(one)?.status ?? 'ready') === 'ready'
  const user = observed.get(address)
  if (!user?.successors || !settled(address)) return []
  const tags = withLineage(identityOf(address), user, ledger)
  if (!isOurs(user, entryOf(address), kindOf(type), tags, {})) return []
  return Object.entries(user.successors).flatMap(([prop, attributes]) => {
    const reference = props[prop]
    if (!isReference(reference) || !settled(reference.reference)) return []
    const used = reference.reference
    const before = observed.get(used)
    const same = before && canonical(before.attributes) === canonical(attributes)
    const usedType = entryOf(used)?.type ?? desired.find(one => one.address === used)?.type
    if (usedType === undefined) return []
    return [
      {
        address: used,
        kind: kindOf(usedType),
        attributes: same ? undefined : attributes,
        inUse: user.working === true,
      },
    ]
  })
}

/** The props by which the kind finds what this stack has made at the address: as recorded, else as desired. */
function nameOf(
  address: Address,
  { findBy }: AnyKind,
  { ledger, desired }: ObserveOptions,
): Readonly<Record<string, unknown>> | undefined {
  const entry = ledger?.entries.get(address)
  const recorded = entry && 'props' in entry ? entry.props : undefined
  const props: Resource['props'] = recorded ?? desired.find(one => one.address === address)?.props ?? {}
  const named = findBy.map(name => [name, props[name]] as const)
  return named.some(([, value]) => value === undefined || isReference(value))
    ? undefined
    : Object.fromEntries(named)
}

/** Without a ledger, the lineage is that of what is found. */
function withLineage(tags: Tags, found: Pick<AnyObserved, 'tags'>, ledger: ObserveOptions['ledger']): Tags {
  const lineage = found.tags?.[lineageTag]
  return ledger || lineage === undefined ? tags : { ...tags, [lineageTag]: lineage }
}
