import { importedTag } from '../aws/tags.ts'
import type { AnyObserved, Decision } from '../plan/decision.ts'
import { isUsedAgain, leftIn } from '../plan/leftovers.ts'
import { diffProps, diffTags, normal } from '../plan/diff.ts'
import { untilGone, withoutOthers } from '../plan/others.ts'
import type { Change } from '../plan/plan.ts'
import { yielding } from '../plan/yielding.ts'
import { ProvisionError } from '../errors.ts'
import type { Address } from '../resources/address.ts'
import type { AnyKind } from '../resources/kind.ts'
import type { Resource } from '../resources/resource.ts'
import type { Recorded } from '../state/entry.ts'
import { edgesOf } from './graph.ts'
import type { Known } from './known.ts'
import type { Waiting } from './lifecycle.ts'
import type { RunOptions } from './run-plan.ts'
import { turnOf, Turns } from './turns.ts'

type Attributes = Readonly<Record<string, unknown>>
type Props = Readonly<Record<string, unknown>>

/**
 * Changing what exists, in up to three steps: what its users need before they change, what serves old and new users,
 * and what is left when everything has moved.
 */
export class Changing {
  readonly turns = new Turns()
  readonly #options: RunOptions
  readonly #known: Known
  readonly #waiting: Waiting
  /** Changed before their users were ready: what the plan has observed of them is out of date. */
  readonly #ahead = new Set<Address>()
  /** They still serve what everything has moved away from. */
  readonly #wide = new Set<Address>()

  constructor(options: RunOptions, known: Known, waiting: Waiting) {
    this.#options = options
    this.#known = known
    this.#waiting = waiting
  }

  /** The part of a change that its users need before they can be changed. */
  async ahead(decision: Decision): Promise<void> {
    const { address, observed } = decision
    const { ledger } = this.#options
    const kind = this.#kind(decision)
    const entry = ledger.content?.entries.get(address)
    if (!kind.ahead || !observed || !entry || !('props' in entry)) return
    const after = yielding(kind, this.#known.propsSoFar(decision), decision)
    const props = normal(kind, { ...observed.props, ...(kind.ahead(observed.props, after) as object) })
    const changed = diffProps(kind, props, observed.props, undefined)
    if (changed.length === 0) return
    await ledger.put(address, {
      ...entry,
      status: 'updating',
      attributes: observed.attributes as Recorded,
    })
    await this.#apply(decision, { kind, observed, props, changed })
    this.#ahead.add(address)
  }

  /** The change itself. What others may still rely on stays until `narrow`. */
  async change(decision: Decision, stale: AnyObserved): Promise<void> {
    const observed = this.#ahead.has(decision.address) ? await this.#again(decision, stale) : stale
    await this.#update(decision, observed, 'wide')
  }

  /** True when there is still something to take away from it, once nothing relies on that any more. */
  isWide({ address }: Decision): boolean {
    return this.#wide.has(address)
  }

  async narrow(decision: Decision): Promise<void> {
    const attributes = this.#known.attributesOf(decision.address)
    const now = await this.read(decision, attributes)
    if (now) await this.#update(decision, now, 'final')
  }

  async read(decision: Decision, attributes: Attributes | undefined): Promise<AnyObserved | undefined> {
    const { address, tags } = decision
    const request = { address, attributes, props: this.#known.propsOf(decision), tags }
    const kind = this.#kind(decision)
    const [found] = await kind.read([request], this.#options.context)
    const entry = this.#options.ledger.content?.entries.get(address)
    return found && withoutOthers(kind, found as AnyObserved, request.props, entry)
  }

  /** Waits until it is ready, and records that. */
  async ready(
    decision: Decision,
    attributes: Attributes,
    usually: number,
    since: number | undefined,
    lag?: number,
  ): Promise<void> {
    const { address } = decision
    const kind = this.#kind(decision)
    const ready = await this.#waiting.untilReady(attributes, { address, kind, since, lag, usually })
    await this.record(decision, 'ready', ready)
  }

  async record(decision: Decision, status: 'ready' | 'created', attributes: Attributes): Promise<void> {
    const { address, tags } = decision
    const before = this.#options.ledger.content?.entries.get(address)
    const common = {
      ...this.common(decision),
      generation: before?.generation ?? 1,
      deposed: before?.deposed ?? [],
      attributes: attributes as Recorded,
      props: this.#known.propsOf(decision) as Recorded,
      tags,
    }
    this.#known.set(address, attributes)
    const token = before && 'token' in before ? before.token : ''
    await this.#options.ledger.put(
      address,
      status === 'ready' ? { ...common, status } : { ...common, status, token },
    )
  }

  /** Records that what an earlier run was to replace is in use, and that its replacement is not. */
  async useAgain(decision: Decision): Promise<void> {
    const { address, observed, entry, takesOver } = decision
    const used = observed?.attributes
    if (!entry || takesOver !== undefined || entry.status !== 'ready' || !used || !isUsedAgain(entry, used))
      return
    const attributes = used as Recorded
    await this.#options.ledger.put(address, {
      ...entry,
      attributes,
      props: this.#known.propsOf(decision) as Recorded,
      deposed: leftIn(entry, used),
    })
  }

