import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { VirtualClock } from '../../src/effects/virtual-clock.ts'
import type { Row, RowWrite } from '../../src/state/dynamodb/table.ts'
import { openDynamoLedger } from '../support/dynamo-ledger.ts'
import { asking, entries, header, ready, release } from '../support/ledger-samples.ts'
import type { TableCall, TableFaults } from '../support/memory-table.ts'
import { memoryTable } from '../support/memory-table.ts'

const fault = (name: string) => Object.assign(new Error(name), { name })

async function begun(faults: TableFaults = {}) {
  const clock = new VirtualClock()
  const table = memoryTable(faults)
  const writer = await openDynamoLedger({ table, clock }).lock(asking)
  await writer.begin(header)
  return { clock, table, writer, reopen: () => openDynamoLedger({ table, clock, seed: 2 }) }
}

describe('the writes of a ledger in DynamoDB', () => {
  test('that are asked together go together, within the limits of a transaction', async () => {
    const sizes: number[] = []
    const { writer, reopen } = await begun({ before: ({ writes }) => void sizes.push(writes.length) })
    sizes.length = 0
    await Promise.all(Array.from({ length: 250 }, (_, at) => writer.put(`n/${at}`, ready(`n/${at}`))))
    expect(sizes.length).toBeLessThan(6)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100)
    await writer.release()
    const content = await reopen().read()
    expect([content?.serial, content?.entries.size]).toEqual([251, 250])
  })

  test('of one address keep their order', async () => {
    const { writer, reopen } = await begun()
    const vpc = ready('network/vpc')
    await Promise.all([
      writer.put('network/vpc', { ...vpc, generation: 1 }),
      writer.put('network/vpc', undefined),
      writer.put('network/vpc', { ...vpc, generation: 3 }),
    ])
    expect((await reopen().read())?.entries.get('network/vpc')?.generation).toBe(3)
    await writer.release()
  })

  test('renew the lease', async () => {
    const beats: unknown[] = []
    const { writer, table } = await begun()
    const beat = () => table.contents.get('shop/production\n#lock')?.['beat']
    for (const address of ['a', 'b']) {
      beats.push(beat())
      await writer.put(address, ready(address))
    }
    expect([...beats, beat()]).toEqual([1, 2, 3])
    await writer.release()
  })

  test.each(['TimeoutError', 'InternalServerError', 'ThrottlingException', 'TransactionConflict'])(
    'are done once although every other request ends in %s',
    async name => {
      let calls = 0
      const odd = ({ operation }: TableCall) => {
        if (operation === 'write' && ++calls % 2 === 1) throw fault(name)
      }
      const lost = name === 'TimeoutError' || name === 'InternalServerError'
      for (const faults of lost ? [{ before: odd }, { after: odd }] : [{ before: odd }]) {
        const { writer, reopen } = await begun(faults)
        for (const entry of entries) await writer.put(entry.address, entry)
        await writer.putReleases('web', [release(1)])
        await writer.release()
        const content = await reopen().read()
        expect([content?.serial, content?.entries.size]).toEqual([2 + entries.length, entries.length])
      }
    },
  )

  test('of an entry that no item can hold are refused before anything else is done', async () => {
    const { writer, reopen } = await begun()
    const large = { ...ready('network/vpc'), props: { text: 'x'.repeat(400 * 1024) } }
    await expect(writer.put('network/vpc', large as ReturnType<typeof ready>)).rejects.toMatchObject({
      code: 'ledger',
      message: expect.stringContaining('network/vpc'),
    })
    await writer.put('network/igw', ready('network/igw'))
    expect((await reopen().read())?.entries.size).toBe(1)
    await writer.release()
  })

  test('stop for good when it is not known what became of one', async () => {
    let cut = false
    const { writer } = await begun({
      before: ({ operation }) => {
        if (cut && operation === 'write') throw fault('TimeoutError')
      },
    })
    cut = true
    await expect(writer.put('a', ready('a'))).rejects.toMatchObject({ code: 'ledger' })
    cut = false
    await expect(writer.put('b', ready('b'))).rejects.toMatchObject({ code: 'ledger' })
    await expect(writer.guard()).rejects.toMatchObject({ code: 'ledger' })
    await writer.release()
  })

  test('whatever is lost on the way, what was acknowledged is there, once', async () => {
    const outcome = fc.constantFrom('fine', 'fine', 'lost request', 'lost answer', 'throttled')
    await fc.assert(
      fc.asyncProperty(fc.array(outcome, { minLength: 40, maxLength: 40 }), async outcomes => {
        let at = 0
        const plan = () => outcomes[at % outcomes.length]
        const { writer, reopen } = await begun({
          before: ({ operation }) => {
            if (operation !== 'write') return
            at++
            if (plan() === 'lost request') throw fault('TimeoutError')
            if (plan() === 'throttled') throw fault('ThrottlingException')
          },
          after: ({ operation }) => {
            if (operation === 'write' && plan() === 'lost answer') throw fault('TimeoutError')
          },
        }).catch(() => ({ writer: undefined, reopen: undefined }))
        if (!writer) return
        const acknowledged: string[] = []
        for (let index = 0; index < 12; index++) {
          const address = `network/${index}`
          await writer.put(address, ready(address)).then(
            () => acknowledged.push(address),
            () => undefined,
          )
        }
        await writer.release()
        const content = await reopen().read()
        expect([...content!.entries.keys()]).toEqual(expect.arrayContaining(acknowledged))
        expect(content!.serial).toBe(1 + content!.entries.size)
      }),
      { numRuns: 200 },
    )
  }, 60_000)
})

