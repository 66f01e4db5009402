import { sorted } from '../resources/json.ts'

/** RDS and ElastiCache lower-case every name and window. What AWS will only give later passes unchanged. */
export function lowerCased<T extends string | undefined>(value: T): T {
  return (typeof value === 'string' ? value.toLowerCase() : value) as T
}

/** The longest beginning that both share. */
export function commonPrefix(a: string, b: string): string {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return a.slice(0, length)
}

/** Members in the order that `read` gives them. What AWS will only give later passes unchanged. */
export function asSet(values: readonly string[]): readonly string[] {
  return Array.isArray(values) ? sorted(values) : values
}
