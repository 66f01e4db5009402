import { ProvisionError } from '../../errors.ts'
import type { Address } from '../../resources/address.ts'
import type { Entry, LedgerContent, LedgerHeader } from '../entry.ts'
import type { LedgerWriter } from '../ledger.ts'
import { lockLost } from '../refusals.ts'
import type { Release } from '../release.ts'
import { replaced } from '../release.ts'
import { recordOf } from '../run-record.ts'
import { releasesSchema } from '../schema.ts'
import { commit } from './commit.ts'
import type { Held, LockOptions } from './lock.ts'
import { lookAtLock, stillHeld } from './lock.ts'
import type { Job } from './queue.ts'
import { bytesOf, nextBatch } from './queue.ts'
import { entryKey, entryRow, headerRow, lockRow, releasesKey, releasesRow, rowNames, runRow } from './rows.ts'
import type { Condition, Row, RowWrite } from './table.ts'
import { momentOf, since } from './terms.ts'
import { unwritten } from './words.ts'

interface WriterOptions extends LockOptions {
  readonly held: Held
  readonly content: LedgerContent | undefined
  /** Rows that `begin` has to clear away, the header among them. */
  readonly stale: readonly Row[]
}

/**
 * Writes under the lock, one transaction at a time, each conditional on id, epoch and beat of the lock and each raising
 * the beat: whoever has lost the lock writes nothing, and the beat tells whether a transaction without an answer was
 * carried out. What is asked while one is under way goes into the next together.
 */
