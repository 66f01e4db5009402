type Way = 'continue' | 'rollback'

/** Where the services of one release wait for each other before the first of them lets its old version go. */
export class Barrier {
  readonly #expected: number
  readonly #arrived = new Set<string>()
  readonly #way: Promise<Way>
  #open: (way: Way) => void = () => undefined
  #onArrival: () => void = () => undefined

  constructor(expected: number) {
    this.#expected = expected
    this.#way = new Promise(resolve => {
      this.#open = resolve
    })
  }

  /** Resolves when all have arrived, or one has failed. */
  arrive(name: string): Promise<Way> {
    this.#arrived.add(name)
    this.#onArrival()
    if (this.#arrived.size >= this.#expected) this.#open('continue')
    return this.#way
  }

  /** Resolves when that one has arrived. One at a time may be waited for. */
  arrival(name: string): Promise<void> {
    if (this.#arrived.has(name)) return Promise.resolve()
    return new Promise(resolve => {
      this.#onArrival = () => {
        if (this.#arrived.has(name)) resolve()
      }
    })
  }

  /** Sends back all that wait here or will arrive. */
  fail(): void {
    this.#open('rollback')
  }
}
