import type { Random } from '../../src/effects/random.ts'

interface Event {
  readonly at: number
  /** Breaks ties: things that fall due at one moment happen in an order that the seed decides. */
  readonly lot: number
  readonly happen: () => void
}

/** Steps of time in a millisecond. */
const grid = 1024

/** Virtual hours after which a command that has not ended counts as one that never will. */
const longest = 12

/** The one time of a simulated world: jumps from event to event, one event in each turn of Node's loop. */
export class Time {
  #now: number
  readonly #random: Random
  readonly #events: Event[] = []
  #outside = 0

  constructor(start: number, random: Random) {
    this.#now = start
    this.#random = random
  }

  now(): number {
    return this.#now
  }

  at(milliseconds: number, happen: () => void): void {
    // On a grid that numbers can hold exactly, and never too early: differences of times are exact then.
    const at = this.#now + Math.ceil(Math.max(0, milliseconds) * grid) / grid
    const event = { at, lot: this.#random.number(), happen }
    let low = 0
    let high = this.#events.length
    while (low < high) {
      const middle = (low + high) >> 1
      const other = this.#events[middle]!
      if (other.at < event.at || (other.at === event.at && other.lot < event.lot)) low = middle + 1
      else high = middle
    }
    this.#events.splice(low, 0, event)
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise(resolve => this.at(milliseconds, resolve))
  }

  /** Work in real time (loading a module): virtual time stands still meanwhile. */
  async outside<T>(work: () => Promise<T>): Promise<T> {
    this.#outside++
    try {
      return await work()
    } finally {
      this.#outside--
    }
  }

  /** Lets things happen until the promise settles. Throws when it never can, or takes more than twelve hours. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let settled = false
    const settle = () => void (settled = true)
    promise.then(settle, settle)
    const start = this.#now
    let idle = 0
    while (!settled) {
      await new Promise(setImmediate)
      if (settled) break
      if (this.#outside > 0) continue
      const event = this.#events.shift()
      if (event) {
        idle = 0
        this.#now = Math.max(this.#now, event.at)
        event.happen()
      } else if (++idle > 50) throw new Error('nothing will ever happen again, and the command has not ended')
      if (this.#now - start > longest * 3_600_000)
        throw new Error(`the command has not ended after ${longest} hours`)
    }
    return promise
  }

  /** Lets virtual time pass, and with it whatever is still on its way. */
  async pass(milliseconds: number): Promise<void> {
    await this.until(this.sleep(milliseconds))
  }
}
