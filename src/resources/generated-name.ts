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

/** The name itself, or its beginning and a hash of all of it. */
export function fit(name: string, limit: number): string {
  return name.length <= limit ? name : suffixed(name, name, limit)
}

/** The name for another resource beside the one that has it, the same for the same seed. */
export function besides({ value, limit }: Pick<GeneratedName, 'value' | 'limit'>, seed: string): string {
  return suffixed(value, seed, limit)
}

function suffixed(name: string, seed: string, limit: number): string {
  const hash = createHash('sha256').update(seed).digest('hex').slice(0, 6)
  return `${name.slice(0, limit - hash.length - 1).replace(/-+$/, '')}-${hash}`
}
