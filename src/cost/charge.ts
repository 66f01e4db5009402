import type { Item } from '../plan/inventory.ts'
import { hoursPerMonth } from './prices.ts'

export const costGroups = ['Compute', 'Data', 'Network', 'Storage', 'Observability', 'Other'] as const
export type CostGroup = (typeof costGroups)[number]

/** One thing that AWS charges for. */
export interface Charge {
  readonly group: CostGroup
  readonly what: string
  /** In a month. */
  readonly quantity: number
  readonly unit: string
  /** Dollars for one unit; undefined where the price table has none. */
  readonly price: number | undefined
  /** The quantity is an assumption about use. */
  readonly assumed?: true
}

export function hours(group: CostGroup, what: string, count: number, price: number | undefined): Charge {
  return {
    group,
    what: count === 1 ? what : `${count} × ${what}`,
    quantity: count * hoursPerMonth,
    unit: 'hours',
    price,
  }
}

export function months(group: CostGroup, what: string, quantity: number, price: number): Charge {
  return { group, what, quantity, unit: 'months', price }
}

export function use(group: CostGroup, what: string, quantity: number, unit: string, price: number): Charge {
  return { group, what, quantity, unit, price, assumed: true }
}

export function listIn(props: Item['props'], name: string): readonly unknown[] {
  const value = props[name]
  return Array.isArray(value) ? value : []
}
