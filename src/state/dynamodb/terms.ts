import type { Clock } from '../../effects/clock.ts'

/** The times of a lease, in milliseconds. */
export interface Terms {
  /** Without a beat for so long, the lock is anyone's. */
  readonly lease: number
  /** Between two beats of a holder that has nothing to write. */
  readonly beat: number
  /** Between two looks at a lock that someone else holds. */
  readonly look: number
  /** The longest that a call to AWS may take: none is sent when less than this is left of the lease. */
  readonly call: number
}

/** `call` is the time limit of `src/aws/aws.ts`: five seconds to connect and thirty for the answer. */
export const usualTerms: Terms = { lease: 60_000, beat: 5000, look: 1000, call: 36_000 }

export interface Moment {
  readonly monotonic: number
  readonly wall: number
}

export function momentOf(clock: Clock): Moment {
  return { monotonic: clock.monotonic(), wall: clock.now() }
}

/**
 * Milliseconds since a moment, by the clock that says more. The monotonic one stands still while a laptop sleeps, and
 * the wall clock may be set back; a holder has to believe the worse.
 */
export function since(moment: Moment, clock: Clock): number {
  return Math.max(clock.monotonic() - moment.monotonic, clock.now() - moment.wall)
}
