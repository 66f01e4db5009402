import type * as sdk from '../../aws/sdk/ledger-table.ts'
import type { AttributeValue, TransactWriteItem } from '../../aws/sdk/ledger-table.ts'
import { allPages } from '../../aws/pages.ts'
import type { Clock } from '../../effects/clock.ts'
import type { Condition, Row, RowWrite, Table, Value } from './table.ts'
import { ConditionFailed } from './table.ts'

export interface TableAddress {
  readonly name: string
  /** As the user says it; without a region where that is the stack's. */
  readonly location?: string
  readonly region: string
  readonly profile?: string | undefined
}

type Sdk = typeof sdk

/** What a call needs: the module, for its commands, and the client that sends them. */
export interface Opened {
  readonly sdk: Sdk
  readonly client: InstanceType<Sdk['DynamoDBClient']>
}

/**
 * Opens the SDK's client when first called. Apart from that of the stack: a ledger is neither rehearsed nor guarded by
 * itself. Credentials and endpoints come from the SDK's usual environment variables.
 */
export function dynamoClient(
  { region, profile }: Omit<TableAddress, 'name'>,
  clock: Clock,
): {
  call<T>(work: (opened: Opened) => Promise<T>): Promise<T>
  close(): void
} {
  let opening: Promise<Opened> | undefined
  const open = () =>
    (opening ??= import('../../aws/sdk/ledger-table.ts').then(sdk => ({
      sdk,
      client: new sdk.DynamoDBClient({
        region,
        ...(profile ? { profile } : {}),
        maxAttempts: 1,
        // Far shorter than a lease, so that a lost answer leaves time to ask again.
        requestHandler: { connectionTimeout: 3000, requestTimeout: 5000, throwOnRequestTimeout: true },
      }),
    })))
  return {
    call: work => clock.outside(async () => work(await open())),
    close: () => void opening?.then(({ client }) => client.destroy()),
  }
}

/** A table of DynamoDB with the key `ledger` and `row`. */
export function dynamoTable(address: TableAddress, clock: Clock): Table & { close(): void } {
  const TableName = address.name
  const { call, close } = dynamoClient(address, clock)
  return {
    location: address.location ?? `dynamodb:${TableName}`,
    close,
    get: ({ ledger, row }) =>
      call(async ({ sdk, client }) => {
        const Key = { ledger: { S: ledger }, row: { S: row } }
        const { Item } = await client.send(new sdk.GetItemCommand({ TableName, Key, ConsistentRead: true }))
        return Item && rowOf(Item)
      }),
    rows: (ledger, from, to) =>
      call(async ({ sdk, client }) => {
        const rows = await allPages<Row, Record<string, AttributeValue>>(async ExclusiveStartKey => {
          const page = await client.send(
            new sdk.QueryCommand({
              TableName,
              ConsistentRead: true,
              KeyConditionExpression: '#ledger = :ledger AND #row BETWEEN :from AND :to',
              ExpressionAttributeNames: { '#ledger': 'ledger', '#row': 'row' },
              ExpressionAttributeValues: { ':ledger': { S: ledger }, ':from': { S: from }, ':to': { S: to } },
              ...(ExclusiveStartKey && { ExclusiveStartKey }),
            }),
          )
          return { rows: page.Items?.map(rowOf), next: page.LastEvaluatedKey }
        })
        return rows.filter(({ row }) => row < to)
      }),
    write: (writes, token) =>
      call(async ({ sdk, client }) => {
        const TransactItems = writes.map(write => itemOf(write, TableName))
        // Tokens have at most 36 characters.
        const ClientRequestToken = token.slice(0, 36)
        await client
          .send(new sdk.TransactWriteItemsCommand({ TransactItems, ClientRequestToken }))
          .catch((error: unknown) => {
            throw cancelled(error)
          })
      }),
  }
}

/** A cancelled transaction as what cancelled it: a condition, or trouble that passes (under its own code). */
function cancelled(error: unknown): unknown {
  const { name, CancellationReasons: reasons = [] } = error as {
    readonly name?: string
    readonly CancellationReasons?: readonly { readonly Code?: string; readonly Message?: string }[]
  }
  if (name !== 'TransactionCanceledException') return error
  if (reasons.some(({ Code }) => Code === 'ConditionalCheckFailed')) return new ConditionFailed()
  const { Code = 'TransactionConflict', Message = '' } =
    reasons.find(({ Code }) => Code && Code !== 'None') ?? {}
  return Object.assign(error as Error, { name: Code, message: Message || (error as Error).message })
}

function itemOf(write: RowWrite, TableName: string): TransactWriteItem {
  const condition = conditionOf(write.when)
  if ('put' in write) {
    const Item = Object.fromEntries(
      Object.entries(write.put).map(([name, value]) => [name, attribute(value)]),
    )
    return { Put: { TableName, Item, ...condition } }
  }
  const { ledger, row } = write.remove
  return { Delete: { TableName, Key: { ledger: { S: ledger }, row: { S: row } }, ...condition } }
}

/** Names and values by placeholder: many names, `row` among them, are reserved words. */
function conditionOf(condition: Condition | undefined) {
  if (condition === undefined) return {}
  if (condition === 'absent')
    return { ConditionExpression: 'attribute_not_exists(#row)', ExpressionAttributeNames: { '#row': 'row' } }
  const wanted = Object.entries(condition)
  return {
    ConditionExpression: wanted.map((_, index) => `#${index} = :${index}`).join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(wanted.map(([name], index) => [`#${index}`, name])),
    ExpressionAttributeValues: Object.fromEntries(
      wanted.map(([, value], index) => [`:${index}`, attribute(value)]),
    ),
  }
}

function attribute(value: Value): AttributeValue {
  if (typeof value === 'string') return { S: value }
  return typeof value === 'number' ? { N: String(value) } : { BOOL: value }
}

function rowOf(item: Record<string, AttributeValue>): Row {
  const values = Object.entries(item).map(([name, { S, N, BOOL }]) => [name, S ?? BOOL ?? Number(N)])
  return Object.fromEntries(values) as Row
}
