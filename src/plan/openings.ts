import type { AnyKind, Opening } from '../resources/kind.ts'
import type { Decision } from './decision.ts'

/** The decisions, each with the ports that it opens to addresses: what is open by then and is not so far. */
export function withOpenings(
  decisions: readonly Decision[],
  kindOf: (type: string) => AnyKind,
): readonly Decision[] {
  return decisions.map(decision => {
    const opens = openedBy(decision, kindOf(decision.type))
    return opens.length > 0 ? { ...decision, opens } : decision
  })
}

function openedBy({ observed, changes }: Decision, { opens }: AnyKind): readonly Opening[] {
  if (!opens || changes.length === 0) return []
  const before = observed?.props ?? {}
  const after = { ...before, ...Object.fromEntries(changes.map(change => [change.path, change.after])) }
  const known = new Set(opens(before).map(keyOf))
  return opens(after).filter(opening => !known.has(keyOf(opening)))
}

function keyOf({ port, to }: Opening): string {
  return `${port} ${to}`
}
