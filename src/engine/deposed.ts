import type { Decision } from '../plan/decision.ts'
import { leftAt, leftIn } from '../plan/leftovers.ts'
import type { Deposed, Recorded } from '../state/entry.ts'
import type { RunOptions } from './run-plan.ts'

/** Makings that replacements, of this run or an earlier one, have left behind: still to be deleted. */
export function deposedIn({ plan, ledger }: RunOptions): Decision[] {
  const entries = ledger.content?.entries
  return plan.decisions.flatMap(decision => {
    const entry = entries?.get(decision.address)
    const left = leftAt(entry?.deposed ?? [], entry && 'attributes' in entry ? entry.attributes : undefined)
    return left.length === 0 || decision.action === 'delete'
      ? []
      : [{ ...decision, action: 'replace' as const, edges: left.flatMap(({ dependsOn }) => dependsOn) }]
  })
}

/** The old making, where old and new stand side by side until everything has moved over. What others have made stays. */
export function deposedBy({ action, entry, observed, edges, makesRoom }: Decision): readonly Deposed[] {
  const before = action === 'replace' ? leftIn(entry, observed?.attributes) : (entry?.deposed ?? [])
  if (action !== 'replace' || makesRoom || !observed || observed.madeByOthers) return before
  return [...before, { attributes: observed.attributes as Recorded, dependsOn: edges }]
}
