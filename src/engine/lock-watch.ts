import { setMaxListeners } from 'node:events'
import { ProvisionError } from '../errors.ts'
import { Interrupted } from './walk.ts'

/** What becomes of a run when the ledger's lock is lost under it. */
export interface LockWatch {
  /** Aborted when the run is to stop, for whichever reason. */
  readonly signal: AbortSignal
  /** The ledger's refusal, once there was one. */
  lost(): ProvisionError | undefined
  /** The work; rejects with `Interrupted` where the ledger refused it because the lock is lost. */
  under<T>(work: Promise<T>): Promise<T>
}

/**
 * Stops a run at the first refusal: whatever else is under way would only be refused the same, and somebody who waits
 * for a database for half an hour learns it now.
 */
export function watchLock(stop: AbortSignal | undefined): LockWatch {
  const ended = new AbortController()
  const signal = AbortSignal.any([ended.signal, ...(stop ? [stop] : [])])
  // Every wait listens: Node takes more than ten for a leak.
  setMaxListeners(0, signal)
  let lost: ProvisionError | undefined
  return {
    signal,
    lost: () => lost,
    async under(work) {
      try {
        return await work
      } catch (error) {
        if (!(error instanceof ProvisionError && error.code === 'locked')) throw error
        lost ??= error
        ended.abort()
        throw new Interrupted()
      }
    },
  }
}
