import type { Address } from '../resources/address.ts'
import type { Resource } from '../resources/resource.ts'
import { referencesIn } from '../resources/reference.ts'
import type { AnyObserved, Decision } from './decision.ts'
import type { Impossibility } from './impossible.ts'
import type { Refusal } from './plan.ts'

/** What a plan leaves as it is because a change of it, or of what it depends on, is refused. */
export interface HeldBack {
  readonly refusal: Refusal
  /**
   * `used`, `users`: what it refers to, and what refers to it, may rely on its other changes, which are held back with the
   * refused one. Otherwise all find it as they know it.
   */
  readonly holds: readonly ('used' | 'users')[]
}

/**
 * What a plan has to hold back as well, given what is refused and what is held back already:
 * - what a resource that stays uses may be neither replaced nor deleted;
 * - where other changes are held back with the refused one, nor may what it refers to or is referred to by change;
 * - nothing can refer to what is not created.
 */
export function heldBackBy(
  decisions: readonly Decision[],
  refusals: readonly Impossibility[],
  held: ReadonlyMap<Address, HeldBack>,
  desired: ReadonlyMap<Address, Resource>,
): Map<Address, HeldBack> {
  const more = new Map<Address, HeldBack>()
  for (const { others = [], ...refusal } of refusals)
    if (refusal.blocks && !held.has(refusal.address))
      more.set(refusal.address, { refusal, holds: others.length > 0 ? ['used', 'users'] : [] })
  if (more.size > 0) return more
  const byAddress = new Map(decisions.map(decision => [decision.address, decision]))
  const add = (address: Address, because: HeldBack, holds: HeldBack['holds']): void => {
    const decision = byAddress.get(address)
    if (
      !decision?.resource ||
      ['none', 'adopt'].includes(decision.action) ||
      held.has(address) ||
      more.has(address)
    )
      return
    more.set(address, { refusal: following(decision, because.refusal), holds })
  }
  for (const [address, one] of held) {
    const before = byAddress.get(address)
    for (const used of before?.edges ?? [])
      if (byAddress.get(used.address)?.action === 'replace') add(used.address, one, [])
    if (one.holds.includes('used')) for (const used of usedBy(desired.get(address))) add(used, one, [])
  }
  for (const { address, resource } of decisions) {
    const because = usedBy(resource)
      .map(used => ({ one: held.get(used), exists: byAddress.has(used) }))
      .find(({ one, exists }) => one && (one.holds.includes('users') || !exists))
    if (because?.one) add(address, because.one, ['users'])
  }
  return more
}

/** The decision to leave what exists as it is, whatever else was decided about it. */
export function leftAsItIs(decision: Decision, found: AnyObserved): Decision {
  const { resource, changes } = decision
  const present = changes
    .filter(({ path }) => resource && path in resource.props)
    .map(({ path }) => [path, found.props[path]] as const)
  const { address, type, label, name, data, entry, observed, tags, edges, warnings, restored, takesOver } =
    decision
  return {
    address,
    type,
    label,
    name,
    data,
    entry,
    observed,
    tags,
    edges,
    ...(warnings && { warnings }),
    ...(restored && { restored }),
    ...(takesOver !== undefined && { takesOver }),
    action: 'none',
    changes: [],
    resource: resource && { ...resource, props: { ...resource.props, ...Object.fromEntries(present) } },
  }
}

function following({ address, label, observed }: Decision, { address: cause, hint }: Refusal): Refusal {
  return {
    address,
    message: observed
      ? `${label} stays as it is, because ${cause} does`
      : `${label} is not created, because ${cause} stays as it is`,
    hint,
    blocks: 'resource',
  }
}

function usedBy(resource: Resource | undefined): Address[] {
  if (!resource) return []
  return [
    ...referencesIn(resource.props).map(({ reference }) => reference),
    ...resource.after.map(({ address }) => address),
  ]
}
