/** The only source of chance. */
export interface Random {
  /** Uniform in [0, 1). */
  number(): number
  /** A version 4 UUID. */
  uuid(): string
}

export const realRandom: Random = {
  number: () => crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32,
  uuid: () => crypto.randomUUID(),
}

/** A reproducible source (mulberry32): the same seed gives the same sequence. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const number = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const hex = (length: number) =>
    Array.from({ length }, () => Math.floor(number() * 16).toString(16)).join('')
  return { number, uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}` }
}
