import type { Address } from '../resources/address.ts'
import type { AnyKind } from '../resources/kind.ts'
import type { AnyObserved, Decision } from './decision.ts'

export interface Consent {
  /** `keep`: nothing that holds data goes. `snapshot`: what AWS can snapshot goes after a final one. `go`: let go. */
  readonly data: 'keep' | 'snapshot' | 'go'
  /** Given for what was imported, unless the user has let it go. */
  readonly imported?: 'keep' | undefined
}

/** Why a resource stays, and by which consent of the user it goes. */
export type Kept = Pick<Decision, 'reason' | 'consent'>

/** Why a resource that would be deleted stays; undefined when it may go. */
export function whyKept(
  kind: AnyKind,
  { props }: AnyObserved,
  { data, imported }: Consent,
): Kept | undefined {
  if (imported === 'keep') return { reason: 'it was imported', consent: 'imported' }
  if (kind.data && data === 'go') return undefined
  if (isProtected(kind, props))
    return {
      reason: 'its deletion protection is on',
      ...(kind.data && { consent: 'data' }),
    }
  if (kind.data === 'keep' || (kind.data === 'snapshot' && data === 'keep'))
    return { reason: 'it holds data', consent: 'data' }
  return undefined
}

/** What a resource uses (its subnets, its groups, their VPC) that is kept, or `heldBack`, is kept with it. */
export function keptFor(
  decisions: readonly Decision[],
  heldBack: ReadonlySet<Address> = new Set(),
): Decision[] {
  const byAddress = new Map<Address, Decision>(decisions.map(decision => [decision.address, decision]))
  const keepBelow = (address: Address, top: Address): void => {
    const isHeldBack = heldBack.has(top)
    for (const edge of byAddress.get(address)?.edges ?? []) {
      const below = byAddress.get(edge.address)
      // What stays as it is may still use what it was only given a copy of: a role, a secret.
      if (!(edge.holds || isHeldBack) || below?.action !== 'delete') continue
      byAddress.set(edge.address, {
        ...below,
        action: 'keep',
        reason: `it is in use by ${top}, which ${isHeldBack ? 'stays as it is' : 'is kept'}`,
      })
      keepBelow(edge.address, top)
    }
  }
  for (const { address, action } of decisions)
    if (action === 'keep' || heldBack.has(address)) keepBelow(address, address)
  return decisions.map(({ address }) => byAddress.get(address)!)
}

function isProtected({ protection }: AnyKind, props: AnyObserved['props']): boolean {
  return protection !== undefined && props[protection] === true
}
