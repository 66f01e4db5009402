import { expect, it } from 'vitest'
import { leadSeveral } from './several-faults.ts'

const seed = Number(process.env['SIM_SEED'] ?? 1)
const seconds = Number(process.env['SIM_SECONDS'] ?? 40) / 4

it.each(['file', 'dynamodb'] as const)(
  'several things that go wrong in one run leave nothing that two more runs do not mend, with its ledger in %s',
  async store => {
    const led = await leadSeveral({ example: 'minimal', store, seed, milliseconds: seconds * 1000 })
    process.stderr.write(`minimal, ${store}: ${led} lives with two to five faults\n`)
    expect(led).toBeGreaterThan(1)
  },
  (seconds + 90) * 1000,
)
