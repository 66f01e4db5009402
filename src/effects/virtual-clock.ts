import type { Clock } from './clock.ts'

interface Timer {
  readonly at: number
  readonly order: number
  readonly fire: () => void
}

interface Onlooker {
  readonly every: number
  readonly work: () => void
  next: number
}

export interface VirtualClockOptions {
  /** First value of `now()`, milliseconds since the epoch. */
  readonly start?: number
  /** Real milliseconds to let pass for each virtual second, so that people can watch; 0 jumps. */
  readonly pace?: number
}

/**
 * A clock that jumps to the next timer as soon as nothing else can run. One timer fires per turn of the event
 * loop, so everything it wakes has finished its synchronous and microtask work before time moves again.
 */
export class VirtualClock implements Clock {
  #now: number
  #pace: number
  #timers: Timer[] = []
  readonly #onlookers = new Set<Onlooker>()
  #order = 0
  #outside = 0
  #pumping = false

  constructor({ start = Date.UTC(2026, 0, 1), pace = 0 }: VirtualClockOptions = {}) {
    this.#now = start
    this.#pace = pace
  }

  now(): number {
    return this.#now
  }

  monotonic(): number {
    return this.#now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason as Error)
    return new Promise((resolve, reject) => {
      const timer: Timer = {
        at: this.#now + Math.max(0, ms),
        order: this.#order++,
        fire: () => {
          signal?.removeEventListener('abort', abort)
          resolve()
        },
      }
      const abort = () => {
        this.#timers = this.#timers.filter(other => other !== timer)
        reject(signal?.reason as Error)
      }
      signal?.addEventListener('abort', abort, { once: true })
      this.#insert(timer)
      this.#pump()
    })
  }

  /** Goes on to this time, unless it is past. Timers of the time between fire as soon as nothing else can run. */
  catchUp(now: number): void {
    this.#now = Math.max(this.#now, now)
  }

  every(milliseconds: number, work: () => void): () => void {
    const onlooker = { every: milliseconds, work, next: this.#now + milliseconds }
    this.#onlookers.add(onlooker)
    return () => void this.#onlookers.delete(onlooker)
  }

  async outside<T>(work: () => Promise<T>): Promise<T> {
    this.#outside++
    try {
      return await work()
    } finally {
      this.#outside--
      this.#pump()
    }
  }

  #insert(timer: Timer): void {
    let low = 0
    let high = this.#timers.length
    while (low < high) {
      const middle = (low + high) >> 1
      const other = this.#timers[middle]!
      if (other.at < timer.at || (other.at === timer.at && other.order < timer.order)) low = middle + 1
      else high = middle
    }
    this.#timers.splice(low, 0, timer)
  }

  #pump(): void {
    if (this.#pumping) return
    this.#pumping = true
    // setImmediate runs after every pending microtask, so whatever can go on without time has gone on.
    setImmediate(() => {
      this.#pumping = false
      if (this.#outside > 0 || this.#timers.length === 0) return
      const wait = ((this.#timers[0]!.at - this.#now) / 1000) * this.#pace
      if (wait < 1) return this.#advance()
      this.#pumping = true
      setTimeout(() => {
        this.#pumping = false
        if (this.#outside === 0) this.#advance()
      }, wait)
    })
  }

  #advance(): void {
    const timer = this.#timers.shift()
    if (!timer) return
    this.#lookOn(timer.at)
    this.#now = Math.max(this.#now, timer.at)
    timer.fire()
    this.#pump()
  }

  /** Lets each onlooker have its moments on the way to the next timer. */
  #lookOn(until: number): void {
    for (;;) {
      const [first] = [...this.#onlookers].toSorted((a, b) => a.next - b.next)
      if (!first || first.next > until) return
      this.#now = Math.max(this.#now, first.next)
      first.next += first.every
      first.work()
    }
  }
}
