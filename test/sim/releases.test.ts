import { describe, expect, it } from 'vitest'
import { explore, releaseCases } from './exploration.ts'

const seed = Number(process.env['SIM_SEED'] ?? 1)
const seconds = Number(process.env['SIM_SECONDS'] ?? 40) / 4

describe('a release in which something goes wrong at any call and any write', () => {
  it.each(['file', 'dynamodb'] as const)(
    'has its traffic on healthy versions at every second, and ends with one of them, with its ledger in %s',
    async store => {
      const { led, of, failures } = await explore(await releaseCases(seed, store), {
        milliseconds: seconds * 1000,
      })
      process.stderr.write(`releases, ${store}: ${led} of ${of} single faults, a sample by seed ${seed}\n`)
      expect(failures).toEqual([])
      expect(led).toBeGreaterThan(0)
    },
    (seconds + 120) * 1000,
  )
})
