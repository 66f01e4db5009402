import type { Clock } from '../effects/clock.ts'
import type { RunAction } from '../events/event.ts'
import type { Decision } from '../plan/decision.ts'
import type { Address } from '../resources/address.ts'
import type { KindOf } from './graph.ts'
import type { Say } from './lifecycle.ts'
import { addressOf, milestoneOf, node } from './nodes.ts'
import { problemOf } from './problem.ts'
import { Stopwatch } from './stopwatch.ts'
import type { Outcome, WalkNode } from './walk.ts'

export interface ProgressOptions {
  readonly clock: Clock
  readonly say: Say
  readonly kindOf: KindOf
}

/**
 * Tells how a run goes on, resource by resource and as it happens: what is worked on and for how long, what waits for
 * which other resource, and how each of them ended.
 */
export class Progress {
  readonly failed: Address[] = []
  readonly skipped: Address[] = []
  readonly #options: ProgressOptions
  readonly #stopwatch: Stopwatch
  readonly #started = new Set<Address>()
  /** Whose end has been told. */
  readonly #ended = new Set<Address>()
  /** The same within the current walk: what was replaced may still fail to be removed in a later one. */
  readonly #told = new Set<Address>()
  /** By resource that waits: the node of another one that it needs, and its own that comes next. */
  readonly #waits = new Map<Address, { readonly need: string; readonly next: string }>()
  readonly #reached = new Set<string>()
  #nodes: ReadonlyMap<string, WalkNode> = new Map()

  constructor(options: ProgressOptions) {
    this.#options = options
    this.#stopwatch = new Stopwatch(options.clock)
  }

  /** A walk over these nodes begins. */
  enter(nodes: readonly WalkNode[]): void {
    this.#nodes = new Map(nodes.map(one => [one.id, one]))
    this.#reached.clear()
    this.#told.clear()
    this.#waits.clear()
    // What has made room for its replacement waits for what the replacement needs.
    for (const address of this.#started) this.#pause(address, node(address, 'id'))
  }

  /** Visits one node; only this counts as the time of its resource. */
  async during<T>(id: string, visit: () => Promise<T>): Promise<T> {
    const address = addressOf(id)
    if (this.#waits.delete(address)) this.#options.say({ type: 'resource.continued', address })
    const result = await this.#stopwatch.during(address, visit)
    this.#reached.add(id)
    if (milestoneOf(id) === 'id') this.#pause(address, node(address, 'ready'))
    for (const [other, { need, next }] of this.#waits) if (need === id) this.#pause(other, next)
    return result
  }

  /** Work on this resource begins. Told once. */
  begin(decision: Decision): void {
    const { address, label, type } = decision
    if (this.#started.has(address)) return
    this.#started.add(address)
    const { create, update = create, delete: remove } = this.#options.kindOf(type).seconds
    const usually = { create, replace: create, resume: create, adopt: 0, update, delete: remove }
    const action = actionOf(decision)
    this.#options.say({ type: 'resource.started', address, label, action, usually: usually[action] })
  }

  /** This resource is as the plan says. */
  finish(decision: Decision): void {
    const { address, label, name } = decision
    this.#ended.add(address)
    const took = this.#stopwatch.took(address)
    this.#options.say({ type: 'resource.done', address, label, action: actionOf(decision), name, took })
  }

  /** A node of the walk has ended: tells at once what failed, and what is not done because of it. */
  settled(decision: Decision, outcome: Outcome): void {
    const { address, label } = decision
    if (outcome.state === 'done' || this.#told.has(address)) return
    this.#told.add(address)
    if (outcome.state !== 'failed') {
      const because = outcome.state === 'skipped' ? addressOf(outcome.because) : outcome.state
      return decision.action === 'none' ? undefined : this.#skip(address, because)
    }
    this.#ended.add(address)
    this.failed.push(address)
    const problem = problemOf(outcome.error)
    this.#options.say({ type: 'resource.failed', address, label, action: actionOf(decision), problem })
  }

  /** Tells of what a walk that did not take place would have done. */
  leave(decisions: readonly Decision[], result: 'failed' | 'interrupted'): void {
    const because = result === 'interrupted' ? result : (this.failed[0] ?? 'interrupted')
    for (const { address, action } of decisions)
      if (!['none', 'keep', 'forget'].includes(action) && !this.#ended.has(address))
        this.#skip(address, because)
  }

  #skip(address: Address, because: Address | 'interrupted'): void {
    this.#ended.add(address)
    this.skipped.push(address)
    this.#options.say({ type: 'resource.skipped', address, because })
  }

  /** Says what a started resource waits for before this node of it: of several, what usually takes longest. */
  #pause(address: Address, next: string): void {
    const missing = (this.#nodes.get(next)?.needs ?? [])
      .flatMap(need => this.#nodes.get(need) ?? [])
      .filter(need => !this.#reached.has(need.id) && addressOf(need.id) !== address)
      .toSorted((a, b) => b.weight - a.weight)
      .at(0)
    if (!missing || !this.#started.has(address) || this.#ended.has(address)) return
    this.#waits.set(address, { need: missing.id, next })
    const other = addressOf(missing.id)
    this.#options.say({ type: 'resource.waiting', address, status: `waiting for ${other}`, for: other })
  }
}

function actionOf({ action }: Decision): RunAction {
  return action === 'none' || action === 'keep' || action === 'forget' ? 'adopt' : action
}
