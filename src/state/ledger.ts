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
}

/**
 * Where a stack's memory is kept. Reading needs no lock. Every method rejects with a `ProvisionError`: code `ledger`
 * when the stored bytes are empty, cut, corrupt, of another stack or newer than this tool (never read as a new
 * stack), code `locked` when someone else holds the lock.
 */
export interface Ledger {
  /** For people: `file:.provision/shop-prod.ledger.json`. */
  readonly location: string
  /** The content, or undefined where no ledger has ever been written. */
  read(): Promise<LedgerContent | undefined>
  /** Takes the lock for one run. */
  lock(holder: Omit<LockHolder, 'id'>): Promise<LedgerWriter>
  /** Who holds the lock now. */
  holder(): Promise<LockHolder | undefined>
  /** Breaks the lock with this id. Rejects when its holder is still alive, as far as that can be known. */
  unlock(id: string): Promise<void>
}

/** A locked ledger. A write has reached the disk (or the table) when its promise resolves. */
export interface LedgerWriter {
  /** Undefined until `begin` on a new ledger. */
  readonly content: LedgerContent | undefined
  /** Begins a new ledger, or records a changed header of the old one. */
  begin(header: LedgerHeader): Promise<void>
  /** Records one entry, or with undefined forgets it. Cost does not grow with the stack. */
  put(address: Address, entry: Entry | undefined): Promise<void>
  /** Records all that is remembered of the releases of one service; an empty list forgets them. */
  putReleases(service: string, releases: readonly Release[]): Promise<void>
  /** Compacts where the store needs it, and lets the lock go. Harmless when repeated. */
  release(): Promise<void>
}
