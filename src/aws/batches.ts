/** The values in as many lists as it takes when AWS takes only so many in one call. */
export function batchesOf<T>(values: readonly T[], atOnce: number): T[][] {
  return Array.from({ length: Math.ceil(values.length / atOnce) }, (_, index) =>
    values.slice(index * atOnce, (index + 1) * atOnce),
  )
}
