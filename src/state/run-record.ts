import type { LockHolder, RunOutcome, RunRecord } from './ledger.ts'

/** What the history says of a run that holds the lock, or of its end. */
export function recordOf(
  { id, user, host, command, tool, job, since }: LockHolder,
  from: number,
  end?: { readonly at: number; readonly outcome: RunOutcome; readonly serial: number },
): RunRecord {
  const common = { id, user, host, command, tool, began: since, from }
  return { ...common, ...(job ? { job } : {}), ...(end ? { end } : {}) }
}
