import type { Clock } from '../effects/clock.ts'
import type { RunEvent } from '../events/event.ts'
import type { Address } from '../resources/address.ts'
import type { AnyKind, KindContext, Readiness } from '../resources/kind.ts'
import type { Look } from './wait.ts'
import { Watch, waitUntil } from './wait.ts'

export type Say = (event: RunEvent) => void
type Attributes = Readonly<Record<string, unknown>>

interface WaitFor {
  readonly address: Address
  readonly kind: AnyKind
  /** When the call that began it was made; undefined when an earlier run made it. By the monotonic clock. */
  readonly since: number | undefined
  /** Seconds after that call for which AWS may show the state of before. */
  readonly lag?: number | undefined
  /** What AWS usually takes, in seconds. */
  readonly usually: number
  /** How its advice is told. */
  readonly level?: 'info'
}

/** Waits for readiness and for goneness, looking at all resources of a kind together. */
export class Waiting {
  readonly #context: KindContext
  readonly #clock: Clock
  readonly #say: Say
  readonly #signal: AbortSignal | undefined
  readonly #ready = new Map<AnyKind, Watch<Attributes, Attributes>>()
  readonly #settled = new Map<AnyKind, Watch<Attributes, Attributes>>()
  readonly #gone = new Map<AnyKind, Watch<Attributes, undefined>>()

  constructor(context: KindContext, clock: Clock, say: Say, signal: AbortSignal | undefined) {
    this.#context = context
    this.#clock = clock
    this.#say = say
    this.#signal = signal
  }

  /** The attributes once ready. Rejects with AWS's reason when it never will be, with `Interrupted` when stopped. */
  untilReady(attributes: Attributes, what: WaitFor): Promise<Attributes> {
    return this.#untilLook(this.#ready, attributes, what, look =>
      look.state === 'ready' ? { over: true, value: look.attributes as Attributes } : stillOf(look),
    )
  }

  /** As `untilReady`, until AWS also takes changes of it. */
  async untilSettled(attributes: Attributes, what: WaitFor): Promise<void> {
    await this.#untilLook(this.#settled, attributes, { ...what, level: 'info' }, look => {
      if (look.state !== 'ready') return stillOf(look)
      if (look.busy === undefined) return { over: true, value: look.attributes as Attributes }
      const advice = `it works, and AWS takes no changes of it yet (${look.busy}): what needs that waits`
      return { over: false, status: look.busy, advice }
    })
  }

  async untilGone(attributes: Attributes, what: WaitFor): Promise<void> {
    const { kind } = what
    if (!kind.gone) return
    const watch =
      this.#gone.get(kind) ??
      new Watch<Attributes, undefined>(async keys => {
        const looks = await kind.gone!(keys, this.#context)
        return looks.map((look): Look<undefined> | Error =>
          look.state === 'failed'
            ? new Error(look.reason)
            : look.state === 'gone'
              ? { over: true, value: undefined }
              : { over: false, status: look.status },
        )
      }, this.#clock)
    this.#gone.set(kind, watch)
    await this.#wait(watch, attributes, what)
  }

  #untilLook(
    watches: Map<AnyKind, Watch<Attributes, Attributes>>,
    attributes: Attributes,
    what: WaitFor,
    lookOf: (look: Readiness<object>) => Look<Attributes> | Error,
  ): Promise<Attributes> {
    const { kind } = what
    if (!kind.ready) return Promise.resolve(attributes)
    const watch =
      watches.get(kind) ??
      new Watch<Attributes, Attributes>(
        async keys => (await kind.ready!(keys, this.#context)).map(lookOf),
        this.#clock,
      )
    watches.set(kind, watch)
    return this.#wait(watch, attributes, what)
  }

  #wait<Done>(watch: Watch<Attributes, Done>, attributes: Attributes, what: WaitFor): Promise<Done> {
    const { address, kind, usually, since, lag, level = 'warning' } = what
    return waitUntil(watch, () => attributes, {
      clock: this.#clock,
      usually,
      patience: kind.patience,
      since,
      lag,
      signal: this.#signal,
      onStatus: (status, advice) => {
        this.#say({ type: 'resource.waiting', address, status })
        if (advice) this.#say({ type: 'note', level, address, message: advice })
      },
    })
  }
}

function stillOf(look: Exclude<Readiness<object>, { state: 'ready' }>): Look<Attributes> | Error {
  return look.state === 'failed'
    ? new Error(look.reason)
    : { over: false, status: look.status, advice: look.advice, usually: look.usually }
}
