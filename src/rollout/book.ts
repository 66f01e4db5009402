import type { Clock } from '../effects/clock.ts'
import { ProvisionError } from '../errors.ts'
import type { Address } from '../resources/address.ts'
import type { Ledger, LedgerWriter, LockHolder } from '../state/ledger.ts'
import type { Release } from '../state/release.ts'
import { withRelease } from '../state/release.ts'
import type { Target } from './target.ts'

/** The releases of a stack while its ledger is locked by us. */
export interface OpenBook {
  /** False without a ledger: nothing is recorded then. */
  readonly records: boolean
  of(service: string): readonly Release[]
  /** Records one release, new or changed. Without a ledger it is not recorded. */
  put(service: string, release: Release): Promise<void>
  /** Records that a service has been told to run the tasks that its config names, or none: `up` compares with that. */
  putTasks(target: Target, tasks: 'started' | 'none'): Promise<void>
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
    open: async patience => openBook(await lockWithin(patience), onClosed),
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

/** The book of a ledger that is locked already. */
export function openBook(writer: LedgerWriter, onClosed: () => void = () => undefined): OpenBook {
  const of = (service: string) => writer.content?.releases?.[service] ?? []
  const change = async (address: Address, props: Readonly<Record<string, number>>) => {
    const entry = writer.content?.entries.get(address)
    if (entry?.status === 'ready')
      await writer.put(address, { ...entry, props: { ...entry.props, ...props } })
  }
  return {
    records: writer.content !== undefined,
    of,
    put: async (service, release) => {
      if (writer.content) await writer.putReleases(service, withRelease(of(service), release))
    },
    async putTasks({ name, config: { desiredCount, scaling } }, tasks) {
      await change(`services/${name}`, { desiredCount: tasks === 'none' ? 0 : desiredCount })
      if (scaling) await change(`scaling/${name}`, { minCapacity: tasks === 'none' ? 0 : scaling.min })
    },
    async close() {
      await writer.release()
      onClosed()
    },
  }
}
