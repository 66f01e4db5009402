import type { Random } from '../../src/effects/random.ts'
import type { Table, WorldState } from '../../src/sandbox/world.ts'
import { World } from '../../src/sandbox/world.ts'
import type { Time } from './time.ts'

export const region = 'us-east-1'

export type Tally = Readonly<Record<string, number>>

/** The embedded AWS of a simulation: takes its seeded time for each call, and counts what is made and removed. */
export class Cloud extends World {
  readonly #made: Record<string, number> = {}
  readonly #removed: Record<string, number> = {}

  constructor(time: Time, random: Random, state?: WorldState) {
    super({
      ...(state ? { state } : {}),
      clock: {
        now: () => time.now(),
        monotonic: () => time.now(),
        sleep: ms => time.sleep(ms),
        outside: work => work(),
        every: () => () => undefined,
      },
      random,
      region,
      faults: {
        // A slow tail: one call in fifty takes more than five seconds.
        duration: (name, typical) =>
          name !== 'read' && name !== 'write'
            ? typical
            : random.number() < 0.02
              ? 5 + 5 * random.number()
              : typical * (0.5 + random.number()),
      },
    })
  }

  override table<Row extends object>(name: string): Table<Row> {
    const table = super.table<Row>(name)
    return {
      ...table,
      set: (id, row) => {
        if (!table.get(id)) this.#made[name] = (this.#made[name] ?? 0) + 1
        return table.set(id, row)
      },
      delete: id => {
        const there = table.delete(id)
        if (there) this.#removed[name] = (this.#removed[name] ?? 0) + 1
        return there
      },
    }
  }

  /** Puts rows there that someone else has made. */
  plant(tables: WorldState['tables']): void {
    for (const [name, rows] of Object.entries(structuredClone(tables)))
      for (const [id, row] of Object.entries(rows)) super.table(name).set(id, row as object)
  }

  /** Rows that have come into being since the world began, by table. */
  made(): Tally {
    return { ...this.#made }
  }

  removed(): Tally {
    return { ...this.#removed }
  }

  tables(): Readonly<Record<string, readonly object[]>> {
    const { tables } = this.snapshot()
    const filled = Object.entries(tables).map(
      ([name, rows]) => [name, Object.values(rows) as object[]] as const,
    )
    return Object.fromEntries(filled.filter(([, rows]) => rows.length > 0))
  }
}
