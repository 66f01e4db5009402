import { owned } from '../aws/owned.ts'
import { addressTag, identityTags, isTaggedAs, lineageTag } from '../aws/tags.ts'
import type { Clock } from '../effects/clock.ts'
import type { Listener } from '../events/event.ts'
import type { Plan } from '../plan/decision.ts'
import type { Address } from '../resources/address.ts'
import type { AnyKind, KindContext } from '../resources/kind.ts'
import type { LedgerContent, Recorded } from '../state/entry.ts'
import type { KindOf } from './graph.ts'
import type { RunResult } from './run-plan.ts'

/** Seconds for which a request that was given up can still be on its way. */
const longestWay = 300

export interface StraysOptions {
  readonly plan: Plan
  readonly kindOf: KindOf
  readonly context: KindContext
  /** After the run. */
  readonly ledger: LedgerContent | undefined
  readonly emit: Listener
  readonly clock: Clock
  readonly stop: AbortSignal
  readonly repeatedAt: RunResult['repeatedAt']
  /** Nothing of the stack shall stay, so what is kept beside its successor while it lives goes too. */
  readonly all: boolean
}

interface Stray {
  readonly address: Address
  readonly kind: AnyKind
  readonly attributes: Recorded
}

/**
 * Removes what a request that came late has made beside its repetition. That can be only where AWS makes another one
 * each time it is asked; so it is asked only when this run has made or removed something of that sort. Deletes nothing
 * that the ledger knows, and nothing without this lineage's tags on it.
 */
export async function removeStrays(options: StraysOptions): Promise<void> {
  const { plan, kindOf, context, emit, clock } = options
  const actions = new Set(options.all ? ['delete'] : ['create', 'replace', 'resume'])
  const worked = plan.decisions.filter(({ action, type }) => actions.has(action) && kindOf(type).anonymous)
  if (worked.length === 0) return
  await untilArrived(options)
  for (const { address, kind, attributes } of await straysOf(options)) {
    const tags = identityTags(plan.identity, plan.lineage, address)
    const [found] = await kind.read([{ address, attributes, props: {}, tags }], context)
    if (!found?.tags || !isTaggedAs(found.tags, tags) || found.tags[lineageTag] !== plan.lineage) continue
    const { label } = kind
    const started = clock.now()
    emit({
      type: 'resource.started',
      address,
      label,
      action: 'delete',
      usually: kind.seconds.delete,
      at: started,
    })
    await kind.delete({ address, attributes: found.attributes, dataMayGo: false }, context)
    const [name] = Object.values(attributes).filter(value => typeof value === 'string')
    emit({
      type: 'resource.done',
      address,
      label,
      action: 'delete',
      name,
      took: clock.now() - started,
      at: clock.now(),
    })
  }
}

/** A request that was repeated for want of an answer is given its time: what it makes after this run, no run would see. */
async function untilArrived({ repeatedAt, clock, stop, emit }: StraysOptions): Promise<void> {
  if (repeatedAt === undefined) return
  const wait = repeatedAt + longestWay * 1000 - clock.monotonic()
  if (wait <= 0 || stop.aborted) return
  const message = `AWS left a request without an answer and was asked again. The first may still arrive: it is waited for, ${Math.ceil(wait / 1000)} s at most`
  emit({ type: 'note', level: 'info', message, at: clock.now() })
  await clock.sleep(wait, stop).catch((error: unknown) => {
    if (!stop.aborted) throw error
  })
}

/** What carries our tags, is of a type that AWS makes anew each time, and is unknown to the ledger. */
async function straysOf({ plan, kindOf, context, ledger, all }: StraysOptions): Promise<Stray[]> {
  const types = new Map(plan.decisions.map(({ address, type }) => [address, type]))
  return (await owned(context.aws, plan.identity)).flatMap(({ arn, tags }) => {
    const address = tags[addressTag]
    const type = address === undefined ? undefined : types.get(address)
    if (address === undefined || type === undefined || tags[lineageTag] !== plan.lineage) return []
    const kind = kindOf(type)
    const attributes = kind.anonymous?.attributesOf(arn)
    if (!attributes || (kind.anonymous?.lasting && !all)) return []
    const entry = ledger?.entries.get(address)
    const known = [...(entry && 'attributes' in entry ? [entry] : []), ...(entry?.deposed ?? [])]
    const isKnown = known.some(one =>
      Object.entries(attributes).every(([name, value]) => one.attributes[name] === value),
    )
    return isKnown ? [] : [{ address, kind, attributes }]
  })
}
