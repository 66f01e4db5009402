/** One number against its goal. Ratios and counts, so that a slow machine measures the same. */
export interface Measure {
  readonly name: string
  readonly value: number
  /** Undefined where the number is printed only beside others. */
  readonly goal: number | undefined
  readonly unit?: string
  readonly note?: string
}

export function holds({ value, goal }: Measure): boolean {
  return goal === undefined || value <= goal
}

export function rounded(value: number): number {
  return Number(value.toPrecision(4))
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}

export function grouped<T>(items: Iterable<T>, keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}
