import { meaningOf } from '../aws/errors.ts'
import type { Decision, Plan } from '../plan/decision.ts'
import { heldKept } from '../plan/held-data.ts'
import type { Address } from '../resources/address.ts'
import type { AnyKind, Held, KindContext } from '../resources/kind.ts'
import type { KindOf } from './graph.ts'
import { throwingFailures } from './problem.ts'

/**
 * The plan, in which what would be deleted if it were empty, and is not, is kept. A plan that deletes none of that kind
 * asks nothing.
 */
export function heldDataKept(plan: Plan, kindOf: KindOf, context: KindContext): Promise<Plan> {
  return throwingFailures(async () => {
    const byKind = new Map<AnyKind, Decision[]>()
    for (const decision of plan.decisions) {
      const kind = kindOf(decision.type)
      const { action, dataMayGo, observed } = decision
      if (!kind.holds || action !== 'delete' || dataMayGo || !observed) continue
      byKind.set(kind, [...(byKind.get(kind) ?? []), decision])
    }
    const held = await Promise.all([...byKind].map(([kind, going]) => heldBy(kind, going, context)))
    return heldKept(plan, new Map(held.flat()))
  })
}

async function heldBy(
  kind: AnyKind,
  going: readonly Decision[],
  context: KindContext,
): Promise<[Address, readonly Held[]][]> {
  try {
    const found = await kind.holds!(
      going.map(({ observed }) => observed!.attributes),
      context,
    )
    return going.map(({ address }, index) => [address, found[index] ?? []])
  } catch (error) {
    // Whoever may not look may still run the plan: AWS refuses to delete what is not empty.
    if (meaningOf(error) !== 'denied') throw error
    return []
  }
}
