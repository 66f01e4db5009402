import type { Clock } from '../effects/clock.ts'
import { Interrupted } from './walk.ts'

export type Look<Done> =
  | { readonly over: true; readonly value: Done }
  | {
      readonly over: false
      readonly status: string
      readonly advice?: string | undefined
      /** Seconds, where only the thing itself can tell. */
      readonly usually?: number | undefined
    }

interface Waiter {
  readonly key: object
  readonly due: number
  readonly answer: (look: Look<unknown> | Error) => void
}

/**
 * Looks at many waiting resources of one kind together: looks that are due within a second of each other share one
 * call.
 */
export class Watch<Key extends object, Done> {
  readonly #look: (keys: readonly Key[]) => Promise<(Look<Done> | Error)[]>
  readonly #clock: Clock
  #waiters: Waiter[] = []
  #awake = false

  constructor(look: (keys: readonly Key[]) => Promise<(Look<Done> | Error)[]>, clock: Clock) {
    this.#look = look
    this.#clock = clock
  }

  /** One look at `key`, not before `due` (of the monotonic clock). */
  at(key: Key, due: number): Promise<Look<Done>> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({
        key,
        due,
        answer: look => (look instanceof Error ? reject(look) : resolve(look as Look<Done>)),
      })
      void this.#wake()
    })
  }

  async #wake(): Promise<void> {
    if (this.#awake) return
    this.#awake = true
    while (this.#waiters.length > 0) {
      const next = Math.min(...this.#waiters.map(({ due }) => due))
      await this.#clock.sleep(Math.min(next - this.#clock.monotonic(), second))
      if (next > this.#clock.monotonic()) continue
      const now = this.#waiters.filter(({ due }) => due <= this.#clock.monotonic() + second)
      this.#waiters = this.#waiters.filter(waiter => !now.includes(waiter))
      void this.#answer(now)
    }
    this.#awake = false
  }

  async #answer(waiters: readonly Waiter[]): Promise<void> {
    try {
      const looks = await this.#look(waiters.map(({ key }) => key as Key))
      waiters.forEach(({ answer }, index) => answer(looks[index] ?? new Error('no answer')))
    } catch (error) {
      for (const { answer } of waiters) answer(error as Error)
    }
  }
}

const second = 1000

export interface WaitOptions {
  readonly clock: Clock
  /** What AWS usually takes for all of it, in seconds. */
  readonly usually: number
  /** Seconds after which waiting is given up. Default: AWS's slow tail, about six times the usual. */
  readonly patience?: number | undefined
  /** When the call that began it was made, by the monotonic clock. Undefined: by an earlier run, look at once. */
  readonly since: number | undefined
  /** Seconds from that call on in which what is seen may be the state of before. */
  readonly lag?: number | undefined
  /** Aborted when the run is to stop. */
  readonly signal?: AbortSignal | undefined
  readonly onStatus: (status: string, advice: string | undefined) => void
}

/**
 * Looks until it is over: at once and after a few seconds, then when most of the usual time has passed, then every few
 * seconds, less often the longer it takes: few calls, and soon noticed. What an earlier run began is looked at at once,
 * then at moments further and further apart. Rejects with `Interrupted` when stopped.
 */
export async function waitUntil<Key extends object, Done>(
  watch: Watch<Key, Done>,
  key: () => Key,
  { clock, usually, patience, since, lag = 0, signal, onStatus }: WaitOptions,
): Promise<Done> {
  const began = since ?? clock.monotonic()
  let due =
    since === undefined ? clock.monotonic() : since + Math.max(lag, Math.min(atOnce, mostOf(usually))) * 1000
  let shown: string | undefined
  for (;;) {
    const look = await interruptible(watch.at(key(), due), signal)
    if (look.over) return look.value
    if (look.status !== shown) onStatus(look.status, look.advice)
    shown = look.status
    const waited = clock.monotonic() - began
    const own = look.usually
    if (waited > (patience ?? longest(Math.max(usually, own ?? 0))) * 1000)
      throw new Error(`not there after ${Math.round(waited / 60_000)} minutes; AWS says: ${look.status}`)
    const pause = since === undefined ? resumed(usually, waited) : pauseAfter(usually, waited)
    const next = clock.monotonic() + Math.max(pause, own === undefined ? 0 : own * shareOfLooks)
    // Not over soon: then nothing is to be seen before most of the usual time has passed, save stages on the way.
    due =
      since === undefined || own !== undefined
        ? next
        : Math.max(
            next,
            since + (waited < soon * 1000 ? Math.min(soon, mostOf(usually)) : mostOf(usually)) * 1000,
          )
  }
}

/** Milliseconds between looks for each second that something with stages takes: about forty looks. */
const shareOfLooks = 1000 / 40

/** Seconds until the first look: some things are over with the call that began them, like a service that runs no task. */
const atOnce = 0.5

/** Things that take less, in seconds, take moments. */
const moments = 10

/** Seconds until the second look. */
const soon = 3

/** Seconds. Things that take moments are looked at almost at once. */
function mostOf(usually: number): number {
  return usually < moments ? usually * 0.5 : usually * 0.92
}

/** Milliseconds between looks: a twentieth of what it usually takes, within reason. */
function quick(usually: number): number {
  return Math.min(Math.max(1000, 50 * usually), 2500)
}

/** Milliseconds until the next look: longer while it is not likely to be over, and when it takes very long. */
function pauseAfter(usually: number, waited: number): number {
  if (usually >= moments && waited < soon * 1000) return soon * 1000 - waited
  const early = usually >= moments && waited < 400 * usually
  return early ? 3 * quick(usually) : Math.max(quick(usually), 0.015 * waited)
}

/** Milliseconds between looks at what began nobody knows when: it may be over now, or take all of the usual time. */
function resumed(usually: number, waited: number): number {
  const first = 2 * quick(usually)
  return Math.min(Math.max(first, 0.05 * waited), Math.max(first, 30 * usually))
}

/** Seconds after which waiting is given up: AWS's slow tail is about five times the usual. */
function longest(usually: number): number {
  return Math.max(600, usually * 6)
}

function interruptible<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    const stop = () => reject(new Interrupted())
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
