import fc from 'fast-check'
import { lead, measureOf, replayOf } from './exploration.ts'
import { singleFaults } from './sweep.ts'
import type { Store } from './universe.ts'

export interface Several {
  readonly example: string
  readonly store: Store
  readonly seed: number
  /** How many of them. */
  readonly lives: number
  /** For how long at most, in real milliseconds. Default: for all of them. */
  readonly milliseconds?: number
}

/**
 * Leads lives in which two to five things go wrong in one run. Returns how many; rejects with
 * the smallest life that still fails, and the line that leads it again.
 */
export async function leadSeveral({ example, store, seed, lives, milliseconds }: Several): Promise<number> {
  const { up, teardown } = await measureOf(example, store)
  const cases = fc
    .record({ phase: fc.constantFrom('build' as const, 'remove' as const), seed: fc.nat(100_000) })
    .chain(({ phase, seed: chance }) =>
      fc.record({
        example: fc.constant(example),
        store: fc.constant(store),
        phase: fc.constant(phase),
        seed: fc.constant(chance),
        faults: fc.array(fc.constantFrom(...singleFaults(phase === 'build' ? up : teardown)), {
          minLength: 2,
          maxLength: 5,
        }),
      }),
    )
  let led = 0
  await fc.assert(
    fc.asyncProperty(cases, async one => {
      led++
      const findings = await lead(one)
      if (findings.length > 0) throw new Error(`${findings.join('\n')}\n${replayOf(one)}`)
    }),
    {
      numRuns: lives,
      seed,
      ...(milliseconds === undefined
        ? {}
        : { interruptAfterTimeLimit: milliseconds, markInterruptAsFailure: false }),
    },
  )
  return led
}
