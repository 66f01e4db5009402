import type { Address } from '../resources/address.ts'
import { stringsIn } from '../resources/json.ts'
import type { Held } from '../resources/kind.ts'
import type { Decision, Plan } from './decision.ts'
import { keptFor } from './keep.ts'

/** The plan, without the deletions of what still holds something that neither belongs to the stack nor goes with it. */
export function heldKept(plan: Plan, held: ReadonlyMap<Address, readonly Held[]>): Plan {
  if (held.size === 0) return plan
  const going = plan.decisions.flatMap(goingIn)
  const decisions = plan.decisions.map((decision): Decision => {
    const foreign = (held.get(decision.address) ?? []).filter(
      ({ is }) => !is || !going.some(strings => is.every(one => strings.has(one))),
    )
    if (foreign.length === 0) return decision
    const what = [...new Set(foreign.map(one => one.what))].join(' and ')
    const { snapshot: _, recoverable: __, ...kept } = decision
    return { ...kept, action: 'keep', reason: `it still holds ${what}`, consent: 'data' }
  })
  return { ...plan, decisions: keptFor(decisions) }
}

/** The attributes of what the plan deletes, leftovers of earlier replacements among it. */
function goingIn({ action, observed, entry }: Decision): ReadonlySet<string>[] {
  const left = (entry?.deposed ?? []).map(({ attributes }) => new Set(stringsIn(attributes)))
  return action === 'delete' && observed ? [new Set(stringsIn(observed.attributes)), ...left] : left
}
