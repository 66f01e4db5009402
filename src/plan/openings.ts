import type { AnyKind, Opening } from '../resources/kind.ts'
import type { Decision } from './decision.ts'
import type { OpenedPort } from './plan.ts'

/** The ports that a plan opens to addresses: what is open by then and is not so far. */
export function openingsIn(
  decisions: readonly Decision[],
  kindOf: (type: string) => AnyKind,
): readonly OpenedPort[] {
  return decisions.flatMap(({ address, type, observed, changes }) => {
    const opens = kindOf(type).opens
    if (!opens || changes.length === 0) return []
    const before = observed?.props ?? {}
    const after = { ...before, ...Object.fromEntries(changes.map(change => [change.path, change.after])) }
    const known = new Set(opens(before).map(keyOf))
    return opens(after)
      .filter(opening => !known.has(keyOf(opening)))
      .map(({ port, to }) => ({ address, port, to }))
  })
}

function keyOf({ port, to }: Opening): string {
  return `${port} ${to}`
}
