import type { Address } from '../resources/address.ts'
import { isUnknown, referencesIn } from '../resources/reference.ts'
import type { Decision, Plan } from './decision.ts'
import { driftIn } from './drift.ts'

/**
 * Of a plan for `asLastRun`, the part that takes drift back, all of it or that at the wanted addresses. What has to be
 * made anew brings with it what it stands on and what refers to it. Nothing else is touched: what an earlier run has left
 * unfinished, what the config has changed, and what it no longer names, is for `up`.
 */
export function repairOf(plan: Plan, wanted?: ReadonlySet<Address>): Plan {
  const drifted = new Set(driftIn(plan).map(({ address }) => address))
  const repairable = plan.decisions.filter(
    ({ action, entry }) => entry?.status === 'ready' && ['create', 'update', 'replace'].includes(action),
  )
  const taken = new Set<Address>()
  let news = repairable.filter(({ address }) => drifted.has(address) && (wanted?.has(address) ?? true))
  while (news.length > 0) {
    for (const { address } of news) taken.add(address)
    news = repairable.filter(
      one =>
        !taken.has(one.address) &&
        (awaited(one).some(address => taken.has(address)) || isStoodOn(one, repairable, taken)),
    )
  }
  return {
    ...plan,
    decisions: plan.decisions.flatMap((decision): Decision[] => {
      if (taken.has(decision.address)) return [decision]
      const { opens: _, ...left } = decision
      return left.observed && left.resource ? [{ ...left, action: 'none', changes: [] }] : []
    }),
    refusals: plan.refusals.filter(({ address }) => taken.has(address)),
  }
}

/** Whose new attributes its changes wait for. */
function awaited({ changes }: Decision): Address[] {
  return changes.flatMap(({ after }) => unknownIn(after))
}

function unknownIn(value: unknown): Address[] {
  // `network/vpc.vpcId`: an attribute has no dot in it.
  if (isUnknown(value)) return [value.unknown.slice(0, value.unknown.lastIndexOf('.'))]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(unknownIn)
}

function isStoodOn(
  { address, action }: Decision,
  all: readonly Decision[],
  taken: ReadonlySet<Address>,
): boolean {
  if (action === 'update') return false
  return all.some(
    ({ address: user, resource }) =>
      taken.has(user) &&
      [
        ...referencesIn(resource?.props),
        ...(resource?.after ?? []).map(after => ({ reference: after.address })),
      ].some(({ reference }) => reference === address),
  )
}
