import type { Address } from '../resources/address.ts'

/** AWS has given its id, it is ready, it takes changes; its deletion has begun, it is gone. */
export type Milestone = 'id' | 'ready' | 'settled' | 'leaving' | 'gone'

/** The id of the node of a walk that stands for one milestone of one resource. */
export function node(address: Address, milestone: Milestone): string {
  return `${milestone}:${address}`
}

/** The resource that a node stands for. */
export function addressOf(id: string): Address {
  return id.slice(id.indexOf(':') + 1)
}

/** The milestone that a node stands for. */
export function milestoneOf(id: string): Milestone {
  return id.slice(0, id.indexOf(':')) as Milestone
}
