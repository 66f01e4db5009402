import type { Clock } from './clock.ts'

/** Does the work each time so many milliseconds of this clock have passed, until the returned function is called. */
export function every(clock: Clock, milliseconds: number, work: () => void): () => void {
  const ended = new AbortController()
  const repeat = async () => {
    for (;;) {
      await clock.sleep(milliseconds, ended.signal)
      work()
    }
  }
  repeat().catch((error: unknown) => {
    if (!ended.signal.aborted) throw error
  })
  return () => ended.abort()
}
