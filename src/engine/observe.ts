import type { Address } from '../resources/address.ts'
import { canonical } from '../resources/json.ts'
import type { AnyKind, KindContext, ReadRequest, Tags } from '../resources/kind.ts'
import { hasUnknown, isReference, resolve } from '../resources/reference.ts'
import type { Resource } from '../resources/resource.ts'
import type { Entry, LedgerContent } from '../state/entry.ts'
import type { AnyObserved } from '../plan/decision.ts'
import type { KindOf } from './graph.ts'

export interface ObserveOptions {
  readonly desired: readonly Resource[]
  readonly ledger: LedgerContent | undefined
  readonly kindOf: KindOf
  readonly context: KindContext
  /** The tags that a resource carries if it is this stack's. */
  readonly identityOf: (address: Address) => Tags
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
  let open: Question[] = [...addresses].map(address => {
    const resource = resources.get(address)
    const entry = ledger?.entries.get(address)
    return { address, kind: kindOf(entry?.type ?? resource?.type ?? ''), resource, entry }
  })

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
  await followSuccessors(options, observed)
  return observed
}

/**
 * Reads what a release has put in the place of something recorded. Not where the last change of its user was cut off:
 * AWS may have gone back to what was there before, and then the wish counts.
 */
async function followSuccessors(
  { desired, ledger, kindOf, context }: ObserveOptions,
  observed: Map<Address, AnyObserved>,
): Promise<void> {
  const settled = (address: Address) => ledger?.entries.get(address)?.status === 'ready'
  const moved = desired
    .filter(({ address }) => settled(address))
    .flatMap(({ address, props }) =>
      Object.entries(observed.get(address)?.successors ?? {}).flatMap(([prop, attributes]) => {
        const reference = props[prop]
        if (!isReference(reference) || !settled(reference.reference)) return []
        const before = observed.get(reference.reference)
        const same = !before || canonical(before.attributes) === canonical(attributes)
        return same ? [] : [{ address: reference.reference, attributes, before }]
      }),
    )
  await Promise.all(
    moved.map(async ({ address, attributes, before }) => {
      const kind = kindOf(ledger!.entries.get(address)!.type)
      const request = { address, attributes, props: before.props, tags: before.tags ?? {} }
      const [found] = await kind.read([request], context)
      if (found) observed.set(address, found as AnyObserved)
    }),
  )
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
  { identityOf, ledger }: ObserveOptions,
  observed: ReadonlyMap<Address, AnyObserved>,
  absent: ReadonlySet<Address>,
): ReadRequest<object, object> | undefined {
  const attributes = attributesIn(entry)
  // What is recorded of the things it refers to is good enough to ask by, and spares a wave of reads.
  const attributesOf = (address: Address) =>
    observed.get(address)?.attributes ??
    (absent.has(address) ? undefined : attributesIn(ledger?.entries.get(address)))
  const recorded = entry && 'props' in entry ? entry.props : {}
  const wish = resource
    ? resolve(resource.props, ({ reference, attribute }) => attributesOf(reference)?.[attribute])
    : {}
  // What the config has ceased to name is looked at as well: the last run may have set it to something.
  const known = Object.entries({ ...recorded, ...(wish as object) }).filter(([, value]) => !hasUnknown(value))
  const props = Object.fromEntries(known) as object
  const findable = attributes !== undefined || kind.findBy.every(name => name in props)
  return findable
    ? { address, attributes, props, tags: { ...resource?.tags, ...identityOf(address) } }
    : undefined
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
