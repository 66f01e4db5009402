import { describe, expect, it } from 'vitest'
import { massDisappearance } from '../../src/plan/disappearance.ts'
import type { AnyObserved, Situation } from '../../src/plan/decision.ts'
import type { AnyKind } from '../../src/resources/kind.ts'
import type { Entry } from '../../src/state/entry.ts'
import { header } from '../support/ledger-samples.ts'

const entry = (address: string, status: 'ready' | 'creating' | 'deleting' = 'ready'): Entry => {
  const common = { address, type: 'x/thing', dependsOn: [], generation: 1, deposed: [] }
  if (status === 'creating') return { ...common, status, token: '', props: {}, tags: {} }
  if (status === 'deleting') return { ...common, status, attributes: {} }
  return { ...common, status, attributes: {}, props: {}, tags: {} }
}

const there: AnyObserved = { attributes: {}, props: {}, tags: {} }

/** A stack of which AWS shows all but the first few entries. */
function situation(entries: readonly Entry[], missing: number, acceptMissing?: boolean): Situation {
  return {
    identity: { stack: 'shop', environment: 'production' },
    desired: [],
    ledger: { header, serial: 1, entries: new Map(entries.map(one => [one.address, one])) },
    observed: new Map(entries.slice(missing).map(({ address }) => [address, there])),
    kindOf: () => ({}) as AnyKind,
    newLineage: 'new',
    ...(acceptMissing !== undefined && { acceptMissing }),
  }
}

const ready = (count: number) => Array.from({ length: count }, (_, index) => entry(`step/r${index}`))
const refused = (recorded: number, missing: number) =>
  massDisappearance(situation(ready(recorded), missing)).length > 0

describe('G7: a plan for a stack of which AWS shows too little', () => {
  it.each([
    [2, 2],
    [5, 2],
    [6, 2],
    [8, 3],
    [9, 3],
    [30, 10],
  ])('of %i resources is refused when %i are missing: a third or more', (recorded, missing) => {
    expect(refused(recorded, missing)).toBe(true)
  })

  it.each([
    [7, 2],
    [10, 3],
    [31, 10],
    [30, 9],
  ])('of %i resources goes on when %i are missing: less than a third', (recorded, missing) => {
    expect(refused(recorded, missing)).toBe(false)
  })

  it.each([1, 2, 3, 30])('of %i resources goes on when one is missing', recorded => {
    expect(refused(recorded, 1)).toBe(false)
  })

  it('names how many are missing of how many, and how to go on', () => {
    expect(massDisappearance(situation(ready(6), 2))).toEqual([
      {
        address: 'step/r0',
        message: 'AWS does not show 2 of the 6 resources that the ledger knows',
        hint: expect.stringContaining('--accept-missing'),
      },
    ])
  })

  it('counts nothing that was being created or deleted when its run ended', () => {
    const begun = [entry('step/a', 'creating'), entry('step/b', 'deleting')]
    expect(massDisappearance(situation([...begun, ...ready(1)], 3))).toEqual([])
    // Seven would not be refused; they are six.
    expect(massDisappearance(situation([...ready(6), ...begun], 2))).toHaveLength(1)
  })

  it('goes on when the user has said that all of it is gone', () => {
    expect(massDisappearance(situation(ready(6), 6, true))).toEqual([])
  })
})
