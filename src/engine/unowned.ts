import { identityTags } from '../aws/tags.ts'
import type { AnyObserved, Decision, Plan } from '../plan/decision.ts'
import { isOurs, unownedRefusal } from '../plan/ownership.ts'
import type { Refusal } from '../plan/plan.ts'
import type { AnyKind, KindContext } from '../resources/kind.ts'
import type { Recorded } from '../state/entry.ts'
import type { KindOf } from './graph.ts'
import { throwingFailures } from './problem.ts'

interface Candidate {
  readonly decision: Decision
  readonly attributes: Recorded
  readonly props: Readonly<Record<string, unknown>>
}

/**
 * The plan, with a refusal for each thing that it would delete and that is not this stack's by the tags it carries in
 * AWS now. Where the look that the plan was made from has shown the tags, the plan itself has judged them; the others
 * are asked for here, all of a kind together. What AWS gives no tags stands inside of something that has been judged.
 */
export function refuseUnowned(plan: Plan, kindOf: KindOf, context: KindContext): Promise<Plan> {
  return throwingFailures(() => judged(plan, kindOf, context))
}

async function judged(plan: Plan, kindOf: KindOf, context: KindContext): Promise<Plan> {
  const byKind = new Map<AnyKind, Candidate[]>()
  for (const decision of plan.decisions) {
    const kind = kindOf(decision.type)
    if (kind.ownership !== 'tags') continue
    byKind.set(kind, [...(byKind.get(kind) ?? []), ...candidatesIn(decision)])
  }
  const refusals = await Promise.all(
    [...byKind].map(async ([kind, candidates]) => {
      if (candidates.length === 0) return []
      const requests = candidates.map(({ decision: { address }, attributes, props }) => {
        const tags = identityTags(plan.identity, plan.lineage, address)
        return { address, attributes, props, tags, tagsToo: true as const }
      })
      const found = await kind.read(requests, context)
      return candidates.flatMap(({ decision }, index) =>
        refusalOf(decision, kind, found[index] as AnyObserved | undefined, requests[index]!.tags),
      )
    }),
  )
  return { ...plan, refusals: [...plan.refusals, ...refusals.flat()] }
}

function candidatesIn(decision: Decision): Candidate[] {
  const { action, observed, entry } = decision
  const left = (entry?.deposed ?? []).map(({ attributes }) => ({ decision, attributes, props: {} }))
  const goes = action === 'delete' || action === 'replace'
  if (!goes || !observed || observed.tags) return left
  return [{ decision, attributes: observed.attributes as Recorded, props: observed.props }, ...left]
}

function refusalOf(
  decision: Decision,
  kind: AnyKind,
  found: AnyObserved | undefined,
  own: Candidate['decision']['tags'],
): Refusal[] {
  // Gone already.
  if (!found) return []
  const proven = (found.tags !== undefined || found.ours) && isOurs(found, decision.entry, kind, own, {})
  return proven ? [] : [unownedRefusal(decision, found.tags, own)]
}
