import { describe, expect, it } from 'vitest'
import { explore, measureOf, singleFaultCases } from './exploration.ts'
import { exampleNames } from './universe.ts'

/** Anything but one leads other lives than last time. */
const seed = Number(process.env['SIM_SEED'] ?? 1)

/** How many lives are led, by number: a slow machine takes longer and leads the same. */
const sample = { file: 90, dynamodb: 30, others: 5 }

/** Told on stderr, since it is the measure of what a green run means. */
const tell = (text: string) => process.stderr.write(`${text}\n`)

describe('whatever single thing goes wrong, at whatever call and whatever write to the disk', () => {
  it.each([
    ['in a file', 'file'],
    ['in DynamoDB, and also when another host takes over', 'dynamodb'],
  ] as const)(
    'examples/minimal is built whole, removed without a trace, and never made twice, with its ledger %s',
    async (_name, store) => {
      const cases = await singleFaultCases('minimal', seed, store)
      const { led, failures } = await explore(cases.slice(0, sample[store]))
      tell(`minimal, ${store}: ${led} of ${cases.length} single faults, a sample by seed ${seed}`)
      expect(failures).toEqual([])
      expect(led).toBe(sample[store])
    },
  )

  it.each(exampleNames.filter(name => name !== 'minimal'))(
    'so is examples/%s, as far as a sample can tell',
    async name => {
      const cases = await singleFaultCases(name, seed)
      const { led, failures } = await explore(cases.slice(0, sample.others))
      tell(`${name}: ${led} of ${cases.length} single faults, a sample by seed ${seed}`)
      expect(failures).toEqual([])
      expect(led).toBe(sample.others)
    },
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
