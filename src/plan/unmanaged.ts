import { isOwnTag, isTagOfAws } from '../aws/tags.ts'
import type { Address } from '../resources/address.ts'
import type { Decision } from './decision.ts'

/** Something that others have added to a resource of the stack, or put in its place. It is shown and left alone. */
export interface Unmanaged {
  readonly address: Address
  readonly what: string
}

/** What the reads of a plan have shown of what others have added. */
export function unmanagedIn(decisions: readonly Decision[]): Unmanaged[] {
  return decisions.flatMap(decision => {
    const { address, observed } = decision
    if (!observed) return []
    const tags = tagsOfOthers(decision)
    const [id] = Object.values(observed.attributes)
    return [
      ...(observed.madeByOthers ? [`registered by others, and used instead: ${String(id)}`] : []),
      ...(observed.unmanaged ?? []),
      ...(tags.length > 0 ? [`tags ${tags.join(', ')}`] : []),
    ].map(what => ({ address, what }))
  })
}

/** Not those of what others have made: none of its tags is the stack's. */
function tagsOfOthers({ observed, entry, tags }: Decision): string[] {
  if (!observed?.tags || observed.madeByOthers) return []
  const recorded = entry && 'tags' in entry ? entry.tags : {}
  return Object.keys(observed.tags)
    .filter(key => !(key in tags) && !(key in recorded) && !isTagOfAws(key) && !isOwnTag(key))
    .toSorted()
}
