import type { Clock } from '../effects/clock.ts'
import type { Address } from '../resources/address.ts'

/** Adds up the time in which each resource is worked on, by this run or by AWS. Time between two works is not counted. */
export class Stopwatch {
  readonly #clock: Clock
  readonly #before = new Map<Address, number>()
  readonly #since = new Map<Address, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Does the work, and counts its time for this resource. */
  async during<T>(address: Address, work: () => Promise<T>): Promise<T> {
    this.#since.set(address, this.#clock.monotonic())
    try {
      return await work()
    } finally {
      this.#before.set(address, this.took(address))
      this.#since.delete(address)
    }
  }

  /** Milliseconds so far. */
  took(address: Address): number {
    const now = this.#clock.monotonic()
    return (this.#before.get(address) ?? 0) + now - (this.#since.get(address) ?? now)
  }
}
