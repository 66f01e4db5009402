/** One page of a list that AWS pages with `Marker`. */
export function pageOf<Row>(
  rows: readonly Row[],
  {
    Marker,
    MaxRecords = 100,
  }: { readonly Marker?: string | undefined; readonly MaxRecords?: number | undefined },
): { readonly rows: Row[]; readonly Marker: string | undefined } {
  const start = Number(Marker ?? 0)
  const end = start + MaxRecords
  return { rows: rows.slice(start, end), Marker: end < rows.length ? String(end) : undefined }
}
