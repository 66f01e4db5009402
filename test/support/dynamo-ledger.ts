import type { Clock } from '../../src/effects/clock.ts'
import { seededRandom } from '../../src/effects/random.ts'
import { VirtualClock } from '../../src/effects/virtual-clock.ts'
import { dynamoLedger } from '../../src/state/dynamodb/ledger.ts'
import type { Table } from '../../src/state/dynamodb/table.ts'
import type { Terms } from '../../src/state/dynamodb/terms.ts'
import type { Ledger } from '../../src/state/ledger.ts'
import type { HostView } from '../../src/state/processes.ts'
import { memoryTable } from './memory-table.ts'

export interface DynamoFixture {
  readonly table?: Table
  readonly clock?: Clock
  readonly seed?: number
  readonly host?: HostView
  readonly terms?: Terms
}

/** Terms for tests that wait in real time. */
export const shortTerms: Terms = { lease: 3000, beat: 200, look: 50, call: 500 }

export function openDynamoLedger({
  table = memoryTable(),
  clock = new VirtualClock({ start: Date.UTC(2026, 0, 1, 0, 5) }),
  seed = 1,
  host = { host: 'laptop', isAlive: () => true },
  terms,
}: DynamoFixture = {}): Ledger {
  return dynamoLedger({
    table,
    clock,
    random: seededRandom(seed),
    host,
    expect: { stack: 'shop', environment: 'production' },
    ...(terms ? { terms } : {}),
  })
}
