import type { Row, RowWrite } from './table.ts'
import { limits } from './table.ts'

/** Something to be written under the lock. */
export interface Job {
  /** The row it writes; two jobs on one row cannot share a transaction. None for a mere beat. */
  readonly row: string | undefined
  readonly bytes: number
  /** It raises the serial, so the header is written too. */
  readonly counts: boolean
  /** It writes the header itself. */
  readonly alone: boolean
  /** The write, given the serial it gets. */
  readonly write: (serial: number) => RowWrite | undefined
  /** Once it is written. */
  readonly apply: () => void
  readonly settle: (error?: Error) => void
}

/** Lock and header come with every transaction. */
const room = limits.writes - 2

/** The jobs at the head of the queue that fit into one transaction; they are taken from it. */
export function nextBatch(queue: Job[]): Job[] {
  const rows = new Set<string>()
  const batch: Job[] = []
  let bytes = 0
  for (const job of queue) {
    const full = batch.length === room || bytes + job.bytes > limits.transaction / 2
    const clashes = job.alone || batch[0]?.alone || (job.row !== undefined && rows.has(job.row))
    if (batch.length > 0 && (full || clashes)) break
    if (job.row !== undefined) rows.add(job.row)
    bytes += job.bytes
    batch.push(job)
  }
  queue.splice(0, batch.length)
  return batch
}

export function bytesOf(row: Row): number {
  return Buffer.byteLength(JSON.stringify(row))
}
