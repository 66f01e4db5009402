import { setMaxListeners } from 'node:events'
import type { Clock } from '../../src/effects/clock.ts'
import type { Time } from './time.ts'

/** Thrown out of whatever a process was doing when it died. Nothing it does afterwards has an effect. */
export class Killed extends Error {
  constructor() {
    super('killed')
    this.name = 'Killed'
  }
}

/** One simulated operating-system process: can be killed and paused between any two awaits. */
export class Process {
  readonly stop = new AbortController()
  readonly leave = new AbortController()
  readonly pid: number
  readonly #time: Time
  #alive = true
  /** It will die when it next writes to the disk. */
  doomed = false
  #pausedUntil = 0
  #mourn: () => void = () => undefined
  readonly death: Promise<void>

  constructor(pid: number, time: Time) {
    this.pid = pid
    this.#time = time
    setMaxListeners(0, this.stop.signal, this.leave.signal)
    this.death = new Promise(resolve => (this.#mourn = resolve))
  }

  get alive(): boolean {
    return this.#alive
  }

  kill(): void {
    this.#alive = false
    this.#mourn()
  }

  /** For so many milliseconds nothing reaches it; what it has sent is under way nevertheless. */
  pause(milliseconds: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#time.now() + milliseconds)
  }

  /** What waits for something outside goes on here: never when dead, later when paused. */
  reach(goOn: () => void): void {
    if (!this.#alive) return
    const wait = this.#pausedUntil - this.#time.now()
    if (wait > 0) this.#time.at(wait, () => this.reach(goOn))
    else goOn()
  }

  /** A promise of the outside as this process sees it. */
  awaits<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      promise.then(
        value => this.reach(() => resolve(value)),
        error => this.reach(() => reject(error as Error)),
      )
    })
  }

  /** Throws in a dead process: no effect may follow. */
  mustLive(): void {
    if (!this.#alive) throw new Killed()
  }

  clock(): Clock {
    return {
      now: () => this.#time.now(),
      monotonic: () => this.#time.now(),
      outside: work => this.#time.outside(work),
      sleep: (milliseconds, signal) =>
        new Promise((resolve, reject) => {
          if (signal?.aborted) return reject(signal.reason as Error)
          const abort = () => reject(signal?.reason as Error)
          signal?.addEventListener('abort', abort, { once: true })
          this.#time.at(milliseconds, () =>
            this.reach(() => {
              signal?.removeEventListener('abort', abort)
              resolve()
            }),
          )
        }),
    }
  }
}
