import type { Address } from '../resources/address.ts'
import type { AnyKind, KindContext, ReadRequest, Tags } from '../resources/kind.ts'
import { hasUnknown, resolve } from '../resources/reference.ts'
import type { Resource } from '../resources/resource.ts'
import type { Entry, LedgerContent } from '../state/entry.ts'
import type { AnyObserved } from '../plan/decision.ts'
import { withoutOthers } from '../plan/others.ts'
import type { KindOf } from './graph.ts'
import { followSuccessors } from './successors.ts'

export interface ObserveOptions {
  readonly desired: readonly Resource[]
  readonly ledger: LedgerContent | undefined
  readonly kindOf: KindOf
  readonly context: KindContext
  /** The tags that a resource carries if it is this stack's. */
  readonly identityOf: (address: Address) => Tags
  /** What is known of resources that the ledger does not have: enough to read them by. */
  readonly hints?: ReadonlyMap<Address, Readonly<Record<string, unknown>>>
}

interface Question {
  readonly address: Address
  readonly kind: AnyKind
  readonly resource: Resource | undefined
  readonly entry: Entry | undefined
}

/**
 * Reads everything that the wish or the ledger names, kind by kind. What has a recorded id is read in one wave. What
 * has none is found by name or tag in the same wave, or, where it can only be found inside its parent, in a wave
 * after the parent's; inside a parent that is not there, nothing is.
 */
export async function observe(options: ObserveOptions): Promise<Map<Address, AnyObserved>> {
  const { desired, ledger, kindOf } = options
  const resources = new Map(desired.map(resource => [resource.address, resource]))
  const addresses = new Set([...resources.keys(), ...(ledger?.entries.keys() ?? [])])
  const questions = [...addresses].map((address): Question => {
    const resource = resources.get(address)
    const entry = ledger?.entries.get(address)
    return { address, kind: kindOf(entry?.type ?? resource?.type ?? ''), resource, entry }
  })

  let open = questions
  const observed = new Map<Address, AnyObserved>()
  const absent = new Set<Address>()
  while (open.length > 0) {
    const ready: { question: Question; request: ReadRequest<object, object> }[] = []
    const later: Question[] = []
    for (const question of open) {
      const request = requestFor(question, options, observed, absent)
      if (request) ready.push({ question, request })
      else if (parentsAbsent(question, observed, absent)) absent.add(question.address)
      else later.push(question)
    }
    if (ready.length === 0 && later.length === open.length) break
    await readAll(ready, options.context, observed, absent)
    open = later
  }
  for (const question of questions) {
    const found = observed.get(question.address)
    if (found) observed.set(question.address, withoutMembersOfOthers(question, found, observed))
  }
  await followSuccessors(options, observed)
  return observed
}

/**
 * The members that others have added to collections are taken out when everything is read: only then the ids are known
 * that the desired state refers to.
 */
function withoutMembersOfOthers(
  { kind, resource, entry }: Question,
  found: AnyObserved,
  observed: ReadonlyMap<Address, AnyObserved>,
): AnyObserved {
  const recorded = entry && 'props' in entry ? entry.props : {}
  const desired = resource
    ? resolve(resource.props, ({ reference, attribute }) => observed.get(reference)?.attributes[attribute])
    : recorded
  return withoutOthers(kind, found, desired as Readonly<Record<string, unknown>>, entry)
}

async function readAll(
  asked: readonly { question: Question; request: ReadRequest<object, object> }[],
  context: KindContext,
  observed: Map<Address, AnyObserved>,
  absent: Set<Address>,
): Promise<void> {
  const byKind = new Map<AnyKind, { question: Question; request: ReadRequest<object, object> }[]>()
  for (const ask of asked) byKind.set(ask.question.kind, [...(byKind.get(ask.question.kind) ?? []), ask])
  await Promise.all(
    [...byKind].map(async ([kind, asks]) => {
      const answers = await kind.read(
        asks.map(({ request }) => request),
        context,
      )
      asks.forEach(({ question: { address } }, index) => {
        const answer = answers[index]
        if (answer) observed.set(address, answer as AnyObserved)
        else absent.add(address)
      })
    }),
  )
}

/** The request, or undefined while something that is needed to find it is not known. */
function requestFor(
  { address, kind, resource, entry }: Question,
  { identityOf, ledger, hints }: ObserveOptions,
  observed: ReadonlyMap<Address, AnyObserved>,
  absent: ReadonlySet<Address>,
): ReadRequest<object, object> | undefined {
  const hint = hints?.get(address)
  const attributes = attributesIn(entry) ?? hint
  // What is recorded of the things it refers to is good enough to ask by, and spares a wave of reads.
  const attributesOf = (address: Address) =>
    observed.get(address)?.attributes ??
    (absent.has(address) ? undefined : attributesIn(ledger?.entries.get(address)))
  const recorded = entry && 'props' in entry ? entry.props : {}
  const wish = resource
    ? resolve(resource.props, ({ reference, attribute }) => attributesOf(reference)?.[attribute])
    : recorded
  // What the config no longer names is looked at as well: the last run may have set it to something.
  const known = Object.entries({ ...recorded, ...(wish as object) }).filter(([, value]) => !hasUnknown(value))
  const props = Object.fromEntries(known) as object
  const findable = attributes !== undefined || kind.findBy.every(name => name in props)
  const tags = { ...resource?.tags, ...identityOf(address) }
  return findable ? { address, attributes, props, tags, ...(hint && { tagsToo: true as const }) } : undefined
}

function attributesIn(entry: Entry | undefined) {
  return entry && 'attributes' in entry ? entry.attributes : undefined
}

/** True when a prop that is needed to find the resource refers to something that AWS does not have. */
function parentsAbsent(
  { kind, resource }: Question,
  observed: ReadonlyMap<Address, AnyObserved>,
  absent: ReadonlySet<Address>,
): boolean {
  if (!resource) return true
  let missing = false
  const needed = kind.findBy.map(name => resource.props[name])
  resolve(needed, ({ reference }) => {
    if (absent.has(reference) && !observed.has(reference)) missing = true
    return undefined
  })
  return missing
}
