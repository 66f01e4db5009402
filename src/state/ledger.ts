import type { Boot } from '../effects/effects.ts'
import type { Address } from '../resources/address.ts'
import type { Entry, LedgerContent, LedgerHeader } from './entry.ts'
import type { Release } from './release.ts'

export interface LockHolder {
  /** What `ledger unlock <id>` wants. */
  readonly id: string
  readonly user: string
  readonly host: string
  readonly pid: number
  /** Milliseconds since the epoch. */
  readonly since: number
  readonly command: string
  readonly tool: string
  /** Address of the CI job, where one runs. */
  readonly job?: string
  /** Where and when the process runs, as far as its host says: they tell it from a later one with the same pid. */
  readonly boot?: Boot
  readonly started?: string
}

/** One run that changed something, or set out to. */
export interface RunRecord extends Pick<LockHolder, 'id' | 'user' | 'host' | 'command' | 'tool' | 'job'> {
  /** Milliseconds since the epoch. */
  readonly began: number
  /** Serial before the run. */
  readonly from: number
  /** Absent while it runs, and for ever when it was killed. */
  readonly end?: { readonly at: number; readonly outcome: RunOutcome; readonly serial: number }
}

export type RunOutcome = 'done' | 'failed' | 'interrupted'

export interface TakeOptions {
  /** How long to wait for a lock that is held, in milliseconds. Default: 0. */
  readonly wait?: number | undefined
  /** Told once for each holder that is in the way, before it is watched or waited for. */
  readonly onWait?: (holder: LockHolder) => void
  /** Ends the waiting; the lock then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** What is stored is neither read nor trusted: `begin` starts from nothing and sets it aside. For a rebuild. */
  readonly anew?: boolean
}

/**
 * Where a stack's memory is kept. Reading needs no lock. Every method rejects with a `ProvisionError`: code `ledger`
 * when the stored bytes are empty, cut, corrupt, of another stack, moved, or newer than this tool (never read as a new
 * stack), code `locked` when someone else holds the lock, code `access` when the credentials do not reach the store.
 */
export interface Ledger {
  /** For people: `file:.provision/shop-prod.ledger.json`. */
  readonly location: string
  /** True where an older copy could be put in its place without anyone noticing: a file. */
  readonly copyable: boolean
  /** The content, or undefined where no ledger has ever been written. */
  read(): Promise<LedgerContent | undefined>
  /** Takes the lock for one run. The lock of a holder that is known to be dead is taken over. */
  lock(holder: Omit<LockHolder, 'id'>, options?: TakeOptions): Promise<LedgerWriter>
  /** Who holds the lock now. */
  holder(): Promise<LockHolder | undefined>
  /**
   * Breaks the lock with this id, and notes in the history who did. Rejects when its holder is still alive, as far as
   * that can be known.
   */
  unlock(id: string, by: Omit<LockHolder, 'id'>): Promise<void>
  /** The last runs, the latest first. */
  history(): Promise<readonly RunRecord[]>
}

/** A locked ledger. A write has reached the disk (or the table) when its promise resolves. */
export interface LedgerWriter {
  /** Undefined until `begin` on a new ledger. */
  readonly content: LedgerContent | undefined
  /**
   * To be awaited before each AWS call that changes something: rejects with code `locked` unless the lock is ours for
   * longer than a call can take.
   */
  guard(): Promise<void>
  /** Begins a new ledger, or records a changed header of the old one. The serial becomes greater than `after`. */
  begin(header: LedgerHeader, after?: number): Promise<void>
  /** Records one entry, or with undefined forgets it. Cost does not grow with the stack. */
  put(address: Address, entry: Entry | undefined): Promise<void>
  /** Records all that is remembered of the releases of one service; an empty list forgets them. */
  putReleases(service: string, releases: readonly Release[]): Promise<void>
  /** Notes this run in the history: without an outcome when it begins, with one when it ends. Never rejects. */
  note(outcome?: RunOutcome): Promise<void>
  /** Compacts where the store needs it, and lets the lock go. Harmless when repeated. */
  release(): Promise<void>
}

/** How many runs a history remembers. */
export const historyLength = 50
