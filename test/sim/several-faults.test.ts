import { expect, it } from 'vitest'
import { leadSeveral } from './several-faults.ts'

const seed = Number(process.env['SIM_SEED'] ?? 1)
const lives = 20

it.each(['file', 'dynamodb'] as const)(
  'several things that go wrong in one run leave nothing that two more runs do not fix, with its ledger in %s',
  async store => {
    const led = await leadSeveral({ example: 'minimal', store, seed, lives })
    process.stderr.write(`minimal, ${store}: ${led} lives with two to five faults\n`)
    expect(led).toBe(lives)
  },
)
