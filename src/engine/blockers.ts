import { meaningOf } from '../aws/errors.ts'
import type { Blocked, Own } from '../plan/blockers.ts'
import { blockedRefusals, ownerAmong, ownIn } from '../plan/blockers.ts'
import type { Decision, Plan } from '../plan/decision.ts'
import type { Blocker, Companion } from '../resources/blocker.ts'
import type { AnyKind, KindContext } from '../resources/kind.ts'
import type { Recorded } from '../state/entry.ts'
import type { KindOf } from './graph.ts'
import { throwingFailures } from './problem.ts'

interface Leaving {
  readonly decision: Decision
  readonly attributes: Recorded
  readonly left: boolean
}

/**
 * The plan, with a refusal for each thing in AWS that keeps what the plan would delete, and with the names of what goes
 * along. A plan that deletes nothing asks nothing.
 */
export function blockersRefused(plan: Plan, kindOf: KindOf, context: KindContext): Promise<Plan> {
  return throwingFailures(async () => {
    const byKind = new Map<AnyKind, Leaving[]>()
    for (const leaving of plan.decisions.flatMap(leavingIn)) {
      const kind = kindOf(leaving.decision.type)
      byKind.set(kind, [...(byKind.get(kind) ?? []), leaving])
    }
    const own = ownIn(plan.decisions)
    const [found, along] = await Promise.all([
      Promise.all([...byKind].map(([kind, leaving]) => blockedOf(kind, leaving, context))),
      Promise.all([...byKind].map(([kind, leaving]) => companionsOf(kind, leaving, context))),
    ])
    const companions = along.flat()
    const ids = new Set(companions.flatMap(({ all }) => all.map(({ id }) => id)))
    const blocked = await Promise.all(
      found
        .flat()
        .filter(({ blocker }) => !isPartOf(blocker, ids))
        .map(async one => {
          const blocker = await withOwner(one.blocker, own)
          return blocker ? [{ ...one, blocker }] : []
        }),
    )
    return {
      ...plan,
      decisions: plan.decisions.map(decision => {
        const names = companions
          .filter(({ address }) => address === decision.address)
          .flatMap(({ all }) => all.map(({ what }) => what))
        return names.length > 0 ? { ...decision, companions: names } : decision
      }),
      refusals: [...plan.refusals, ...blockedRefusals(blocked.flat(), own, plan.identity)],
    }
  })
}

/** True for the companions with these ids, and for what belongs to them. */
export function isPartOf({ id, owner }: Blocker, ids: ReadonlySet<string>): boolean {
  return ids.has(id) || (owner?.ids ?? []).some(one => ids.has(one))
}

/**
 * The blocker with its owner in AWS, where the stack does not explain it; undefined when it has no owner any more, and AWS
 * is about to remove it. Where AWS does not permit the question, its owner is taken to exist.
 */
export async function withOwner(blocker: Blocker, own: readonly Own[]): Promise<Blocker | undefined> {
  if (!blocker.release || ownerAmong(blocker, own)) return blocker
  try {
    const owner = await blocker.release.owner()
    return owner && { ...blocker, owner }
  } catch (error) {
    if (meaningOf(error) !== 'denied') throw error
    return blocker
  }
}

function leavingIn(decision: Decision): Leaving[] {
  const { action, observed, entry } = decision
  const left = (entry?.deposed ?? []).map(({ attributes }) => ({ decision, attributes, left: true }))
  const goes = action === 'delete' || action === 'replace'
  if (!goes || !observed) return left
  return [{ decision, attributes: observed.attributes as Recorded, left: false }, ...left]
}

async function blockedOf(
  kind: AnyKind,
  leaving: readonly Leaving[],
  context: KindContext,
): Promise<Blocked[]> {
  if (!kind.blockers) return []
  const found = await kind.blockers(
    leaving.map(({ attributes }) => attributes),
    context,
  )
  return leaving.flatMap(({ decision: { address, label, name }, left }, index) =>
    (found[index] ?? []).map(blocker => ({ address, label, name, left, blocker })),
  )
}

async function companionsOf(
  kind: AnyKind,
  leaving: readonly Leaving[],
  context: KindContext,
): Promise<{ readonly address: string; readonly all: readonly Companion[] }[]> {
  if (!kind.companions) return []
  const found = await kind.companions(
    leaving.map(({ attributes }) => attributes),
    context,
  )
  return leaving.map(({ decision: { address } }, index) => ({ address, all: found[index] ?? [] }))
}
