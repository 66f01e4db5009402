import { describe, expect, it } from 'vitest'
import { explore, measureOf, singleFaultCases } from './exploration.ts'
import { exampleNames } from './universe.ts'

/** Anything but zero leads other lives than last time. */
const seed = Number(process.env['SIM_SEED'] ?? 1)
const seconds = Number(process.env['SIM_SECONDS'] ?? 40)

/** Told on stderr, since it is the measure of what a green gate means. */
const tell = (text: string) => process.stderr.write(`${text}\n`)

describe('whatever single thing goes wrong, at whatever call and whatever write to the disk', () => {
  it.each([
    ['in a file', 'file'],
    ['in DynamoDB, and also when another host takes over', 'dynamodb'],
  ] as const)(
    'examples/minimal is built whole, removed without a trace, and never made twice, with its ledger %s',
    async (_name, store) => {
      const budget = store === 'file' ? 0.7 * seconds : 0.3 * seconds
      const cases = await singleFaultCases('minimal', seed, store)
      const { led, of, failures } = await explore(cases, { milliseconds: budget * 1000 })
      tell(
        `minimal, ${store}: ${led} of ${of} single faults${led < of ? ` in ${budget} s` : ', all of them'}`,
      )
      expect(failures).toEqual([])
      expect(led).toBeGreaterThan(10)
    },
    (seconds + 60) * 1000,
  )

  it.each(exampleNames.filter(name => name !== 'minimal'))(
    'so is examples/%s, as far as a sample can tell',
    async name => {
      const budget = (seconds * 500) / exampleNames.length
      const { led, of, failures } = await explore(await singleFaultCases(name, seed), {
        milliseconds: budget,
      })
      tell(`${name}: ${led} of ${of} single faults, a sample by seed ${seed}`)
      expect(failures).toEqual([])
      expect(led).toBeGreaterThan(0)
    },
    (seconds + 60) * 1000,
  )
})

describe('a simulation', () => {
  it('leads the same life again from the same seed', async () => {
    const { up } = await measureOf('minimal')
    const again = await import('./sweep.ts').then(({ cleanLife }) => cleanLife('minimal', 'file'))
    expect(again.up.sent.map(({ site }) => site)).toEqual(up.sent.map(({ site }) => site))
    expect(again.up.took).toBe(up.took)
  })
})
