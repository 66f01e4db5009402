import { identityTags, isTaggedAs, serialTag } from '../aws/tags.ts'
import type { Address } from '../resources/address.ts'
import type { AnyObserved, Situation } from './decision.ts'
import type { Refusal } from './plan.ts'

/** The highest serial that resources of this stack carry as a tag; 0 where none does. */
export function markedSerial({ observed, identity }: Pick<Situation, 'observed' | 'identity'>): number {
  const marks = [...observed].map(([address, { tags }]: readonly [Address, AnyObserved]) =>
    tags && isTaggedAs(tags, identityTags(identity, '', address)) ? Number(tags[serialTag] ?? 0) : 0,
  )
  return Math.max(0, ...marks.filter(Number.isSafeInteger))
}

/**
 * How far above the mark a ledger begins that is not the first one of its stack. The run that left the mark (a first run
 * leaves none) may have counted on after it: no copy of what it wrote may seem the newer one.
 */
export const serialLeap = 1_000_000

/** The refusal of a ledger that is an older copy: what it does not know of would be made twice, or left behind. */
export function staleLedger(situation: Situation): Refusal[] {
  const { ledger } = situation
  const mark = markedSerial(situation)
  if (!ledger || ledger.serial >= mark) return []
  return [
    {
      address: 'ledger',
      message: `it is an older copy: its serial is ${ledger.serial}, and this stack was last changed by serial ${mark}`,
      hint: 'put the latest copy in its place, or take everything back from AWS: provision ledger rebuild',
    },
  ]
}
