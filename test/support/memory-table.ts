import type { Condition, Key, Row, RowWrite, Table } from '../../src/state/dynamodb/table.ts'
import { ConditionFailed, limits } from '../../src/state/dynamodb/table.ts'

export interface MemoryTable extends Table {
  /** By `ledger` and `row`, with a line feed between. */
  readonly contents: Map<string, Row>
}

export interface TableFaults {
  /** Before the request reaches the table; what it throws, the caller sees, and nothing is done. */
  readonly before?: (call: TableCall) => Promise<void> | void
  /** Before the answer reaches the caller; what it throws takes the answer's place. */
  readonly after?: (call: TableCall) => Promise<void> | void
}

export interface TableCall {
  readonly operation: 'get' | 'rows' | 'write'
  readonly writes: readonly RowWrite[]
}

/** A table that behaves as DynamoDB does for these operations: all or nothing, on conditions, with its limits. */
export function memoryTable(
  { before, after }: TableFaults = {},
  contents = new Map<string, Row>(),
): MemoryTable {
  const tokens = new Map<string, string>()
  const call = async <T>(operation: TableCall['operation'], writes: readonly RowWrite[], work: () => T) => {
    await before?.({ operation, writes })
    const answer = work()
    await after?.({ operation, writes })
    return answer
  }
  const write = (writes: readonly RowWrite[], token: string) => {
    const text = JSON.stringify(writes)
    const known = tokens.get(token)
    if (known === text) return
    if (known !== undefined) throw fault('IdempotentParameterMismatchException')
    const keys = writes.map(keyOf)
    if (writes.length > limits.writes || new Set(keys).size < keys.length || text.length > limits.transaction)
      throw fault('ValidationException')
    if (writes.some(one => JSON.stringify(one).length > limits.item)) throw fault('ValidationException')
    if (!writes.every((one, index) => holds(one.when, contents.get(keys[index]!))))
      throw new ConditionFailed()
    tokens.set(token, text)
    writes.forEach((one, index) => {
      if ('put' in one) contents.set(keys[index]!, one.put)
      else contents.delete(keys[index]!)
    })
  }
  return {
    contents,
    location: 'dynamodb:ledgers',
    get: key => call('get', [], () => contents.get(nameOf(key))),
    rows: (ledger, from, to) =>
      call('rows', [], () =>
        [...contents.values()]
          .filter(row => row.ledger === ledger && row.row >= from && row.row < to)
          .toSorted((a, b) => (a.row < b.row ? -1 : 1)),
      ),
    write: (writes, token) => call('write', writes, () => write(writes, token)),
  }
}

function holds(condition: Condition | undefined, row: Row | undefined): boolean {
  if (condition === undefined) return true
  if (condition === 'absent') return row === undefined
  return row !== undefined && Object.entries(condition).every(([name, value]) => row[name] === value)
}

function keyOf(write: RowWrite): string {
  return nameOf('put' in write ? write.put : write.remove)
}

function nameOf({ ledger, row }: Key): string {
  return `${ledger}\n${row}`
}

function fault(name: string): Error {
  return Object.assign(new Error(name), { name })
}
