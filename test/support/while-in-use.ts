import { meaningOf } from '../../src/aws/errors.ts'
import type { VirtualClock } from '../../src/effects/virtual-clock.ts'

/** Repeats a deletion every five seconds while AWS says that the thing is in use, as the engine does. */
export async function whileInUse<T>(clock: VirtualClock, work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (meaningOf(error) !== 'in-use' || attempt === 240) throw error
    }
    await clock.sleep(5000)
  }
}
