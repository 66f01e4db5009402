export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined }

/** JSON with object keys sorted and undefined members dropped: equal values give equal text. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    member !== null && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(
          Object.entries(member)
            .filter(([, entry]) => entry !== undefined)
            .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
        )
      : member,
  )
}

/** The values in a stable order that does not depend on how they were listed. For props that AWS treats as sets. */
export function sorted<T>(values: readonly T[]): T[] {
  return values.toSorted((a, b) => {
    const [left, right] = [canonical(a), canonical(b)]
    return left < right ? -1 : left > right ? 1 : 0
  })
}

/** What a document inside a string says (task definitions, policies); any other value as it is. */
export function documentIn(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

/** Neither an object nor an array. */
export function isPlain(value: unknown): boolean {
  return typeof value !== 'object' || value === null
}

/** Every text in a value, at any depth. */
export function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : []
}
