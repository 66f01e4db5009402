import { meaningOf, orAbsent } from '../aws/errors.ts'
import type { Decision, Plan } from '../plan/decision.ts'
import type { Unmanaged } from '../plan/unmanaged.ts'
import { unmanagedIn } from '../plan/unmanaged.ts'
import type { Addition, Seen } from '../resources/additions.ts'
import type { KindContext } from '../resources/kind.ts'
import { canonical } from '../resources/json.ts'
import type { KindOf } from './graph.ts'
import { throwingFailures } from './problem.ts'

type Looking = Extract<Addition<Record<string, unknown>, Record<string, unknown>>, { seen: 'by looking' }>

/**
 * What others have added to the resources of a plan: what its reads have shown, and what takes a look of its own. The
 * looks cost calls that only somebody who reads the plan needs, so a run by itself does without them.
 */
export function lookForUnmanaged(plan: Plan, kindOf: KindOf, context: KindContext): Promise<Unmanaged[]> {
  return throwingFailures(async () => {
    const looks = plan.decisions.flatMap(decision =>
      additionsOf(decision, kindOf).map(async addition => ({
        decision,
        lines: await linesOf(decision, addition, plan, context),
      })),
    )
    const looked = (await Promise.all(looks)).flatMap(({ decision: { address }, lines }) =>
      lines.map(what => ({ address, what })),
    )
    const order = new Map(plan.decisions.map(({ address }, index) => [address, index]))
    return [...unmanagedIn(plan.decisions), ...looked].toSorted(
      (a, b) => (order.get(a.address) ?? 0) - (order.get(b.address) ?? 0),
    )
  })
}

function additionsOf({ type, observed }: Decision, kindOf: KindOf): Looking[] {
  const additions = (observed && kindOf(type).additions) ?? []
  return additions.filter((one): one is Looking => one.rule === 'left alone' && one.seen === 'by looking')
}

async function linesOf(
  { observed }: Decision,
  { look, what }: Looking,
  plan: Plan,
  context: KindContext,
): Promise<string[]> {
  try {
    // Gone since the read.
    const seen = (await orAbsent(look(observed!.attributes, context))) ?? []
    return seen.filter(one => !isKnown(one, plan)).map(({ line }) => line)
  } catch (error) {
    // Whoever may not look may still run the plan.
    if (meaningOf(error) !== 'denied') throw error
    return [`${what} of others are not shown: to read them is not allowed`]
  }
}

/** True when a resource of the stack is what was seen, or an earlier making of one that is still to be removed. */
function isKnown({ is }: Seen, { decisions }: Plan): boolean {
  if (!is) return false
  const matches = (attributes: Readonly<Record<string, unknown>> | undefined) =>
    attributes !== undefined &&
    Object.entries(is).every(([name, value]) => canonical(attributes[name]) === canonical(value))
  return decisions.some(
    ({ observed, entry }) =>
      matches(observed?.attributes) || (entry?.deposed ?? []).some(({ attributes }) => matches(attributes)),
  )
}