describe('a ledger in DynamoDB refuses', () => {
  const damage = async (change: (contents: Map<string, Row>) => void) => {
    const { writer, table, reopen } = await begun()
    for (const entry of entries) await writer.put(entry.address, entry)
    await writer.release()
    change(table.contents)
    await expect(reopen().read()).rejects.toMatchObject({ name: 'ProvisionError', code: 'ledger' })
    await expect(reopen().lock(asking)).rejects.toMatchObject({ code: 'ledger' })
    expect(await reopen().holder()).toBeUndefined()
  }
  const vpc = 'shop/production\nentry network/ready'
  const head = 'shop/production\n#header'

  test('an entry that was changed by hand', () =>
    damage(rows => {
      const row = rows.get(vpc)!
      rows.set(vpc, { ...row, entry: String(row['entry']).replace('vpc-0a1b', 'vpc-9999') })
    }))
  test('an entry that is gone', () => damage(rows => void rows.delete(vpc)))
  test('an entry that was put under another address', () =>
    damage(rows => {
      rows.set(vpc, { ...rows.get('shop/production\nentry network/created')!, row: 'entry network/ready' })
    }))
  test('entries without a header', () => damage(rows => void rows.delete(head)))
  test('a header with another serial', () =>
    damage(rows => void rows.set(head, { ...rows.get(head)!, serial: 2 })))
  test('a newer format', () =>
    damage(rows => void rows.set(head, { ...rows.get(head)!, header: '{"format":2,"tool":"9.0.0"}' })))
})

test('whoever reads while it is written sees no state that never was', async () => {
  const clock = new VirtualClock()
  const table = memoryTable()
  const writer = await openDynamoLedger({ table, clock }).lock(asking)
  await writer.begin(header)
  for (const name of ['a', 'b']) await writer.put(name, ready(name))
  let raced = false
  const racing = {
    ...table,
    async rows(ledger: string, from: string, to: string) {
      const found = await table.rows(ledger, from, to)
      if (raced) return found
      raced = true
      // While the rows are on their way, one is written and another goes.
      await writer.put('a', { ...ready('a'), generation: 7 })
      await writer.put('b', undefined)
      return found
    },
  }
  const content = await openDynamoLedger({ table: racing, clock, seed: 2 }).read()
  expect([content?.serial, content?.entries.size, content?.entries.get('a')?.generation]).toEqual([5, 1, 7])
  await writer.release()
})

test('a row that something else has written is told from a lost lock', async () => {
  const { writer, table } = await begun()
  const key = 'shop/production\n#header'
  const write: RowWrite = { put: { ...table.contents.get(key)!, serial: 99 } }
  await table.write([write], 'someone else')
  await expect(writer.put('a', ready('a'))).rejects.toThrow('something that does not hold its lock')
  await writer.release()
})
