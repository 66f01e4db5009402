import type { Address } from '../resources/address.ts'
import { resolve } from '../resources/reference.ts'
import type { Resource } from '../resources/resource.ts'
import type { Situation } from './decision.ts'

/** One resource as the papers about a stack show it: what AWS has of it, and the wish where AWS has nothing yet. */
export interface Item {
  readonly address: Address
  readonly type: string
  /** The kind's name for people. */
  readonly label: string
  /** The physical name or id, or else the last part of the address. */
  readonly name: string
  /** AWS has it. */
  readonly stands: boolean
  /** Somebody else's, or the account's: used by the stack and paid for elsewhere. */
  readonly borrowed: boolean
  /** What AWS shows; the wish where it shows nothing. A value that only AWS will give is the address that gives it. */
  readonly props: Readonly<Record<string, unknown>>
  readonly attributes: Readonly<Record<string, unknown>>
  /** Undefined for what the ledger still knows and the config no longer names. */
  readonly resource: Resource | undefined
}

export interface Inventory {
  /** In the order in which the steps declare them. */
  readonly items: readonly Item[]
  /** Of these types, in the order of the stack. */
  ofType(...types: readonly string[]): Item[]
  at(address: Address): Item | undefined
  /** Whose id, ARN, name or address this is. */
  named(id: unknown): Item | undefined
}

/** Everything that stands or shall stand. Pure. */
export function inventoryOf({ desired, observed, ledger, kindOf }: Situation): Inventory {
  const wishes = new Map(desired.map(resource => [resource.address, resource]))
  const remembered = [...(ledger?.entries.keys() ?? [])]
  const addresses = [...new Set([...wishes.keys(), ...remembered.filter(address => observed.has(address))])]

  const items = addresses.map((address): Item => {
    const resource = wishes.get(address)
    const seen = observed.get(address)
    const kind = kindOf(ledger?.entries.get(address)?.type ?? resource!.type)
    const wish = resolve(
      resource?.props ?? {},
      ({ reference, attribute }) => observed.get(reference)?.attributes[attribute] ?? reference,
    ) as Record<string, unknown>
    return {
      address,
      type: kind.type,
      label: kind.label,
      name: resource?.name ?? address.split('/').at(-1)!,
      stands: seen !== undefined,
      borrowed: kind.ownership === 'existing' || kind.ownership === 'shared',
      props: { ...wish, ...seen?.props },
      attributes: seen?.attributes ?? {},
      resource,
    }
  })

  const byAddress = new Map(items.map(item => [item.address, item]))
  // An id that several show is the first one's: what is referred to is declared before what refers to it.
  const byId = new Map<unknown, Item>()
  for (const item of items)
    for (const id of [item.address, ...Object.values(item.attributes)])
      if (typeof id === 'string' && !byId.has(id)) byId.set(id, item)

  return {
    items,
    ofType: (...types) => items.filter(({ type }) => types.includes(type)),
    at: address => byAddress.get(address),
    named: id => byId.get(id),
  }
}
