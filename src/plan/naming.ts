import { hasUnknown } from '../resources/reference.ts'
import type { Entry } from '../state/entry.ts'
import type { AnyObserved } from './decision.ts'

/** What people know a resource by: its name tag, or else its id. */
export function nameIn(found: AnyObserved | undefined, entry: Entry | undefined): string | undefined {
  const attributes = found?.attributes ?? (entry && 'attributes' in entry ? entry.attributes : undefined)
  const first = Object.values(attributes ?? {})[0]
  return found?.tags?.['Name'] ?? (typeof first === 'string' && !hasUnknown(first) ? first : undefined)
}
