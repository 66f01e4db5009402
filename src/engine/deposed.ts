import type { Decision } from '../plan/decision.ts'
import { leftAt, leftIn } from '../plan/leftovers.ts'
import type { Deposed, Entry, Recorded } from '../state/entry.ts'
import type { RunOptions } from './run-plan.ts'

/** An address at which something has been left. */
export interface Left extends Decision {
  readonly left: readonly Deposed[]
}

/**
 * What replacements, of this run or an earlier one, have left behind and is still to be deleted. Never what is in use:
 * where only that is left, the ledger forgets it.
 */
export function deposedIn({ plan, ledger }: RunOptions): Left[] {
  const entries = ledger.content?.entries
  return plan.decisions.flatMap(decision => {
    const { address, action, observed } = decision
    const entry = entries?.get(address)
    if (!entry || action === 'delete') return []
    const replaced = action === 'create' || action === 'replace'
    const left = [
      'attributes' in entry ? entry.attributes : undefined,
      // A release may have gone back to what is recorded as left.
      replaced ? undefined : observed?.attributes,
    ].reduce<readonly Deposed[]>((some, current) => leftAt(some, current), entry.deposed)
    if (entry.deposed.length === 0) return []
    return [{ ...decision, left, edges: left.flatMap(({ dependsOn }) => dependsOn) }]
  })
}

/** The old making, where old and new stand side by side until everything has moved over. What others have made stays. */
export function deposedBy(
  { action, observed, edges, makesRoom }: Decision,
  entry: Entry | undefined,
): readonly Deposed[] {
  const before = action === 'replace' ? leftIn(entry, observed?.attributes) : (entry?.deposed ?? [])
  if (action !== 'replace' || makesRoom || !observed || observed.madeByOthers) return before
  return [...before, { attributes: observed.attributes as Recorded, dependsOn: edges }]
}
