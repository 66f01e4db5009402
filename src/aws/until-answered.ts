import type { Clock } from '../effects/clock.ts'
import { meaningOf } from './errors.ts'

/** Seconds between the attempts. A lost answer has cost half a minute already. */
const pauses = [1, 4, 10, 30]

/**
 * Asks again where the answer did not come: only for what is harmless when it is done twice. Rejects with the last
 * error when it never came; `leave` ends the asking.
 */
export async function untilAnswered<T>(
  work: () => Promise<T>,
  clock: Clock,
  leave?: AbortSignal,
): Promise<T> {
  for (const pause of pauses) {
    try {
      return await work()
    } catch (error) {
      // What is taken may have moved since: the next attempt looks anew.
      if (!['maybe', 'taken'].includes(meaningOf(error))) throw error
      await clock.sleep(pause * 1000, leave)
    }
  }
  return work()
}
