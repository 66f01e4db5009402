import { sorted } from '../resources/json.ts'

/** RDS and ElastiCache lower-case every name and window. What AWS will only give later passes unchanged. */
export function lowerCased<T extends string | undefined>(value: T): T {
  return (typeof value === 'string' ? value.toLowerCase() : value) as T
}

/** Members in the order that `read` gives them. What AWS will only give later passes unchanged. */
export function asSet(values: readonly string[]): readonly string[] {
  return Array.isArray(values) ? sorted(values) : values
}
