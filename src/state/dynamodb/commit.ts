import { meaningOf } from '../../aws/errors.ts'
import type { Clock } from '../../effects/clock.ts'
import type { Random } from '../../effects/random.ts'
import type { RowWrite, Table } from './table.ts'
import { ConditionFailed } from './table.ts'

export interface CommitOptions {
  readonly table: Table
  readonly clock: Clock
  readonly random: Random
  /** Looks whether the writes have been carried out. */
  readonly isDone: () => Promise<boolean>
  /** Milliseconds until it is given up. */
  readonly patience: number
}

/**
 * Writes until it is known to have been done (true) or to be impossible (false: a condition does not hold). Rejects
 * when neither could be found out; it may have been done then, or may still be.
 */
export async function commit(
  writes: readonly RowWrite[],
  { table, clock, random, isDone, patience }: CommitOptions,
): Promise<boolean> {
  const token = random.uuid()
  const deadline = clock.monotonic() + patience
  for (let delay = 50; ; delay = Math.min(2 * delay, 2000)) {
    try {
      await table.write(writes, token)
      return true
    } catch (error) {
      const refused = error instanceof ConditionFailed
      const meaning = meaningOf(error)
      if (!refused && !['maybe', 'throttled', 'busy'].includes(meaning)) throw error
      // What stands in the way may be this very write, when the answer to an earlier attempt was lost.
      if ((refused || meaning === 'maybe') && (await isDone())) return true
      if (refused) return false
      if (clock.monotonic() + delay >= deadline) throw error
      await clock.sleep(delay * (0.5 + random.number() / 2))
    }
  }
}
