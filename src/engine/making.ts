import type { Decision } from '../plan/decision.ts'
import { yielding } from '../plan/yielding.ts'
import type { Address } from '../resources/address.ts'
import type { AnyKind } from '../resources/kind.ts'
import type { Entry, Recorded } from '../state/entry.ts'
import { Changing } from './changing.ts'
import { createOnce, mayHaveHappened, tokenFor } from './create-once.ts'
import { deposedBy } from './deposed.ts'
import { Known } from './known.ts'
import type { Say } from './lifecycle.ts'
import { Waiting } from './lifecycle.ts'
import type { RunOptions } from './run-plan.ts'
import { turnOf } from './turns.ts'

type Attributes = Readonly<Record<string, unknown>>

/** Making and changing: intent before the call, attributes before the wait. */
export class Making {
  readonly known: Known
  readonly changing: Changing
  /** When AWS was last asked again for what it makes anew each time; the first request may still be under way. */
  repeatedAt: number | undefined
  readonly #options: RunOptions
  readonly #waiting: Waiting

  constructor(options: RunOptions, say: Say) {
    this.#options = options
    this.#waiting = new Waiting(options.context, options.clock, say, options.signal)
    this.known = new Known(options)
    this.changing = new Changing(options, this.known, this.#waiting)
  }

  /** Until the resource has its id, and what its users need of a change has been made. */
  async begin(decision: Decision): Promise<void> {
    const { action, address, observed, entry, takesOver } = decision
    if (takesOver !== undefined) await this.#takeOver(address, takesOver)
    switch (action) {
      case 'create':
      case 'replace':
        return this.#create(decision)
      case 'adopt':
        return this.changing.record(decision, 'ready', observed!.attributes)
      case 'resume':
        if (entry?.status === 'creating')
          await this.changing.record(decision, 'created', observed!.attributes)
        return this.changing.ahead(decision)
      default:
        // The ledger forgets what the config names no more, so that it is said once.
        if (decision.notes && action === 'none')
          return this.changing.record(decision, 'ready', observed!.attributes)
        if (observed) this.known.set(address, observed.attributes)
        await this.changing.useAgain(decision)
        if (action === 'update') await this.changing.ahead(decision)
    }
  }

  /** Until the resource is as desired, and ready. */
  async complete(decision: Decision): Promise<void> {
    switch (decision.action) {
      case 'create':
      case 'replace':
        return this.#finish(decision)
      case 'resume':
        return this.#resume(decision)
      case 'update':
        if (decision.observed!.busy !== undefined) await this.settle(decision)
        return this.changing.change(decision, decision.observed!)
      default:
    }
  }

  /** Until AWS takes changes of what is ready. */
  async settle({ address, type }: Decision): Promise<void> {
    const attributes = this.known.attributesOf(address)
    const kind = this.#options.kindOf(type)
    const { create, settled = create } = kind.seconds
    const since = this.known.madeAt(address)
    if (attributes) await this.#waiting.untilSettled(attributes, { address, kind, since, usually: settled })
  }

  /** What another address had is at this one from now on. */
  async #takeOver(address: Address, from: Address): Promise<void> {
    const { ledger } = this.#options
    const entry = ledger.content?.entries.get(from)
    if (!entry) return
    // What this address had itself is deleted when everything has moved.
    const before = ledger.content?.entries.get(address)
    const left =
      before && 'attributes' in before ? [{ attributes: before.attributes, dependsOn: before.dependsOn }] : []
    const deposed = [...entry.deposed, ...(before?.deposed ?? []), ...left]
    await ledger.put(address, { ...entry, address, deposed })
    await ledger.put(from, undefined)
  }

  async #create(decision: Decision): Promise<void> {
    const { address, entry } = decision
    const { ledger, plan } = this.#options
    const kind = this.#kind(decision)
    const props = this.known.propsOf(decision)
    const present = ledger.content?.entries.get(address)
    const again = entry?.status === 'creating'
    // Never one of before, also where the earlier one has left the ledger: AWS remembers a token for a day, and longer
    // than what was made with it.
    const generation = again ? entry.generation : (ledger.content?.serial ?? 0) + 1
    const token = again ? entry.token : tokenFor(plan.lineage, address, generation)
    const common = {
      ...this.changing.common(decision),
      generation,
      deposed: deposedBy(decision, present),
    }
    const record = { token, props: props as Recorded, tags: decision.tags }
    await ledger.put(address, { ...common, status: 'creating', ...record })

    const request = { address, props: yielding(kind, props, decision), tags: decision.tags, token }
    const { joining } = kind
    const create: AnyKind['create'] =
      decision.joins && joining
        ? (asked, context) => joining.create(asked, context, decision.joins === 'hidden')
        : kind.create
    const attributes = await createOnce({
      kind: {
        ...kind,
        create: (asked, context) =>
          this.changing.turns.take(turnOf(kind, asked.props), () =>
            create(asked, context),
          ) as Promise<object>,
      },
      request,
      label: decision.label,
      name: decision.name,
      context: this.known.contextFor(decision),
      clock: this.#options.clock,
      look: () => this.changing.read(decision, undefined),
      onRepeat: () => (this.repeatedAt = this.#options.clock.monotonic()),
    }).catch(async (error: unknown) => {
      // Refused for certain: then there is nothing to look for next time.
      if (!mayHaveHappened(error)) await ledger.put(address, entry)
      throw error
    })
    this.known.making(address)
    await ledger.put(address, { ...common, status: 'created', ...record, attributes: attributes as Recorded })
    this.known.set(address, attributes)
  }

  async #finish(decision: Decision): Promise<void> {
    const { address, tags } = decision
    const kind = this.#kind(decision)
    const entry = this.#entry(address)
    const request = {
      address,
      props: yielding(kind, this.known.propsOf(decision), decision),
      tags,
      token: 'token' in entry ? entry.token : '',
    }
    let attributes = this.known.attributesOf(address)!
    if (kind.finish)
      attributes = (await kind.finish(request, attributes, this.known.contextFor(decision))) as Attributes
    await this.changing.ready(decision, attributes, kind.seconds.create, this.known.madeAt(address))
    if (!decision.joins && !kind.converges?.(request.props)) return
    if (kind.seconds.settled !== undefined) await this.settle(decision)
    attributes = this.known.attributesOf(address)!
    const now = await this.changing.read(decision, attributes)
    if (now) await this.changing.change(decision, { ...now, attributes })
  }

  async #resume(decision: Decision): Promise<void> {
    const kind = this.#kind(decision)
    const attributes = await this.#waiting.untilReady(decision.observed!.attributes, {
      address: decision.address,
      kind,
      since: undefined,
      usually: kind.seconds.create,
    })
    const now = await this.changing.read(decision, attributes)
    if (!now) throw new Error('AWS no longer has it')
    // The tags that are recorded may never have arrived. A look without an id shows those that have.
    const tags = now.tags ?? (kind.retag && (await this.changing.read(decision, undefined))?.tags) ?? {}
    await this.changing.change(decision, { ...now, attributes, tags })
  }

  #entry(address: Address): Entry {
    const entry = this.#options.ledger.content?.entries.get(address)
    if (!entry) throw new TypeError(`${address} is not in the ledger`)
    return entry
  }

  #kind({ type }: Decision): AnyKind {
    return this.#options.kindOf(type)
  }
}
