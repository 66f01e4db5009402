/** The base with the overlay's values in it: objects are merged, everything else is replaced, null removes. */
export function overlaid(base: unknown, overlay: unknown): unknown {
  if (!isRecord(base) || !isRecord(overlay)) return isRecord(overlay) ? overlaid({}, overlay) : overlay
  const merged = new Map(Object.entries(base))
  for (const [key, value] of Object.entries(overlay)) {
    if (value === null) merged.delete(key)
    else merged.set(key, overlaid(merged.get(key), value))
  }
  return Object.fromEntries(merged)
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
