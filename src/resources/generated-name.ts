import { createHash } from 'node:crypto'

/**
 * A name that the tool generated. Steps put it where AWS takes a name; a resource that exists keeps the name it has,
 * whatever would be generated today.
 */
export class GeneratedName {
  readonly value: string
  /** The longest that AWS takes, in characters. */
  readonly limit: number

  constructor(value: string, limit: number) {
    this.value = value
    this.limit = limit
  }

  toString(): string {
    return this.value
  }
}

/** As a `GeneratedName`, where AWS takes a number. */
export class GeneratedNumber {
  readonly value: number
  /** What the next one has that is made beside the one with `value`: nothing else of the stack is generated with it. */
  readonly other: number

  constructor(value: number, other: number) {
    this.value = value
    this.other = other
  }
}

export type Generated = GeneratedName | GeneratedNumber

export function isGenerated(value: unknown): value is Generated {
  return value instanceof GeneratedName || value instanceof GeneratedNumber
}

/** The name itself, or its beginning and a hash of all of it. */
export function fit(name: string, limit: number): string {
  return name.length <= limit ? name : suffixed(name, name, limit)
}

/** The name or number for another resource beside the one that has it, the same for the same seed. */
export function besides(generated: Generated, seed: string): string | number {
  return generated instanceof GeneratedNumber
    ? generated.other
    : suffixed(generated.value, seed, generated.limit)
}

function suffixed(name: string, seed: string, limit: number): string {
  const hash = createHash('sha256').update(seed).digest('hex').slice(0, 6)
  return `${name.slice(0, limit - hash.length - 1).replace(/-+$/, '')}-${hash}`
}
