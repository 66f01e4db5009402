import { importedTag } from '../aws/tags.ts'
import type { AnyObserved, Decision } from '../plan/decision.ts'
import { diffProps, diffTags } from '../plan/diff.ts'
import { yielding } from '../plan/yielding.ts'
import { ProvisionError } from '../errors.ts'
import type { Address } from '../resources/address.ts'
import type { AnyKind } from '../resources/kind.ts'
import type { Resource } from '../resources/resource.ts'
import type { Entry, Recorded } from '../state/entry.ts'
import { createOnce, mayHaveHappened, tokenFor } from './create-once.ts'
import { deposedBy } from './deposed.ts'
import { edgesOf } from './graph.ts'
import { Known } from './known.ts'
import type { Say } from './lifecycle.ts'
import { Waiting } from './lifecycle.ts'
import type { RunOptions } from './run-plan.ts'

type Attributes = Readonly<Record<string, unknown>>

/** Making and changing: intent before the call, attributes before the wait. */
export class Making {
  readonly known: Known
  /** When AWS was last asked again for what it makes anew each time; the first request may still be under way. */
  repeatedAt: number | undefined
  readonly #options: RunOptions
  readonly #waiting: Waiting

  constructor(options: RunOptions, say: Say) {
    this.#options = options
    this.#waiting = new Waiting(options.context, options.clock, say, options.signal)
    this.known = new Known(options)
  }

  /** Until the resource has its id. */
  async begin(decision: Decision): Promise<void> {
    const { action, address, observed, entry } = decision
    switch (action) {
      case 'create':
      case 'replace':
        return this.#create(decision)
      case 'adopt':
        return this.#record(decision, 'ready', observed!.attributes)
      case 'resume':
        if (entry?.status === 'creating') await this.#record(decision, 'created', observed!.attributes)
        return
      default:
        // The ledger forgets what the config names no more, so that it is said once.
        if (decision.notes && action === 'none') return this.#record(decision, 'ready', observed!.attributes)
        if (observed) this.known.set(address, observed.attributes)
    }
  }

  /** Until the resource is as wished, and ready. */
  async complete(decision: Decision): Promise<void> {
    switch (decision.action) {
      case 'create':
      case 'replace':
        return this.#finish(decision)
      case 'resume':
        return this.#resume(decision)
      case 'update':
        return this.#update(decision, decision.observed!)
      default:
    }
  }

