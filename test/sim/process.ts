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

export interface Machine {
  /** Default: `laptop`. */
  readonly host?: string | undefined
  /** By how many milliseconds its wall clock is wrong. Default: 0. */
  readonly skew?: number | undefined
}

/** One simulated operating-system process: can be killed and paused between any two awaits. */
export class Process {
  readonly stop = new AbortController()
  readonly leave = new AbortController()
  readonly pid: number
  readonly host: string
  readonly #time: Time
  readonly #born: number
  #alive = true
  /** It will die when it next writes to the disk. */
  doomed = false
  #pausedUntil = 0
  #cutOffUntil = 0
  /** By how many milliseconds its wall clock is wrong. */
  #skew: number
  #mourn: () => void = () => undefined
  readonly #lastWills: (() => void)[] = []
  readonly death: Promise<void>

  constructor(pid: number, time: Time, { host = 'laptop', skew = 0 }: Machine = {}) {
    this.pid = pid
    this.host = host
    this.#time = time
    this.#born = time.now()
    this.#skew = skew
    setMaxListeners(0, this.stop.signal, this.leave.signal)
    this.death = new Promise(resolve => (this.#mourn = resolve))
  }

  get name(): string {
    return `${this.pid} on ${this.host}`
  }

  get alive(): boolean {
    return this.#alive
  }

  /** What becomes of its surroundings at the moment it is killed. */
  whenKilled(happen: () => void): void {
    this.#lastWills.push(happen)
  }

  kill(): void {
    if (this.#alive) for (const happen of this.#lastWills) happen()
    this.#alive = false
    this.#mourn()
  }

  /** For so many milliseconds nothing reaches it; what it has sent is under way nevertheless. */
  pause(milliseconds: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#time.now() + milliseconds)
  }

  /** For so many milliseconds it does not reach the table of its ledger, though it reaches AWS. */
  cutOff(milliseconds: number): void {
    this.#cutOffUntil = this.#time.now() + milliseconds
  }

  isCutOff(): boolean {
    return this.#time.now() < this.#cutOffUntil
  }

  /** Someone sets its wall clock; the monotonic one goes on. */
  setClock(milliseconds: number): void {
    this.#skew += milliseconds
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
      now: () => this.#time.now() + this.#skew,
      monotonic: () => this.#time.now() - this.#born,
      outside: work => this.#time.outside(work),
      // Shows how a run goes on, and does nothing else: nobody reads it here.
      every: () => () => undefined,
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
