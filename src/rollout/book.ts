import type { Clock } from '../effects/clock.ts'
import { ProvisionError } from '../errors.ts'
import type { Ledger, LedgerWriter, LockHolder } from '../state/ledger.ts'
import type { Release } from '../state/release.ts'
import { withRelease } from '../state/release.ts'

/** The releases of a stack while its ledger is locked by us. */
export interface OpenBook {
  of(service: string): readonly Release[]
  /** Records one release, new or changed. Without a ledger it is not recorded. */
  put(service: string, release: Release): Promise<void>
  close(): Promise<void>
}

/** Where releases are remembered. The lock is held for moments only: a release may take hours. */
export interface Book {
  /** Throws with code `locked` when someone else holds the ledger for longer than `patience` milliseconds. */
  open(patience: number): Promise<OpenBook>
  /** As last written; takes no lock. */
  read(service: string): Promise<readonly Release[]>
}

const interval = 2000

interface BookOptions {
  readonly clock: Clock
  /** Told when the lock was let go: following a release and answering its pauses need none. */
  readonly onClosed?: () => void
}

export function releaseBook(
  ledger: Ledger,
  holder: Omit<LockHolder, 'id'>,
  { clock, onClosed = () => undefined }: BookOptions,
): Book {
  return {
    read: async service => (await ledger.read())?.releases?.[service] ?? [],
    open: async patience => opened(await lockWithin(patience), onClosed),
  }

  async function lockWithin(patience: number): Promise<LedgerWriter> {
    const until = clock.monotonic() + patience
    for (;;) {
      try {
        return await ledger.lock(holder)
      } catch (error) {
        const locked = error instanceof ProvisionError && error.code === 'locked'
        if (!locked || clock.monotonic() >= until) throw error
        await clock.sleep(interval)
      }
    }
  }
}

function opened(writer: LedgerWriter, onClosed: () => void): OpenBook {
  const of = (service: string) => writer.content?.releases?.[service] ?? []
  return {
    of,
    put: async (service, release) => {
      if (writer.content) await writer.putReleases(service, withRelease(of(service), release))
    },
    async close() {
      await writer.release()
      onClosed()
    },
  }
}
