import { canonical } from '../resources/json.ts'
import type { AnyKind } from '../resources/kind.ts'
import type { Resource } from '../resources/resource.ts'
import type { Withdrawn } from '../resources/withdrawal.ts'
import type { Entry, LedgerContent, Recorded } from '../state/entry.ts'

/** A prop that the last run named and the config names no more. */
interface Removed {
  readonly name: string
  readonly last: unknown
  readonly effect: Withdrawn<unknown>
}

/**
 * The desired state, with AWS's default in the place of what the config named before and names no more. What was never
 * named stays somebody else's.
 */
export function withWithdrawn(
  desired: readonly Resource[],
  ledger: LedgerContent | undefined,
  kindOf: (type: string) => AnyKind,
): readonly Resource[] {
  return desired.map(resource => {
    const entry = ledger?.entries.get(resource.address)
    const restored = removedFrom(resource, kindOf(resource.type), entry).flatMap(({ name, last, effect }) =>
      // It has gone by now, unless the run that asked for it was interrupted.
      'becomes' in effect && (entry?.status !== 'ready' || canonical(last) !== canonical(effect.becomes))
        ? [[name, effect.becomes] as const]
        : [],
    )
    if (restored.length === 0) return resource
    return { ...resource, props: { ...resource.props, ...Object.fromEntries(restored) } }
  })
}

/** For each prop whose last value stays although the config names it no more: that it does, why, and what to write. */
export function notesOn(resource: Resource, kind: AnyKind, entry: Entry | undefined): string[] {
  return removedFrom(resource, kind, entry).flatMap(({ name, last, effect }) => {
    if (!('stays' in effect)) return []
    const { stays, option = name } = effect
    const path = resource.origin === undefined ? option : `${resource.origin}.${option}`
    const value = typeof last === 'string' ? last : canonical(last)
    return [`${name} stays ${value}: ${stays}; to change it, write ${path}`]
  })
}

function removedFrom(resource: Resource, { withdrawn = {} }: AnyKind, entry: Entry | undefined): Removed[] {
  if (!entry || entry.type !== resource.type || !('props' in entry)) return []
  const before: Recorded = entry.props
  return Object.entries(withdrawn).flatMap(([name, effect]) => {
    const last = before[name]
    if (resource.props[name] !== undefined || last === undefined) return []
    return [{ name, last, effect: typeof effect === 'function' ? effect(resource.props, before) : effect }]
  })
}
