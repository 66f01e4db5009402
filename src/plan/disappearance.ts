import type { Situation } from './decision.ts'
import type { Refusal } from './plan.ts'

/**
 * Refuses a plan when AWS shows little of what the ledger knows: far likelier than so many deletions by hand are
 * credentials that may not see it, or answers that leave it out. More than one, and a third or more, is much.
 */
export function massDisappearance({ ledger, observed, acceptMissing }: Situation): Refusal[] {
  if (acceptMissing) return []
  const recorded = [...(ledger?.entries.values() ?? [])].filter(
    ({ status }) => status !== 'creating' && status !== 'deleting',
  )
  const missing = recorded.filter(({ address }) => !observed.has(address))
  const [first] = missing
  if (!first || missing.length === 1 || missing.length * 3 < recorded.length) return []
  return [
    {
      address: first.address,
      message: `AWS does not show ${missing.length} of the ${recorded.length} resources that the ledger knows`,
      hint: 'check account, region and permissions; if they really are gone, say so with --accept-missing',
    },
  ]
}
