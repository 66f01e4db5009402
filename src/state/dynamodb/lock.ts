import type { Clock } from '../../effects/clock.ts'
import type { Random } from '../../effects/random.ts'
import { ProvisionError } from '../../errors.ts'
import { durationText } from '../../events/duration.ts'
import type { LockHolder, TakeOptions } from '../ledger.ts'
import type { HostView } from '../processes.ts'
import { lifeOf } from '../processes.ts'
import { lockedBy, otherLock } from '../refusals.ts'
import { recordOf } from '../run-record.ts'
import { commit } from './commit.ts'
import type { LockRow } from './rows.ts'
import { lockOf, lockRow, rowNames, runRow } from './rows.ts'
import type { Condition, Table } from './table.ts'
import type { Moment, Terms } from './terms.ts'
import { momentOf } from './terms.ts'

export interface LockOptions {
  readonly table: Table
  /** The stack's key: `shop/production`. */
  readonly ledger: string
  readonly clock: Clock
  readonly random: Random
  readonly host: HostView
  readonly terms: Terms
}

/** A lock that is ours, and since when at the latest. */
export interface Held {
  readonly row: LockRow
  readonly renewed: Moment
}

/** All that a write of the holder is conditional on. */
export function stillHeld({ id, epoch, beat }: LockRow): Condition {
  return { id, epoch, beat, held: true }
}

export async function lookAtLock({ table, ledger }: LockOptions): Promise<LockRow | undefined> {
  const row = await table.get({ ledger, row: rowNames.lock })
  return row && lockOf(row)
}

/**
 * Takes the lock. Of a holder that shows no beat for one whole lease on our own monotonic clock, it is taken over; no
 * clock of anyone else is believed. One that beats is refused, or waited for.
 */
export async function takeLock(
  asked: Omit<LockHolder, 'id'>,
  { wait = 0, onWait, signal }: TakeOptions,
  options: LockOptions,
): Promise<Held> {
  const { clock, terms, table } = options
  const deadline = clock.monotonic() + wait
  let watch: { readonly row: LockRow; readonly began: number } | undefined
  for (;;) {
    const row = await lookAtLock(options)
    const silent = watch && row && isSame(watch.row, row) ? clock.monotonic() - watch.began : 0
    if (!row?.held || silent >= row.lease || hasDied(row.holder, options)) {
      const held = await tryToTake(asked, row, options)
      if (held) return held
      continue
    }
    const beats = watch !== undefined && !isSame(watch.row, row)
    if (beats && clock.monotonic() >= deadline) throw lockedBy(table.location, row.holder, clock.now())
    if (watch?.row.id !== row.id) onWait?.(row.holder)
    if (!watch || !isSame(watch.row, row)) watch = { row, began: clock.monotonic() }
    await clock.sleep(terms.look, signal)
  }
}

/** Breaks a lock whose holder shows no beat for one lease, and notes it in the history as a run of its own. */
export async function breakLock(id: string, by: Omit<LockHolder, 'id'>, options: LockOptions): Promise<void> {
  const { clock, terms, table, ledger, random } = options
  const first = await lookAtLock(options)
  if (!first?.held || first.id !== id)
    throw otherLock(table.location, id, first?.held ? first.holder : undefined)
  const began = clock.monotonic()
  while (!hasDied(first.holder, options) && clock.monotonic() - began < first.lease) {
    await clock.sleep(terms.look)
    const now = await lookAtLock(options)
    if (!now?.held || now.id !== id) throw otherLock(table.location, id, now?.held ? now.holder : undefined)
    if (now.beat !== first.beat) throw stillBeats(first, durationText(clock.monotonic() - began))
  }
  // An epoch of its own, so that the history keeps what it says of the run whose lock this was.
  const epoch = first.epoch + 1
  const free = lockRow(ledger, { ...first, epoch, held: false })
  const header = await table.get({ ledger, row: rowNames.header })
  const from = Number(header?.['serial'] ?? 0)
  const end = { at: clock.now(), outcome: 'done', serial: from } as const
  const noted = runRow(ledger, epoch, recordOf({ id: random.uuid(), ...by }, from, end))
  const done = await commit([{ put: free, when: stillHeld(first) }, { put: noted }], {
    ...options,
    patience: first.lease,
    isDone: async () => (await lookAtLock(options))?.held === false,
  })
  if (!done) throw stillBeats(first, durationText(clock.monotonic() - began))
}

async function tryToTake(
  asked: Omit<LockHolder, 'id'>,
  before: LockRow | undefined,
  options: LockOptions,
): Promise<Held | undefined> {
  const { ledger, terms, random, clock } = options
  const id = random.uuid()
  const epoch = (before?.epoch ?? 0) + 1
  const row: LockRow = { id, epoch, beat: 0, held: true, lease: terms.lease, holder: { id, ...asked } }
  const when: Condition = before
    ? { id: before.id, epoch: before.epoch, beat: before.beat, held: before.held }
    : 'absent'
  // Counted from before the request left: whoever watches counts from after it arrived.
  const renewed = momentOf(clock)
  const taken = await commit([{ put: lockRow(ledger, row), when }], {
    ...options,
    patience: terms.lease,
    isDone: async () => (await lookAtLock(options))?.id === id,
  })
  return taken ? { row, renewed } : undefined
}

/** Only where its process can be seen from here: a host of the same name may be another one. */
function hasDied(holder: LockHolder, { host }: LockOptions): boolean {
  return holder.boot !== undefined && holder.boot.id === host.boot?.id && lifeOf(holder, host) === 'dead'
}

function isSame(a: LockRow, b: LockRow): boolean {
  return a.id === b.id && a.epoch === b.epoch && a.beat === b.beat
}

function stillBeats({ holder }: LockRow, after: string): ProvisionError {
  return new ProvisionError({
    code: 'locked',
    message: `The holder of this lock is still running: pid ${holder.pid} on ${holder.host} renewed it within ${after}.`,
    hint: `Stop that run first (${holder.job ?? `kill -INT ${holder.pid} on ${holder.host}`})`,
  })
}
