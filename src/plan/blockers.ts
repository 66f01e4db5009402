import { environmentTag, stackTag } from '../aws/tags.ts'
import type { Address } from '../resources/address.ts'
import type { Blocker, Owner } from '../resources/blocker.ts'
import { stringsIn } from '../resources/json.ts'
import type { Decision, Identity } from './decision.ts'
import type { Refusal } from './plan.ts'

/** `goes`: the plan deletes it. `changes`: the plan changes it, which may take it away from what it uses. */
export type Fate = 'goes' | 'changes' | 'stays'

/** One making of a resource of this stack, and what the plan does about it. */
export interface Own {
  readonly address: Address
  readonly type: string
  readonly attributes: Readonly<Record<string, unknown>>
  readonly props: unknown
  readonly fate: Fate
}

/** Something that is to go, and one of the things that keep it. */
export interface Blocked {
  readonly address: Address
  readonly label: string
  readonly name: string | undefined
  /** A replacement of an earlier run has left it. */
  readonly left: boolean
  readonly blocker: Blocker
}

/** Everything of this stack that a plan knows, with its fate. */
export function ownIn(decisions: readonly Decision[]): Own[] {
  return decisions.flatMap(({ address, type, action, observed, entry }) => {
    const recorded = entry && 'attributes' in entry ? entry : undefined
    const attributes = observed?.attributes ?? recorded?.attributes
    const props = [observed?.props, recorded && 'props' in recorded ? recorded.props : undefined]
    const goes = action === 'delete' || action === 'replace' || action === 'forget'
    const fate = goes ? 'goes' : action === 'update' || action === 'resume' ? 'changes' : 'stays'
    return [
      ...(attributes ? [{ address, type, attributes, props, fate } as const] : []),
      ...(entry?.deposed ?? []).map(left => ({
        address,
        type,
        attributes: left.attributes,
        props: undefined,
        fate: 'goes' as const,
      })),
    ]
  })
}

/** The stack's own resource that the blocker is, or is a part of; undefined when it is not the stack's. */
export function ownerAmong(
  { id, owner, containers = [], madeBy }: Blocker,
  own: readonly Own[],
): Own | undefined {
  const ids = new Set([id, ...(owner?.ids ?? [])])
  const around = new Set(containers)
  const named = own.filter(({ attributes, fate }) =>
    stringsIn(attributes).some(value => ids.has(value) || (fate === 'goes' && around.has(value))),
  )
  const makers =
    madeBy && madeBy.referring.length > 0
      ? own.filter(({ type, props }) => {
          const used = new Set(stringsIn(props))
          return madeBy.types.includes(type) && madeBy.referring.every(one => used.has(one))
        })
      : []
  const found = named.length > 0 ? named : makers
  return (['goes', 'changes', 'stays'] as const)
    .map(fate => found.find(one => one.fate === fate))
    .find(one => one !== undefined)
}

/**
 * Why the plan cannot finish: one refusal for each thing that neither goes nor moves away in it, with all that it blocks,
 * the innermost first: the plan names containers before what they contain. What AWS removes by itself from something that
 * stays is no reason.
 */
export function blockedRefusals(
  blocked: readonly Blocked[],
  own: readonly Own[],
  identity: Identity,
): Refusal[] {
  const byBlocker = new Map<string, [Blocked, ...Blocked[]]>()
  for (const one of blocked.toReversed()) {
    const owner = ownerAmong(one.blocker, own)
    if (owner && (owner.fate !== 'stays' || one.blocker.release || one.left)) continue
    const key = `${one.blocker.what} ${one.blocker.id}`
    const others = byBlocker.get(key)
    byBlocker.set(key, others ? [...others, one] : [one])
  }
  return [...byBlocker.values()].map(([first, ...others]) => {
    const { address, label, name, blocker } = first
    const also = [...new Set(others.map(other => other.address))].filter(other => other !== address)
    const more = also.length > 0 ? `. It blocks ${also.join(' and ')} as well` : ''
    return {
      address,
      message: `${label} ${name ?? address} cannot be deleted: ${inUseBy(blocker, ownerAmong(blocker, own), identity)}${more}`,
      hint: blocker.hint,
    }
  })
}

/** `it is in use by network interface eni-0a1b (…) of EC2 instance i-0a1b (bastion), which is not part of this stack`. */
export function inUseBy(blocker: Blocker, owner: Own | undefined, identity: Identity): string {
  if (blocker.setting) return blocker.what
  const whose = owner ? `, which is part of ${owner.address}` : otherOwner(blocker, identity)
  return `it is in use by ${wordsOf(blocker)}${whose}`
}

/** The blocker and its owner. */
export function wordsOf({
  what,
  owner,
}: {
  readonly what: string
  readonly owner?: Owner | undefined
}): string {
  return owner ? `${what} of ${owner.words}` : what
}

function otherOwner({ tags }: Blocker, { stack, environment }: Identity): string {
  const other = tags?.[stackTag]
  if (other === undefined) return ', which is not part of this stack'
  const where = `${other}/${tags?.[environmentTag] ?? ''}`
  return where === `${stack}/${environment}`
    ? ', which carries the tags of this stack, but neither the config nor the ledger names it'
    : `, which is part of the stack ${where}`
}
