/** All rows of a list that AWS pages with `Marker` (RDS, ElastiCache). One call unless the account holds many. */
export async function listAll<Page extends { readonly Marker?: string | undefined }, Row>(
  describe: (from: { Marker?: string }) => Promise<Page>,
  rowsOf: (page: Page) => readonly Row[] | undefined,
): Promise<Row[]> {
  const rows: Row[] = []
  let from: { Marker?: string } | undefined = {}
  while (from) {
    const page: Page = await describe(from)
    rows.push(...(rowsOf(page) ?? []))
    from = page.Marker ? { Marker: page.Marker } : undefined
  }
  return rows
}
