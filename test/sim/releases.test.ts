import { describe, expect, it } from 'vitest'
import { explore, releaseCases } from './exploration.ts'

const seed = Number(process.env['SIM_SEED'] ?? 1)
const lives = 15

describe('a release in which something goes wrong at any call and any write', () => {
  it.each(['file', 'dynamodb'] as const)(
    'has its traffic on healthy versions at every second, and ends with one of them, with its ledger in %s',
    async store => {
      const cases = await releaseCases(seed, store)
      const { led, failures } = await explore(cases.slice(0, lives))
      process.stderr.write(
        `releases, ${store}: ${led} of ${cases.length} single faults, a sample by seed ${seed}\n`,
      )
      expect(failures).toEqual([])
      expect(led).toBe(lives)
    },
  )
})
