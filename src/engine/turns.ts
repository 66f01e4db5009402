import type { AnyKind } from '../resources/kind.ts'

/** Work that goes on one at a time for each key, in the order in which it comes. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>()

  /** Settles as `work` does, which begins when all earlier work for the key has ended. */
  async take<T>(key: string | undefined, work: () => Promise<T>): Promise<T> {
    if (key === undefined) return work()
    const before = this.#last.get(key) ?? Promise.resolve()
    const now = before.then(work, work)
    this.#last.set(key, now)
    return now
  }
}

/** Resources of one turn are changed one after the other. */
export function turnOf(kind: AnyKind, props: Readonly<Record<string, unknown>>): string | undefined {
  return kind.oneAtATime && `${kind.type} ${String(props[kind.oneAtATime])}`
}
