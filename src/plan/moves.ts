import type { Address } from '../resources/address.ts'
import { resolve } from '../resources/reference.ts'
import type { Situation } from './decision.ts'
import { keysOf } from './unique-keys.ts'

/**
 * By desired address, the address whose resource it takes over: the config no longer names that one, and holds its
 * unique key (a name, a priority) for the new one. So a renamed key of the config moves what it names, data too.
 */
export function movesIn({ desired, ledger, observed, kindOf }: Situation): ReadonlyMap<Address, Address> {
  const wanted = new Set(desired.map(({ address }) => address))
  const holders = new Map<string, Address>()
  for (const { address, type } of ledger?.entries.values() ?? []) {
    const found = observed.get(address)
    if (wanted.has(address) || !found || found.leaving) continue
    for (const { identity, exchanged } of keysOf(kindOf(type), found.props))
      // A new resource beside the old one takes such a key over without a gap.
      if (!exchanged) holders.set(identity, address)
  }
  if (holders.size === 0) return new Map()
  const moves = new Map<Address, Address>()
  for (const { address, type, props } of desired) {
    if (ledger?.entries.has(address)) continue
    const known = resolve(props, ({ reference, attribute }) => observed.get(reference)?.attributes[attribute])
    const holder = keysOf(kindOf(type), known as Readonly<Record<string, unknown>>).flatMap(
      ({ identity }) => holders.get(identity) ?? [],
    )[0]
    if (holder !== undefined && ![...moves.values()].includes(holder)) moves.set(address, holder)
  }
  return moves
}
