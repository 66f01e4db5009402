import { canonical } from '../resources/json.ts'
import type { AnyKind } from '../resources/kind.ts'
import type { Resource } from '../resources/resource.ts'
import type { LedgerContent } from '../state/entry.ts'

/**
 * The wish, with what the config has named before and names no more asked to go where the kind says that it can. What
 * was never named stays somebody else's.
 */
export function withWithdrawn(
  desired: readonly Resource[],
  ledger: LedgerContent | undefined,
  kindOf: (type: string) => AnyKind,
): readonly Resource[] {
  return desired.map(resource => {
    const entry = ledger?.entries.get(resource.address)
    if (!entry || entry.type !== resource.type || !('props' in entry)) return resource
    const withdrawn = Object.entries(kindOf(resource.type).withdrawn ?? {}).filter(
      ([name, without]) =>
        resource.props[name] === undefined &&
        entry.props[name] !== undefined &&
        // It has gone by now, unless the run that asked for it was cut off.
        (entry.status !== 'ready' || canonical(entry.props[name]) !== canonical(without)),
    )
    if (withdrawn.length === 0) return resource
    return { ...resource, props: { ...resource.props, ...Object.fromEntries(withdrawn) } }
  })
}
