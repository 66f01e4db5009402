import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb'
import dynalite from 'dynalite'

export interface LocalDynamo {
  readonly url: string
  /** With the key of a table of ledgers. */
  createTable(name: string): Promise<void>
  stop(): Promise<void>
}

interface Answer {
  readonly status: number
  readonly text: string
}

type Item = Readonly<Record<string, unknown>>

interface Action {
  readonly TableName: string
  readonly Item?: Item
  readonly Key?: Item
  readonly ConditionExpression?: string
}

/**
 * Dynalite on a free port, with the two operations that it lacks before it: transactions, which are carried out by its
 * own conditional writes, one at a time and taken back when one does not hold; and the tokens that make them repeatable.
 */
export async function startDynalite(): Promise<LocalDynamo> {
  const store = await listening(dynalite({ createTableMs: 0 }))
  const tokens = new Set<string>()
  let last: Promise<unknown> = Promise.resolve()
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work)
    last = turn.catch(() => undefined)
    return turn
  }
  const ask = async (request: IncomingMessage, operation: string, body: string): Promise<Answer> => {
    const answer = await fetch(store.url, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        authorization: request.headers.authorization ?? '',
        'x-amz-date': String(request.headers['x-amz-date'] ?? ''),
      },
    })
    return { status: answer.status, text: await answer.text() }
  }
  const transact = async (request: IncomingMessage, body: string): Promise<Answer> => {
    const { TransactItems, ClientRequestToken } = JSON.parse(body) as {
      TransactItems: Record<'Put' | 'Delete', Action>[]
      ClientRequestToken: string
    }
    if (tokens.has(ClientRequestToken)) return { status: 200, text: '{}' }
    const undo: (() => Promise<unknown>)[] = []
    for (const [index, { Put, Delete }] of TransactItems.entries()) {
      const { TableName, Item, Key: key } = Put ?? Delete
      const Key = key ?? { ledger: Item?.['ledger'], row: Item?.['row'] }
      const before = await ask(request, 'GetItem', JSON.stringify({ TableName, Key, ConsistentRead: true }))
      const { Item: old } = JSON.parse(before.text) as { Item?: Item }
      const done = await ask(request, Put ? 'PutItem' : 'DeleteItem', JSON.stringify(Put ?? Delete))
      if (done.status !== 200) {
        for (const step of undo.toReversed()) await step()
        return done.text.includes('ConditionalCheckFailed') ? cancelled(TransactItems.length, index) : done
      }
      undo.push(() =>
        ask(
          request,
          old ? 'PutItem' : 'DeleteItem',
          JSON.stringify(old ? { TableName, Item: old } : { TableName, Key }),
        ),
      )
    }
    tokens.add(ClientRequestToken)
    return { status: 200, text: '{}' }
  }
  const front = createServer((request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? ''
    void bodyOf(request)
      .then(body =>
        // One at a time, so that nobody sees half a transaction.
        alone(() =>
          operation === 'TransactWriteItems' ? transact(request, body) : ask(request, operation, body),
        ),
      )
      .then(({ status, text }) => {
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' })
        response.end(text)
      })
  })
  const { url, close } = await listening(front)
  return {
    url,
    async createTable(TableName) {
      const client = new DynamoDBClient({ endpoint: store.url, region: 'us-east-1' })
      const key = { ledger: 'HASH', row: 'RANGE' } as const
      await client.send(
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: Object.keys(key).map(AttributeName => ({
            AttributeName,
            AttributeType: 'S',
          })),
          KeySchema: Object.entries(key).map(([AttributeName, KeyType]) => ({ AttributeName, KeyType })),
        }),
      )
      await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 0.1, maxDelay: 0.1 }, { TableName })
      client.destroy()
    },
    stop: async () => {
      await close()
      await store.close()
    },
  }
}

function cancelled(count: number, failed: number): Answer {
  const CancellationReasons = Array.from({ length: count }, (_, index) => ({
    Code: index === failed ? 'ConditionalCheckFailed' : 'None',
  }))
  return {
    status: 400,
    text: JSON.stringify({
      __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
      Message: 'Transaction cancelled',
      CancellationReasons,
    }),
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString()
}

async function listening(server: Server) {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
