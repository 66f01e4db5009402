import type { Address } from '../resources/address.ts'
import type { Reference } from '../resources/reference.ts'
import { isReference, resolve } from '../resources/reference.ts'
import type { Situation } from './decision.ts'
import { areOfOne } from './leftovers.ts'
import { keysOf } from './unique-keys.ts'

/** By desired address, the address whose resource it takes over. */
export type Moves = ReadonlyMap<Address, Address>

/**
 * The config no longer names the one address, and what it has belongs to the other now. Either it holds a unique key for
 * it (a name): so a renamed key of the config moves what it names, data too. Or a release has put it in the place of what
 * the other one has.
 */
export function movesIn(situation: Situation): Moves {
  const wanted = new Set(situation.desired.map(({ address }) => address))
  const left = [...(situation.ledger?.entries.values() ?? [])].filter(({ address }) => {
    const found = situation.observed.get(address)
    return !wanted.has(address) && found && !found.leaving
  })
  if (left.length === 0) return new Map()
  const moves = new Map<Address, Address>()
  const move = (to: Address, from: Address | undefined) => {
    if (from !== undefined && !moves.has(to) && ![...moves.values()].includes(from)) moves.set(to, from)
  }
  byKey(situation, left, move)
  byRelease(situation, left, move)
  return moves
}

type Left = readonly { readonly address: Address; readonly type: string }[]
type Move = (to: Address, from: Address | undefined) => void

function byKey({ desired, ledger, observed, kindOf }: Situation, left: Left, move: Move): void {
  const holders = new Map<string, Address>()
  for (const { address, type } of left)
    for (const { identity, exchanged } of keysOf(kindOf(type), observed.get(address)!.props))
      // A new resource beside the old one takes such a key over without a gap.
      if (!exchanged) holders.set(identity, address)
  const lookup = ({ reference, attribute }: Reference) => observed.get(reference)?.attributes[attribute]
  for (const { address, type, props, generated = {} } of desired) {
    if (ledger?.entries.has(address)) continue
    const known = resolve(props, lookup) as Readonly<Record<string, unknown>>
    for (const { identity, prop } of keysOf(kindOf(type), known))
      // A name that the tool has generated is nothing that the user wants to keep.
      if (!(prop in generated)) move(address, holders.get(identity))
  }
}

function byRelease({ desired, observed }: Situation, left: Left, move: Move): void {
  for (const { address, props } of desired)
    for (const [path, attributes] of Object.entries(observed.get(address)?.successors ?? {})) {
      const reference = at(props, path)
      const present = isReference(reference) && observed.get(reference.reference)
      if (!present || areOfOne(present.attributes, attributes)) continue
      const from = left.find(one => areOfOne(observed.get(one.address)!.attributes, attributes))
      move(reference.reference, from?.address)
    }
}

/** The member at a path like `loadBalancers.0.targetGroupArn`. */
function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], value)
}
