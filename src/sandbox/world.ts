import type { Clock } from '../effects/clock.ts'
import type { Random } from '../effects/random.ts'
import type { ServiceName } from '../aws/services.ts'
import type { Duration } from './durations.ts'
import { durations } from './durations.ts'

/** What tests can switch on. Everything is off in a rehearsal. */
export interface Faults {
  /** Called for each request before it is carried out: an error thrown here means that nothing was done. */
  before?(call: SandboxCall): void
  /** Called after it was carried out: an error thrown here means that the answer was lost. */
  after?(call: SandboxCall, output: unknown): void
  /** Seconds for which a new thing may be missing from reads; each read decides anew. 0: never. */
  visibilityLag?: number
  /** Replaces a typical duration, in seconds. */
  duration?(name: Duration, typical: number): number
}

export interface SandboxCall {
  readonly service: ServiceName
  readonly operation: string
  readonly input: unknown
  /** Counts every request since the world began, from 1. */
  readonly index: number
}

/** Everything the embedded AWS remembers between two commands: plain data. */
export interface WorldState {
  now: number
  sequence: number
  readonly tables: Record<string, Record<string, unknown>>
}

/** Rows of one kind, by id. Rows are plain data; a status that changes with time is computed from stored times. */
export interface Table<Row> {
  get(id: string): Row | undefined
  set(id: string, row: Row): Row
  delete(id: string): boolean
  list(): Row[]
}

export interface WorldOptions {
  readonly clock: Clock
  readonly random: Random
  readonly region: string
  readonly account?: string
  readonly state?: WorldState
  readonly faults?: Faults
}

/**
 * One account and region of the embedded AWS: tables, ids, time. Knows no AWS service; the files beside it do.
 * No callbacks and no timers: what happens later follows from the times in the rows and the clock.
 */
export class World {
  readonly account: string
  readonly region: string
  readonly partition = 'aws'
  faults: Faults
  readonly #clock: Clock
  readonly #random: Random
  #state: WorldState
  #calls = 0
  /** By prefix. */
  readonly #nextIds = new Map<string, string>()

  constructor({ clock, random, region, account = '123456789012', state, faults = {} }: WorldOptions) {
    this.#clock = clock
    this.#random = random
    this.#state = state ?? { now: clock.now(), sequence: 0, tables: {} }
    this.account = account
    this.region = region
    this.faults = faults
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.#clock.now()
  }

  /** The moment at which something that starts now will be over. Milliseconds since the epoch. */
  after(name: Duration): number {
    return this.now() + this.seconds(name) * 1000
  }

  seconds(name: Duration): number {
    const typical = durations[name]
    return this.faults.duration?.(name, typical) ?? typical
  }

  sleep(seconds: number): Promise<void> {
    return this.#clock.sleep(seconds * 1000)
  }

  /** Named by AWS service and type, e.g. `ec2/vpc`. */
  table<Row extends object>(name: string): Table<Row> {
    const rows = (this.#state.tables[name] ??= {}) as Record<string, Row>
    return {
      get: id => rows[id],
      set: (id, row) => (rows[id] = row),
      delete: id => {
        const there = id in rows
        delete rows[id]
        return there
      },
      list: () => Object.values(rows),
    }
  }

  /** The next id with this prefix is `id`: for what a config names by its id. */
  nextId(prefix: string, id: string): void {
    this.#nextIds.set(prefix, id)
  }

  /** `vpc-0a1b…`: AWS's prefix and `length` hexadecimal characters, never the same twice. */
  id(prefix: string, length = 17): string {
    const set = this.#nextIds.get(prefix)
    if (set !== undefined) {
      this.#nextIds.delete(prefix)
      return set
    }
    const digits = Array.from({ length: length - 5 }, () =>
      Math.floor(this.#random.number() * 16).toString(16),
    )
    return prefix + digits.join('') + (++this.#state.sequence).toString(16).padStart(5, '0')
  }

  /** `arn:aws:<service>:<region>:<account>:<resource>`. */
  arn(
    service: string,
    resource: string,
    { region = this.region }: { readonly region?: string } = {},
  ): string {
    return `arn:${this.partition}:${service}:${region}:${this.account}:${resource}`
  }

  /** False while a row made at `created` may still be missing from this read (only with the visibility fault on). */
  visible(created: number): boolean {
    const lag = this.faults.visibilityLag ?? 0
    return lag === 0 || this.now() - created >= lag * 1000 || this.#random.number() < 0.5
  }

  /** Uniform in [0, 1), from the world's own source. */
  chance(): number {
    return this.#random.number()
  }

  nextCall(): number {
    return ++this.#calls
  }

  /** Takes over what another command has saved. */
  restore(state: WorldState): void {
    this.#state = state
  }

  /** A copy of everything, to be kept until the next command. */
  snapshot(): WorldState {
    return structuredClone({ ...this.#state, now: this.now() })
  }
}
