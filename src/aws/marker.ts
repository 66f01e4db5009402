import { allPages } from './pages.ts'

/** All rows of a list that AWS pages with `Marker` (RDS, ElastiCache). One call unless the account holds many. */
export function listAll<Page extends { readonly Marker?: string | undefined }, Row>(
  describe: (from: { Marker?: string }) => Promise<Page>,
  rowsOf: (page: Page) => readonly Row[] | undefined,
): Promise<Row[]> {
  return allPages(async marker => {
    const page = await describe(marker === undefined ? {} : { Marker: marker })
    return { rows: rowsOf(page), next: page.Marker }
  })
}
