import { dirname, resolve } from 'node:path'
import type { Clock } from './effects/clock.ts'
import type { Effects } from './effects/effects.ts'
import { ProvisionError } from './errors.ts'
import { safe } from './events/style.ts'
import type { TableAddress } from './state/dynamodb/client.ts'
import { dynamoTable } from './state/dynamodb/client.ts'
import { dynamoLedger } from './state/dynamodb/ledger.ts'
import { jsonLedger } from './state/json/ledger.ts'
import type { Ledger, LedgerWriter, LockHolder, TakeOptions } from './state/ledger.ts'
import type { Place } from './state/place.ts'
import { placeOf } from './state/place.ts'
import { holderText } from './state/refusals.ts'

export interface LedgerWish {
  /** From the command line. */
  readonly flag: string | undefined
  /** From the config. */
  readonly configured: string | undefined
  /** Path of the config. */
  readonly file: string
  readonly stack: string
  readonly environment: string
  readonly region: string
  readonly profile: string | undefined
  readonly sandbox: boolean
}

/** What a command may decide about the lock; what it leaves out comes from here. */
export interface LedgerHabits {
  readonly clock: Clock
  /** `--lock-wait`, in milliseconds. */
  readonly wait: number | undefined
  /** Aborted at the first Ctrl-C: nobody waits for a lock then. */
  readonly stop: AbortSignal | undefined
}

/**
 * The ledger of a stack, and the guard that a connection to AWS awaits before each change: it passes while no lock has
 * been taken (nothing is changed then) and, from the first lock on, only while that lock is surely ours. `letGo` says that
 * the lock was let go on purpose, and that what is sent until the next one needs none.
 */
export function openLedger(
  wish: LedgerWish,
  effects: Effects,
  { clock, wait, stop }: LedgerHabits,
): { readonly ledger: Ledger; guard(): Promise<void>; letGo(): void } {
  const ledger = ledgerFor(wish, effects, clock)
  let writer: LedgerWriter | undefined
  const onWait = (holder: LockHolder) =>
    effects.terminal.err(
      `${safe(ledger.location)} is locked by ${holderText(holder, effects.clock.now())}\n` +
        (wait ? 'Waiting for it.\n' : 'Watching whether it is still alive.\n'),
    )
  return {
    ledger: {
      ...ledger,
      async lock(holder: Omit<LockHolder, 'id'>, options?: TakeOptions) {
        writer = await ledger.lock(holder, { wait, onWait, signal: stop, ...options })
        return writer
      },
    },
    guard: async () => writer?.guard(),
    letGo: () => {
      writer = undefined
    },
  }
}

/** The ledger that is wished. Calls nothing yet. */
export function ledgerFor(wish: LedgerWish, effects: Effects, clock: Clock): Ledger {
  const { stack, environment } = wish
  const { files, random, host, ledgerTable } = effects
  const expect = { stack, environment }
  const place = placeFor(wish, effects)
  if (place.store === 'file')
    return jsonLedger({ path: place.path, files, clock: effects.clock, random, host, expect })
  const address = addressOf(place, wish)
  const table = ledgerTable?.(address) ?? dynamoTable(address, clock)
  return dynamoLedger({ table, clock, random, host, expect })
}

/** Where a table is: in the stack's region, unless it names one. */
export function addressOf(
  { table, region }: Extract<Place, { store: 'dynamodb' }>,
  { region: home, profile }: Pick<LedgerWish, 'region' | 'profile'>,
): TableAddress {
  const location = region ? `dynamodb:${region}/${table}` : `dynamodb:${table}`
  return { name: table, region: region ?? home, profile, location }
}

/**
 * The place: as the command line says, else as the config does, else beside the config. A rehearsal has a ledger of its
 * own, so that nothing rehearsed gets into that of the stack.
 */
export function placeFor(
  { flag, configured, file, stack, environment, sandbox }: LedgerWish,
  { cwd, ledgerTable }: Effects,
): Place {
  const home = dirname(file)
  const name = `${stack}-${environment}.ledger.json`
  if (flag !== undefined) {
    const place = placeOf(flag)
    if (place.store === 'file') return { ...place, path: resolve(cwd, place.path) }
    if (sandbox && !ledgerTable)
      throw new ProvisionError({
        code: 'usage',
        message: `a rehearsal keeps its ledger in a file, not in ${flag}`,
        hint: 'leave --ledger out, or leave --sandbox out',
      })
    return place
  }
  if (sandbox) return { store: 'file', path: resolve(home, '.provision/sandbox', name) }
  if (configured === undefined) return { store: 'file', path: resolve(home, '.provision', name) }
  const place = placeOf(configured)
  return place.store === 'file' ? { ...place, path: resolve(home, place.path) } : place
}