  /** What every entry says of a decision. */
  common({ address, type, resource, tags }: Decision) {
    const retained = importedTag in tags ? { retained: true as const } : {}
    return { address, type, dependsOn: edgesOf(resource as Resource), ...retained }
  }

  async #again(decision: Decision, before: AnyObserved): Promise<AnyObserved> {
    const now = await this.read(decision, before.attributes)
    if (!now) throw new Error('AWS no longer has it')
    return { ...now, tags: now.tags ?? before.tags }
  }

  async #update(decision: Decision, observed: AnyObserved, stage: 'wide' | 'final'): Promise<void> {
    const { address, tags, label } = decision
    const { ledger, context, clock } = this.#options
    const kind = this.#kind(decision)
    const declared = this.#known.propsOf(decision)
    const full = yielding(kind, declared, { ...decision, observed })
    const wide = stage === 'wide' ? kind.wide?.(observed.props, full) : undefined
    const props = wide ? normal(kind, { ...full, ...(wide as object) }) : full
    const before = ledger.content?.entries.get(address)
    const recordedTags = before && 'tags' in before ? before.tags : undefined
    const recorded = before && 'props' in before ? before.props : undefined
    const { released } = decision.resource as Resource
    const changed = diffProps(kind, props, observed.props, recorded, released)
    const stronger = changed.find(({ replaces }) => replaces)
    if (stronger)
      throw new ProvisionError({
        code: 'failed',
        message: `${label} would have to be replaced because of ${stronger.path}, which the plan did not say`,
        hint: 'run the same command again to see and confirm the new plan',
      })
    const retags = kind.retag ? diffTags(tags, observed.tags ?? recordedTags ?? {}, recordedTags) : []

    // A released prop counts as applied only when the update is over: after a crash it is then applied again.
    const kept = Object.fromEntries((released ?? []).map(name => [name, recorded?.[name]]))
    await ledger.put(address, {
      ...this.common(decision),
      generation: before?.generation ?? 1,
      deposed: before?.deposed ?? [],
      status: 'updating',
      props: {
        ...(declared as Recorded),
        ...(untilGone(kind, declared, recorded) as Recorded),
        ...kept,
      },
      tags,
      attributes: observed.attributes as Recorded,
    })
    const since = clock.monotonic()
    const { create, update: usually = create } = kind.seconds
    const { lag = Math.min(usualLag, usually / 2) } = kind
    const attributes = await this.#apply(decision, { kind, observed, props, changed })
    if (retags.length > 0) {
      const set = Object.fromEntries(
        retags.flatMap(({ path, after }) => (after === undefined ? [] : [[key(path), String(after)]])),
      )
      const remove = retags.filter(({ after }) => after === undefined).map(({ path }) => key(path))
      await kind.retag!(attributes, { set, remove }, context)
    }
    const left = wide ? diffProps(kind, full, { ...observed.props, ...props }, recorded, released) : []
    if (left.length > 0) {
      // The entry says `updating` until `narrow` has been done.
      this.#wide.add(address)
      const isRenewed = changed.length > 0 && kind.updatedAttributes?.(observed.props, props).length
      const options = { address, kind, since, lag, usually }
      this.#known.set(address, isRenewed ? await this.#waiting.untilReady(attributes, options) : attributes)
      return
    }
    if (changed.length === 0) return this.record(decision, 'ready', attributes)
    await this.ready(decision, attributes, usually, since, lag)
  }

  /** Gives the attributes after the change. */
  async #apply(
    decision: Decision,
    {
      kind,
      observed,
      props,
      changed,
    }: {
      readonly kind: AnyKind
      readonly observed: AnyObserved
      readonly props: Props
      readonly changed: readonly Change[]
    },
  ): Promise<AnyObserved['attributes']> {
    const { address } = decision
    const { attributes } = observed
    const { update } = kind
    if (changed.length === 0 || !update) return attributes
    const request = {
      address,
      attributes,
      observed: observed.props,
      props,
      changed: changed.map(({ path }) => path),
    }
    return (await this.turns.take(turnOf(kind, props), () =>
      update(request, this.#known.contextFor(decision)),
    )) as AnyObserved['attributes']
  }

  #kind({ type }: Decision): AnyKind {
    return this.#options.kindOf(type)
  }
}

/** Seconds for which any AWS service may still show what it has changed as it was. */
const usualLag = 3

function key(path: string): string {
  return path.slice('tags.'.length)
}
