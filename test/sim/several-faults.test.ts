import fc from 'fast-check'
import { expect, it } from 'vitest'
import { lead, measureOf, replayOf } from './exploration.ts'
import { singleFaults } from './sweep.ts'

const seconds = Number(process.env['SIM_SECONDS'] ?? 40) / 2

it(
  'several things that go wrong in one run leave nothing that two more runs do not mend',
  async () => {
    const { up, teardown } = await measureOf('minimal')
    const cases = fc
      .record({ phase: fc.constantFrom('build' as const, 'remove' as const), seed: fc.nat(100_000) })
      .chain(({ phase, seed }) =>
        fc.record({
          example: fc.constant('minimal'),
          phase: fc.constant(phase),
          seed: fc.constant(seed),
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
        numRuns: 10_000,
        seed: Number(process.env['SIM_SEED'] ?? 1),
        interruptAfterTimeLimit: seconds * 1000,
        markInterruptAsFailure: false,
      },
    )
    process.stderr.write(`minimal: ${led} lives with two to five faults\n`)
    expect(led).toBeGreaterThan(1)
  },
  (seconds + 90) * 1000,
)
