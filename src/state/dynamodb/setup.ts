import { isNotFound, meaningOf } from '../../aws/errors.ts'
import { withRetries } from '../../aws/retry.ts'
import type { Clock } from '../../effects/clock.ts'
import type { Random } from '../../effects/random.ts'
import { ProvisionError } from '../../errors.ts'
import type { TableDescription } from '../../aws/sdk/ledger-table.ts'
import type { TableAddress } from './client.ts'
import { dynamoClient } from './client.ts'
import { unreached } from './words.ts'

export interface SetupOptions {
  readonly address: TableAddress
  readonly clock: Clock
  readonly random: Random
  /** Told each thing that is done: `creating the table`. */
  readonly say: (what: string) => void
}

/** Milliseconds between two looks at a table that is being made. */
const look = 2000
const longest = 300_000

/**
 * Makes the table of the ledgers, or completes one that is there: paid by request, encrypted, protected against
 * deletion, with point-in-time recovery. Rejects a table of another shape with code `refused`.
 */
export async function setUpTable({ address, clock, random, say }: SetupOptions): Promise<void> {
  const { name: TableName } = address
  const { location = `dynamodb:${TableName}` } = address
  const { call, close } = dynamoClient(address, clock)
  const steady = <T>(work: Parameters<typeof call<T>>[0]) =>
    withRetries(() => call(work), {
      clock,
      random,
      operation: 'describeTable',
      parentsAreFresh: false,
      onRetry: () => undefined,
    })

  const describe = async (): Promise<TableDescription | undefined> => {
    try {
      const { Table } = await steady(({ sdk, client }) =>
        client.send(new sdk.DescribeTableCommand({ TableName })),
      )
      return Table
    } catch (error) {
      if (isNotFound(error)) return undefined
      throw error
    }
  }

  const create = () =>
    call(({ sdk, client }) =>
      client.send(
        new sdk.CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [
            { AttributeName: 'ledger', AttributeType: 'S' },
            { AttributeName: 'row', AttributeType: 'S' },
          ],
          KeySchema: [
            { AttributeName: 'ledger', KeyType: 'HASH' },
            { AttributeName: 'row', KeyType: 'RANGE' },
          ],
          DeletionProtectionEnabled: true,
          SSESpecification: { Enabled: true, SSEType: 'KMS' },
        }),
      ),
    ).catch((error: unknown) => {
      // Someone else makes it at this moment, or an earlier answer was lost.
      if (meaningOf(error) !== 'in-use' && meaningOf(error) !== 'maybe') throw error
    })

  const untilActive = async (): Promise<TableDescription> => {
    const deadline = clock.monotonic() + longest
    for (;;) {
      const table = await describe()
      if (table?.TableStatus === 'ACTIVE') return table
      if (clock.monotonic() > deadline)
        throw new ProvisionError({
          code: 'failed',
          message: `The table ${TableName} is ${table?.TableStatus ?? 'not to be seen'} after five minutes.`,
          hint: 'Run provision ledger init again: it goes on',
        })
      await clock.sleep(look)
    }
  }

  const protect = async (table: TableDescription) => {
    if (table.DeletionProtectionEnabled) return
    say('turning on deletion protection')
    await steady(({ sdk, client }) =>
      client.send(new sdk.UpdateTableCommand({ TableName, DeletionProtectionEnabled: true })),
    )
    await untilActive()
  }

  const recover = async () => {
    const { ContinuousBackupsDescription: backups } = await steady(({ sdk, client }) =>
      client.send(new sdk.DescribeContinuousBackupsCommand({ TableName })),
    )
    if (backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === 'ENABLED') return
    say('turning on point-in-time recovery')
    const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true }
    const deadline = clock.monotonic() + longest
    for (;;) {
      try {
        await call(({ sdk, client }) =>
          client.send(
            new sdk.UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }),
          ),
        )
        return
      } catch (error) {
        // For a minute or so after its creation a table has no backups that could be turned on.
        const early = (error as Error).name === 'ContinuousBackupsUnavailableException'
        if ((!early && meaningOf(error) !== 'maybe') || clock.monotonic() > deadline) throw error
        await clock.sleep(look)
      }
    }
  }

  try {
    const found = await describe()
    if (found) checkShape(found, location)
    else {
      say('creating the table')
      await create()
    }
    const table = await untilActive()
    checkShape(table, location)
    await protect(table)
    await recover()
  } catch (error) {
    throw unreached(location, error)
  } finally {
    close()
  }
}

function checkShape({ KeySchema = [] }: TableDescription, location: string): void {
  const key = KeySchema.map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`).join(', ')
  if (key === 'ledger HASH, row RANGE') return
  throw new ProvisionError({
    code: 'refused',
    message: `${location} is not a table of ledgers: its key is ${key || 'unknown'}.`,
    hint: 'Choose another name for the table',
  })
}
