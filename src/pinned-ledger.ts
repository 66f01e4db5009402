import type { Ledger } from './state/ledger.ts'

/**
 * A ledger in a table is reached with credentials, and those of another account may well find a table of that name: so
 * who we are is asked, and held against the config, before the table is read or written. A file needs nobody's leave.
 */
export function pinnedLedger(ledger: Ledger, checkAccount: () => Promise<unknown>): Ledger {
  if (ledger.copyable) return ledger
  const checked = async <T>(work: () => Promise<T>): Promise<T> => {
    await checkAccount()
    return work()
  }
  return {
    location: ledger.location,
    copyable: ledger.copyable,
    read: () => checked(() => ledger.read()),
    lock: (...asked) => checked(() => ledger.lock(...asked)),
    holder: () => checked(() => ledger.holder()),
    unlock: (...asked) => checked(() => ledger.unlock(...asked)),
    history: () => checked(() => ledger.history()),
  }
}
