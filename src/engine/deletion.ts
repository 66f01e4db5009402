import { HoldsData } from '../errors.ts'
import type { Decision } from '../plan/decision.ts'
import { idOf } from '../plan/leftovers.ts'
import type { Address } from '../resources/address.ts'
import type { Recorded } from '../state/entry.ts'
import type { Left } from './deposed.ts'
import type { Say } from './lifecycle.ts'
import { Waiting } from './lifecycle.ts'
import type { Milestone } from './nodes.ts'
import { Removal } from './removal.ts'
import type { RunOptions } from './run-plan.ts'

/** Deleting: the intent and the name of a final snapshot are recorded before the call. */
export class Deletion {
  /** What turned out to hold data, and why it stayed. */
  readonly kept = new Map<Address, string>()
  readonly #options: RunOptions
  readonly #say: Say
  readonly #waiting: Waiting
  readonly #removal: Removal
  readonly #since = new Map<Address, number>()

  constructor(options: RunOptions, say: Say) {
    this.#options = options
    this.#say = say
    this.#waiting = new Waiting(options.context, options.clock, say, options.signal)
    this.#removal = new Removal(options, say)
  }

  /** Until the deletion has begun in AWS. */
  async start(decision: Decision): Promise<void> {
    const { address, type, entry, observed, edges, label, dataMayGo = false } = decision
    const { ledger, clock } = this.#options
    const attributes = attributesOf(decision)
    if (!observed || !attributes) return
    const before = ledger.content?.entries.get(address)
    // A retry of a begun deletion asks for the same snapshot, so that there are never two.
    const finalSnapshot =
      entry?.status === 'deleting' ? (entry.finalSnapshot ?? decision.snapshot) : decision.snapshot
    const snapshot = finalSnapshot ? { finalSnapshot } : {}
    const common = {
      address,
      type,
      dependsOn: edges,
      generation: entry?.generation ?? 0,
      deposed: entry?.deposed ?? [],
    }
    await ledger.put(address, { ...common, status: 'deleting', attributes, ...snapshot })
    const forGood = decision.action === 'delete' ? { forGood: decision.tags } : {}
    try {
      const last = decision.action !== 'replace'
      await this.#removal.delete(this.#kind(decision), {
        address,
        attributes,
        dataMayGo,
        ...snapshot,
        ...forGood,
        last,
      })
      this.#since.set(address, clock.monotonic())
    } catch (error) {
      if (!(error instanceof HoldsData)) throw error
      await ledger.put(address, before)
      this.kept.set(address, error.message)
      this.#say({ type: 'resource.kept', address, label, reason: error.message })
    }
  }

  /** Until it is gone. */
  async end(decision: Decision, purpose: 'make room' | 'for good'): Promise<'gone' | 'kept'> {
    const { address } = decision
    if (this.kept.has(address)) return 'kept'
    const kind = this.#kind(decision)
    const attributes = attributesOf(decision)
    if ((decision.observed || decision.makesRoom) && attributes) {
      const seconds = kind.seconds.delete
      const since = this.#since.get(address)
      await this.#removal.end(address, () =>
        this.#waiting.untilGone(attributes, { address, kind, since, usually: seconds }),
      )
    }
    if (purpose === 'make room') return 'gone'
    const left = this.#options.ledger.content?.entries.get(address)?.deposed ?? []
    await this.depose({ ...decision, left }, 'leaving')
    await this.depose({ ...decision, left }, 'gone')
    await this.#options.ledger.put(address, undefined)
    return 'gone'
  }

  /** Deletes what replacements have left behind at this address. */
  async depose(decision: Left, milestone: Milestone): Promise<void> {
    const { address, left } = decision
    const { ledger } = this.#options
    const kind = this.#kind(decision)
    for (const { attributes } of left) {
      if (milestone === 'leaving')
        await this.#removal.delete(kind, { address, attributes, dataMayGo: false, last: true })
      else {
        await this.#waiting.untilGone(attributes, {
          address,
          kind,
          since: undefined,
          usually: kind.seconds.delete,
        })
        const message = `removed the previous ${decision.label} ${idOf(attributes)}`
        this.#say({ type: 'note', level: 'info', address, message })
      }
    }
    const entry = ledger.content?.entries.get(address)
    if (milestone === 'gone' && entry) await ledger.put(address, { ...entry, deposed: [] })
  }

  /** Drops what AWS no longer has, or what was never ours. */
  async forget(decisions: readonly Decision[]): Promise<void> {
    for (const { address, entry } of decisions) if (entry) await this.#options.ledger.put(address, undefined)
  }

  #kind({ type }: Decision) {
    return this.#options.kindOf(type)
  }
}

function attributesOf({ observed, entry }: Decision): Recorded | undefined {
  return (
    (observed?.attributes as Recorded | undefined) ??
    (entry && 'attributes' in entry ? entry.attributes : undefined)
  )
}