export function tableWriter(options: WriterOptions): LedgerWriter {
  const { table, ledger, clock, random, terms, content } = options
  const entries = new Map(content?.entries)
  const from = content?.serial ?? 0
  const queue: Job[] = []
  const stopping = new AbortController()
  let { row: lock, renewed } = options.held
  let header = content?.header
  let releases = content?.releases
  /** The names of the rows that the header counts. */
  const counted = new Set([
    ...[...entries.keys()].map(address => entryKey(ledger, address).row),
    ...Object.keys(releases ?? {}).map(service => releasesKey(ledger, service).row),
  ])
  let serial = from
  let stale = options.stale
  let shown: LedgerContent | undefined
  /** Why nothing more can be written. */
  let over: ProvisionError | undefined
  let pumping: Promise<void> | undefined

  const left = () => terms.lease - since(renewed, clock)

  async function transact(batch: readonly Job[]): Promise<void> {
    const beaten = { ...lock, beat: lock.beat + 1 }
    const writes: RowWrite[] = [{ put: lockRow(ledger, beaten), when: stillHeld(lock) }]
    let raised = serial
    let total = counted.size
    for (const { write, counts } of batch) {
      const made = write(counts ? ++raised : raised)
      if (made) writes.push(made)
      if (made && counts) total += added(made, counted)
    }
    if (raised > serial && header)
      writes.push({ put: headerRow(ledger, header, raised, total), when: { serial } })
    const moment = momentOf(clock)
    const isDone = async () => {
      const now = await lookAtLock(options)
      return now?.id === lock.id && now.held && now.beat === beaten.beat
    }
    const done = await commit(writes, { table, clock, random, isDone, patience: terms.lease })
    if (!done) throw await refusalOf()
    lock = beaten
    renewed = moment
    serial = raised
  }

  /** Why a condition did not hold. */
  async function refusalOf(): Promise<ProvisionError> {
    const now = await lookAtLock(options)
    if (now?.id !== lock.id || !now.held) return lockLost(table.location)
    return new ProvisionError({
      code: 'ledger',
      message: `The ledger ${table.location} was changed by something that does not hold its lock.`,
      hint: 'Find out what writes to this table, then run the same command again',
    })
  }

  async function pump(): Promise<void> {
    while (queue.length > 0) {
      const batch = nextBatch(queue)
      try {
        if (over) throw over
        await transact(batch)
        for (const job of batch) job.apply()
        shown = undefined
        for (const job of batch) job.settle()
      } catch (error) {
        // Whether an unanswered transaction was carried out is not known any more: nothing may follow it.
        over ??= unwritten(table.location, error)
        for (const job of batch) job.settle(over)
      }
    }
    pumping = undefined
  }

  function enqueue(job: Partial<Omit<Job, 'settle'>>): Promise<void> {
    return new Promise((resolve, reject) => {
      queue.push({
        row: undefined,
        bytes: 0,
        counts: false,
        alone: false,
        write: () => undefined,
        apply: () => undefined,
        ...job,
        settle: error => (error ? reject(error) : resolve()),
      })
      // What is asked in the same turn goes together.
      pumping ??= Promise.resolve().then(pump)
    })
  }

  async function beatOn(): Promise<void> {
    const { signal } = stopping
    while (!signal.aborted && !over) {
      await clock.sleep(terms.beat, signal)
      if (since(renewed, clock) >= terms.beat && !pumping) await enqueue({})
    }
  }
  // It ends by the abort, or because the lock is lost; whoever writes next is told then.
  void beatOn().catch(() => undefined)

  function count(row: string, there: boolean): void {
    if (there) counted.add(row)
    else counted.delete(row)
  }

  function putHeader(next: LedgerHeader, at: number): Promise<void> {
    const old = stale.find(({ row }) => row === rowNames.header)
    const known = header ? { serial } : old ? numbered(old) : 'absent'
    const put = headerRow(ledger, next, at, counted.size)
    return enqueue({
      row: rowNames.header,
      bytes: bytesOf(put),
      alone: true,
      write: () => ({ put, ...(known ? { when: known } : {}) }),
      apply: () => {
        header = next
        serial = at
      },
    })
  }

  return {
    get content() {
      return (shown ??= header && {
        header,
        serial,
        entries: new Map(entries),
        ...(releases && { releases }),
      })
    },
    async guard() {
      if (over) throw over
      if (left() > terms.call) return
      await enqueue({})
      if (left() <= terms.call) throw lockLost(table.location)
    },
    async begin(next, after = 0) {
      // What is under way was counted with the old serial.
      await pumping
      await putHeader(next, Math.max(serial, after) + 1)
      const rest = stale.filter(({ row }) => row !== rowNames.header)
      stale = []
      await Promise.all(rest.map(({ row }) => enqueue({ row, write: () => ({ remove: { ledger, row } }) })))
    },
    async put(address: Address, entry: Entry | undefined) {
      if (!header) throw new Error(`put(${address}) before begin`)
      const key = entryKey(ledger, address)
      await enqueue({
        row: key.row,
        bytes: entry ? bytesOf(entryRow(ledger, entry, serial)) : 0,
        counts: true,
        write: at => (entry ? { put: entryRow(ledger, entry, at) } : { remove: key }),
        apply: () => {
          if (entry) entries.set(address, entry)
          else entries.delete(address)
          count(key.row, entry !== undefined)
        },
      })
    },
    async putReleases(service: string, next: readonly Release[]) {
      if (!header) throw new Error(`putReleases(${service}) before begin`)
      // Nothing is written that could not be read again.
      releasesSchema.parse(next)
      const key = releasesKey(ledger, service)
      await enqueue({
        row: key.row,
        bytes: bytesOf(releasesRow(ledger, service, next, serial)),
        counts: true,
        write: at => (next.length > 0 ? { put: releasesRow(ledger, service, next, at) } : { remove: key }),
        apply: () => {
          releases = replaced(releases, service, next)
          count(key.row, next.length > 0)
        },
      })
    },
    async note(outcome) {
      const end = outcome && { at: clock.now(), outcome, serial }
      const put = runRow(ledger, lock.epoch, recordOf(lock.holder, from, end))
      // The history is for people: where it cannot be written, the next write of an entry tells.
      await enqueue({ row: put.row, bytes: bytesOf(put), write: () => ({ put }) }).catch(() => undefined)
    },
    async release() {
      if (stopping.signal.aborted) return
      stopping.abort()
      await pumping
      over ??= lockLost(table.location)
      // Without the beat: the last transaction may have been carried out without an answer.
      const { id, epoch } = lock
      const when: Condition = { id, epoch, held: true }
      const free = lockRow(ledger, { ...lock, beat: lock.beat + 1, held: false })
      const isDone = async () => !(await lookAtLock(options))?.held
      // A lock that could not be let go is free at the end of its lease.
      await commit([{ put: free, when }], { table, clock, random, isDone, patience: terms.beat }).catch(
        () => undefined,
      )
    },
  }
}

/** How many rows more there are after a write. */
function added(write: RowWrite, counted: ReadonlySet<string>): number {
  if ('put' in write) return counted.has(write.put.row) ? 0 : 1
  return counted.has(write.remove.row) ? -1 : 0
}

/** A header that cannot be read may not even have a serial. */
function numbered({ serial }: Row): Condition | undefined {
  return typeof serial === 'number' ? { serial } : undefined
}
