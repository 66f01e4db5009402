import { memoryFiles, type MemoryFiles } from '../../src/effects/memory-files.ts'
import { seededRandom } from '../../src/effects/random.ts'
import { VirtualClock } from '../../src/effects/virtual-clock.ts'
import { jsonLedger } from '../../src/state/json/ledger.ts'
import type { Ledger } from '../../src/state/ledger.ts'

export const path = '.provision/shop-production.ledger.json'

export interface JsonLedgerFixture {
  readonly files?: MemoryFiles
  readonly alive?: readonly number[]
  readonly host?: string
  readonly seed?: number
}

export function openLedger({
  files = memoryFiles(),
  alive = [100],
  host = 'laptop',
  seed = 1,
}: JsonLedgerFixture = {}): Ledger {
  return jsonLedger({
    path,
    files,
    clock: new VirtualClock({ start: Date.UTC(2026, 0, 1, 0, 5) }),
    random: seededRandom(seed),
    host: { host, isAlive: pid => alive.includes(pid) },
    expect: { stack: 'shop', environment: 'production' },
  })
}
