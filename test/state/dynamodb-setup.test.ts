import {
  CreateTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceInUseException,
  ResourceNotFoundException,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb'
import { expect, test } from 'vitest'
import { seededRandom } from '../../src/effects/random.ts'
import { VirtualClock } from '../../src/effects/virtual-clock.ts'
import { setUpTable } from '../../src/state/dynamodb/setup.ts'
import { stubbed } from '../support/stubbed.ts'

const KeySchema = [
  { AttributeName: 'ledger', KeyType: 'HASH' as const },
  { AttributeName: 'row', KeyType: 'RANGE' as const },
]
const missing = new ResourceNotFoundException({ message: 'no such table', $metadata: {} })
const backups = (PointInTimeRecoveryStatus: 'ENABLED' | 'DISABLED') => ({
  ContinuousBackupsDescription: {
    ContinuousBackupsStatus: 'ENABLED' as const,
    PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus },
  },
})

async function setUp(): Promise<string[]> {
  const said: string[] = []
  await setUpTable({
    address: { name: 'ledgers', region: 'us-east-1' },
    clock: new VirtualClock(),
    random: seededRandom(1),
    say: what => void said.push(what),
  })
  return said
}

test('a table is made for ledgers: by request, encrypted, protected, recoverable', async () => {
  const sdk = stubbed(DynamoDBClient)
  const Table = { KeySchema, DeletionProtectionEnabled: true }
  sdk
    .on(DescribeTableCommand)
    .rejectsOnce(missing)
    .resolvesOnce({ Table: { ...Table, TableStatus: 'CREATING' } })
    .resolves({ Table: { ...Table, TableStatus: 'ACTIVE' } })
  sdk.on(CreateTableCommand).resolves({})
  sdk.on(DescribeContinuousBackupsCommand).resolves(backups('DISABLED'))
  // As AWS answers for a minute after a table was made.
  sdk
    .on(UpdateContinuousBackupsCommand)
    .rejectsOnce(Object.assign(new Error('being enabled'), { name: 'ContinuousBackupsUnavailableException' }))
    .resolves({})
  expect(await setUp()).toEqual(['creating the table', 'turning on point-in-time recovery'])
  expect(sdk.commandCalls(CreateTableCommand)[0]?.args[0].input).toEqual({
    TableName: 'ledgers',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'ledger', AttributeType: 'S' },
      { AttributeName: 'row', AttributeType: 'S' },
    ],
    KeySchema,
    DeletionProtectionEnabled: true,
    SSESpecification: { Enabled: true, SSEType: 'KMS' },
  })
  expect(sdk.commandCalls(UpdateContinuousBackupsCommand)).toHaveLength(2)
})

test('a table that is there gets only what it lacks', async () => {
  const sdk = stubbed(DynamoDBClient)
  sdk.on(DescribeTableCommand).resolves({ Table: { KeySchema, TableStatus: 'ACTIVE' } })
  sdk.on(DescribeContinuousBackupsCommand).resolves(backups('ENABLED'))
  sdk.on(UpdateTableCommand).resolves({})
  expect(await setUp()).toEqual(['turning on deletion protection'])
  expect(sdk.commandCalls(CreateTableCommand)).toEqual([])
})

test('two who make it at the same time both end well', async () => {
  const sdk = stubbed(DynamoDBClient)
  const Table = { KeySchema, DeletionProtectionEnabled: true, TableStatus: 'ACTIVE' as const }
  sdk.on(DescribeTableCommand).rejectsOnce(missing).resolves({ Table })
  sdk.on(CreateTableCommand).rejects(new ResourceInUseException({ message: 'exists', $metadata: {} }))
  sdk.on(DescribeContinuousBackupsCommand).resolves(backups('ENABLED'))
  expect(await setUp()).toEqual(['creating the table'])
})

test('a table of another shape is refused and left alone', async () => {
  const sdk = stubbed(DynamoDBClient)
  sdk
    .on(DescribeTableCommand)
    .resolves({ Table: { KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }], TableStatus: 'ACTIVE' } })
  await expect(setUp()).rejects.toMatchObject({ code: 'refused' })
  expect(sdk.calls()).toHaveLength(1)
})

test('credentials that may not are said so', async () => {
  const sdk = stubbed(DynamoDBClient)
  sdk
    .on(DescribeTableCommand)
    .rejects(Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' }))
  await expect(setUp()).rejects.toMatchObject({ code: 'access' })
})
