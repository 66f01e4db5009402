interface Page<Row> {
  readonly rows: readonly Row[] | undefined
  readonly next: string | undefined
}

/** Every row of a paged list. AWS cuts pages as short as it likes; only a missing marker ends the list. */
export async function allPages<Row>(
  page: (marker: string | undefined) => Promise<Page<Row>>,
): Promise<Row[]> {
  const rows: Row[] = []
  let marker: string | undefined
  do {
    const { rows: found = [], next } = await page(marker)
    rows.push(...found)
    // Some services end the list with an empty marker.
    marker = next || undefined
  } while (marker !== undefined)
  return rows
}
