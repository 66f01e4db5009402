import type { Clock } from '../../effects/clock.ts'
import type { Random } from '../../effects/random.ts'
import { withRetries } from '../../aws/retry.ts'
import { ProvisionError } from '../../errors.ts'
import type { LedgerContent } from '../entry.ts'
import type { Ledger } from '../ledger.ts'
import type { HostView } from '../processes.ts'
import { checked } from '../refusals.ts'
import type { LockOptions } from './lock.ts'
import { breakLock, lookAtLock, takeLock } from './lock.ts'
import { after, contentOf, rowNames, runsOf } from './rows.ts'
import type { Row, Table } from './table.ts'
import type { Terms } from './terms.ts'
import { usualTerms } from './terms.ts'
import { unreached } from './words.ts'
import { tableWriter } from './writer.ts'

export interface DynamoLedgerOptions {
  readonly table: Table
  readonly clock: Clock
  readonly random: Random
  readonly host: HostView
  /** Whose ledger this must be; the table may hold those of many stacks. */
  readonly expect: { readonly stack: string; readonly environment: string }
  /** Default: `usualTerms`. */
  readonly terms?: Terms
}

/** A ledger in a table of DynamoDB: a row for each entry, one for the header, one for the lock, and the last runs. */
export function dynamoLedger(options: DynamoLedgerOptions): Ledger {
  const { clock, random, expect, terms = usualTerms } = options
  const table = patiently(options.table, clock, random)
  const { location } = table
  const ledger = `${expect.stack}/${expect.environment}`
  const whose = { location, environment: expect.environment }
  const lock: LockOptions = { ...options, table, ledger, terms }
  const rows = () => table.rows(ledger, rowNames.header, after(rowNames.releases))
  const contentIn = (found: readonly Row[]) => {
    const content = contentOf(found, location)
    return content && checked(content, location, expect)
  }

  /** What others write meanwhile may be seen half: it is whole when the header has not changed since. */
  async function read(): Promise<LedgerContent | undefined> {
    for (let wait = 50; wait < 5000; wait *= 2) {
      const found = await rows()
      const first = found.find(({ row }) => row === rowNames.header)
      const again = await table.get({ ledger, row: rowNames.header })
      if (first?.['serial'] === again?.['serial']) return contentIn(found)
      await clock.sleep(wait)
    }
    throw new ProvisionError({
      code: 'ledger',
      message: `The ledger ${location} is being written so fast that it cannot be read.`,
      hint: 'Wait for the run that holds its lock, then try again',
    })
  }

  return {
    location,
    copyable: false,
    read: () => inWords(whose, read),
    holder: () =>
      inWords(whose, async () => {
        const row = await lookAtLock(lock)
        return row?.held ? row.holder : undefined
      }),
    unlock: (id, by) => inWords(whose, () => breakLock(id, by, lock)),
    history: () =>
      inWords(whose, async () => runsOf(await table.rows(ledger, rowNames.runs, after(rowNames.runs)))),
    lock: (holder, taking = {}) =>
      inWords(whose, async () => {
        const held = await takeLock(holder, taking, lock)
        const begin = (content: LedgerContent | undefined, stale: readonly Row[]) =>
          tableWriter({ ...lock, held, content, stale })
        try {
          const found = await rows()
          const stored = found.filter(({ row }) => row !== rowNames.lock)
          return taking.anew ? begin(undefined, stored) : begin(contentIn(found), [])
        } catch (error) {
          await begin(undefined, []).release()
          throw error
        }
      }),
  }
}

/** Reads are asked again; what a failed write means is for `commit` to find out. */
function patiently(table: Table, clock: Clock, random: Random): Table {
  const patient = <T>(read: () => Promise<T>) =>
    withRetries(read, {
      clock,
      random,
      operation: 'getItem',
      parentsAreFresh: false,
      onRetry: () => undefined,
    })
  return {
    location: table.location,
    get: key => patient(() => table.get(key)),
    rows: (...range) => patient(() => table.rows(...range)),
    write: (writes, token) => table.write(writes, token),
  }
}

interface Whose {
  readonly location: string
  readonly environment: string
}

async function inWords<T>({ location, environment }: Whose, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    // An aborted wait ends as whoever aborted it wants.
    if (error instanceof Error && error.name === 'AbortError') throw error
    throw unreached(location, error, environment)
  }
}
