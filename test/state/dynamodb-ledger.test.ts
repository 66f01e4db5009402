import { VirtualClock } from '../../src/effects/virtual-clock.ts'
import { openDynamoLedger } from '../support/dynamo-ledger.ts'
import { memoryTable } from '../support/memory-table.ts'
import { describeLedger } from './ledger-contract.ts'

describeLedger('DynamoDB', () => {
  const table = memoryTable()
  const clock = new VirtualClock({ start: Date.UTC(2026, 0, 1, 0, 5) })
  let seed = 1
  return {
    ledger: openDynamoLedger({ table, clock }),
    reopen: () => openDynamoLedger({ table, clock, seed: ++seed }),
  }
})
