import { afterAll, beforeAll, expect, test } from 'vitest'
import { realClock } from '../../src/effects/clock.ts'
import { realRandom } from '../../src/effects/random.ts'
import { dynamoTable } from '../../src/state/dynamodb/client.ts'
import { setUpTable } from '../../src/state/dynamodb/setup.ts'
import { describeLedger } from '../state/ledger-contract.ts'
import { openDynamoLedger, shortTerms } from '../support/dynamo-ledger.ts'
import type { Moto } from './server.ts'
import { startMoto } from './server.ts'

let moto: Moto
let made = 0

beforeAll(async () => {
  moto = await startMoto()
  process.env['AWS_ENDPOINT_URL_DYNAMODB'] = moto.url
})

afterAll(() => moto.stop())

async function newTable() {
  const said: string[] = []
  const address = { name: `ledgers-${++made}`, region: 'us-east-1' }
  const setUp = () =>
    setUpTable({ address, clock: realClock, random: realRandom, say: what => void said.push(what) })
  await setUp()
  return { table: dynamoTable(address, realClock), said, setUp }
}

test('a table is set up once, and found in order the second time', async () => {
  const { said, setUp } = await newTable()
  expect(said).toEqual(['creating the table', 'turning on point-in-time recovery'])
  await setUp()
  expect(said).toHaveLength(2)
  expect(await moto.violations()).toEqual([])
})

// What DynamoDB says of transactions, conditions and tokens, from software that nobody here wrote.
describeLedger('moto', async () => {
  const { table } = await newTable()
  const open = (seed: number) => openDynamoLedger({ table, seed, clock: realClock, terms: shortTerms })
  return { ledger: open(2 * made), reopen: () => open(2 * made + 1) }
})
