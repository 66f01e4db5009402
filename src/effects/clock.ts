import { setTimeout as timer } from 'node:timers/promises'

/** The only source of time. Milliseconds throughout. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** Milliseconds since some moment; never set back or forward. Only differences mean anything. */
  monotonic(): number
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /**
   * Does the work each time so many milliseconds have passed, until the returned function is called. It only looks on:
   * a virtual clock passes no time for its sake.
   */
  every(milliseconds: number, work: () => void): () => void
  /** Awaits work that takes real time (module loading, sockets). A virtual clock stands still meanwhile. */
  outside<T>(work: () => Promise<T>): Promise<T>
}

export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (ms, signal) => {
    try {
      await timer(ms, undefined, signal ? { signal } : {})
    } catch (error) {
      throw signal?.aborted ? signal.reason : error
    }
  },
  every: (milliseconds, work) => {
    const interval = setInterval(work, milliseconds)
    return () => clearInterval(interval)
  },
  outside: work => work(),
}
