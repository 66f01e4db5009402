import { canonical } from '../resources/json.ts'
import type { Deposed, Entry } from '../state/entry.ts'
import type { Decision } from './decision.ts'
import type { Leftover } from './plan.ts'

type Attributes = Readonly<Record<string, unknown>>

/** True when both are of one resource: by their ARN, or else by all of them. */
export function areOfOne(a: Attributes, b: Attributes): boolean {
  return 'arn' in a && 'arn' in b ? a['arn'] === b['arn'] : canonical(a) === canonical(b)
}

/** What people find it by. */
export function idOf(attributes: Attributes): string {
  return String(attributes['arn'] ?? Object.values(attributes)[0] ?? '')
}

/** What earlier replacements have left at an address and is still to be deleted. Never what is in use now. */
export function leftAt<T extends { readonly attributes: Attributes }>(
  deposed: readonly T[],
  current: Attributes | undefined,
): readonly T[] {
  return current ? deposed.filter(({ attributes }) => !areOfOne(attributes, current)) : deposed
}

/** True when what is in use is one of those: the run that was to replace it has failed before anything used the new one. */
export function isUsedAgain(entry: Entry | undefined, used: Attributes | undefined): boolean {
  return used !== undefined && (entry?.deposed ?? []).some(({ attributes }) => areOfOne(attributes, used))
}

/** All that is still to be deleted where `used` is in use; what has been recorded as current, too, when that is another. */
export function leftIn(entry: Entry | undefined, used: Attributes | undefined): readonly Deposed[] {
  const left = leftAt(entry?.deposed ?? [], used)
  if (!entry || !('attributes' in entry) || !isUsedAgain(entry, used)) return left
  const { attributes, dependsOn } = entry
  return leftAt([...left, { attributes, dependsOn }], used)
}

/** All of that, address by address. */
export function leftoversIn(decisions: readonly Decision[]): readonly Leftover[] {
  return decisions.flatMap(({ address, type, label, entry, observed }) =>
    leftIn(entry, observed?.attributes).map(({ attributes }) => ({
      address,
      type,
      label,
      id: idOf(attributes),
    })),
  )
}