  async #create(decision: Decision): Promise<void> {
    const { address, entry } = decision
    const { ledger, plan } = this.#options
    const kind = this.#kind(decision)
    const props = this.known.propsOf(decision)
    await this.known.settled(decision)
    const again = entry?.status === 'creating'
    // Never one of before, also where the earlier one has left the ledger: AWS remembers a token for a day, and longer
    // than what was made with it.
    const generation = again ? entry.generation : (ledger.content?.serial ?? 0) + 1
    const token = again ? entry.token : tokenFor(plan.lineage, address, generation)
    const common = { ...this.#common(decision), generation, deposed: deposedBy(decision, kind) }
    const record = { token, props: props as Recorded, tags: decision.tags }
    await ledger.put(address, { ...common, status: 'creating', ...record })

    const request = { address, props: yielding(kind, props, decision), tags: decision.tags, token }
    const attributes = await createOnce({
      kind,
      request,
      label: decision.label,
      name: decision.name,
      context: this.known.contextFor(decision),
      clock: this.#options.clock,
      look: () => this.#read(kind, decision, undefined),
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
    await this.#ready(decision, attributes, kind.seconds.create, this.known.madeAt(address))
    if (!kind.converges?.(request.props)) return
    attributes = this.known.attributesOf(address)!
    const now = await this.#read(kind, decision, attributes)
    if (now) await this.#update(decision, { ...now, attributes })
  }

  async #resume(decision: Decision): Promise<void> {
    const kind = this.#kind(decision)
    const attributes = await this.#waiting.untilReady(decision.observed!.attributes, {
      address: decision.address,
      kind,
      since: undefined,
      usually: kind.seconds.create,
    })
    const now = await this.#read(kind, decision, attributes)
    if (!now) throw new Error('AWS no longer has it')
    // The tags that are recorded may never have arrived. A look without an id shows those that have.
    const tags = now.tags ?? (kind.retag && (await this.#read(kind, decision, undefined))?.tags) ?? {}
    await this.#update(decision, { ...now, attributes, tags })
  }

  async #update(decision: Decision, observed: AnyObserved): Promise<void> {
    const { address, tags, label } = decision
    const { ledger, context } = this.#options
    const kind = this.#kind(decision)
    const wish = this.known.propsOf(decision)
    const props = yielding(kind, wish, { ...decision, observed })
    const before = this.#options.ledger.content?.entries.get(address)
    const recordedTags = before && 'tags' in before ? before.tags : undefined
    const recorded = before && 'props' in before ? before.props : undefined
    const { released } = decision.resource as Resource
    const changes = diffProps(kind, props, observed.props, recorded, released)
    const stronger = changes.find(({ replaces }) => replaces)
    if (stronger)
      throw new ProvisionError({
        code: 'failed',
        message: `${label} would have to be replaced because of ${stronger.path}, which the plan did not say`,
        hint: 'run the same command again to see and confirm the new plan',
      })
    const retags = kind.retag ? diffTags(tags, observed.tags ?? recordedTags ?? {}, recordedTags) : []

    const generation = before?.generation ?? 1
    const common = { ...this.#common(decision), generation, deposed: before?.deposed ?? [] }
    // A released prop counts as applied only when the update is over: after a crash it is then applied again.
    const kept = Object.fromEntries((released ?? []).map(name => [name, recorded?.[name]]))
    const record = {
      props: { ...(wish as Recorded), ...kept },
      tags,
      attributes: observed.attributes as Recorded,
    }
    await ledger.put(address, { ...common, status: 'updating', ...record })
    let { attributes } = observed
    const since = this.#options.clock.monotonic()
    if (changes.length > 0 && kind.update) {
      const changed = changes.map(({ path }) => path)
      const request = { address, attributes, observed: observed.props, props, changed }
      attributes = (await kind.update(request, this.known.contextFor(decision))) as AnyObserved['attributes']
    }
    if (retags.length > 0) {
      const set = Object.fromEntries(
        retags.flatMap(({ path, after }) => (after === undefined ? [] : [[key(path), String(after)]])),
      )
      const remove = retags.filter(({ after }) => after === undefined).map(({ path }) => key(path))
      await kind.retag!(attributes, { set, remove }, context)
    }
    if (changes.length === 0) return this.#record(decision, 'ready', attributes)
    await this.#ready(decision, attributes, kind.seconds.update ?? kind.seconds.create, since)
  }

  async #ready(
    decision: Decision,
    attributes: Attributes,
    usually: number,
    since: number | undefined,
  ): Promise<void> {
    const { address } = decision
    const ready = await this.#waiting.untilReady(attributes, {
      address,
      kind: this.#kind(decision),
      since,
      usually,
    })
    await this.#record(decision, 'ready', ready)
  }

  async #record(decision: Decision, status: 'ready' | 'created', attributes: Attributes): Promise<void> {
    const { address, tags } = decision
    const before = this.#options.ledger.content?.entries.get(address)
    const common = {
      ...this.#common(decision),
      generation: before?.generation ?? 1,
      deposed: before?.deposed ?? [],
      attributes: attributes as Recorded,
      props: this.known.propsOf(decision) as Recorded,
      tags,
    }
    this.known.set(address, attributes)
    const token = before && 'token' in before ? before.token : ''
    await this.#options.ledger.put(
      address,
      status === 'ready' ? { ...common, status } : { ...common, status, token },
    )
  }

  async #read(
    kind: AnyKind,
    decision: Decision,
    attributes: Attributes | undefined,
  ): Promise<AnyObserved | undefined> {
    const { address, tags } = decision
    const request = { address, attributes, props: this.known.propsOf(decision), tags }
    const [found] = await kind.read([request], this.#options.context)
    return found as AnyObserved | undefined
  }

  #common({ address, type, resource, tags }: Decision) {
    const retained = importedTag in tags ? { retained: true as const } : {}
    return { address, type, dependsOn: edgesOf(resource as Resource), ...retained }
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

function key(path: string): string {
  return path.slice('tags.'.length)
}
