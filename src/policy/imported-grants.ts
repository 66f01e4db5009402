import type { Resource } from '../resources/resource.ts'
import type { Entry } from '../state/entry.ts'
import { actions } from './actions.ts'
import { arnsOf } from './arns.ts'
import type { Scope } from './grants.ts'
import type { KindActions, Place } from './kind-actions.ts'
import type { Grant } from './statement.ts'

/**
 * Tagging and changing what was imported, and creating in it: by its name, or by the ids that AWS gave it. It carries no tag
 * of the stack at first, and what is created in it does not wait for that tag.
 */
export function importedGrants(
  entries: readonly Entry[],
  desired: readonly Resource[],
  scope: Scope,
): Grant[] {
  return entries.flatMap(entry => {
    if (!('retained' in entry) || !entry.retained || !('attributes' in entry)) return []
    const { arns, ours, tag, update }: KindActions = actions[entry.type as keyof typeof actions]
    const names = desired.flatMap(({ address, name }) => (address === entry.address ? (name ?? []) : []))
    const ids = Object.values(entry.attributes).filter(
      (value): value is string => typeof value === 'string' && /^[a-z]+-[0-9a-f]{8,}$/.test(value),
    )
    const resources = arns.flatMap(arn =>
      arn.includes('{name}')
        ? arnsOf(arn, names, scope)
        : ids.flatMap(id => arnsOf(arn.replace(/\*$/, id), [], scope)),
    )
    const tagging = tag.filter(action => /:(Add|Tag|Create)/.test(action))
    return ours === 'tag' && names.length + ids.length > 0 && tagging.length > 0
      ? [{ purpose: 'Imported', actions: [...tagging, ...update, ...besides(entry.type, scope)], resources }]
      : []
  })
}

/** What the stack's other resources need at one of this type. */
function besides(type: string, scope: Scope): string[] {
  return Object.entries<KindActions>(actions)
    .filter(([other]) => scope.has(other))
    .flatMap(([, { also = {}, create, createOn }]) => [
      ...Object.keys(also).filter(action => isAmong(type, also[action])),
      ...(isAmong(type, createOn) ? create : []),
    ])
}

function isAmong(type: string, places: readonly Place[] = []): boolean {
  return places.some(place => place === type)
}
