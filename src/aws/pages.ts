import { ProvisionError } from '../errors.ts'

interface Page<Row> {
  readonly rows: readonly Row[] | undefined
  readonly next: string | undefined
}

/** More than any list that a stack could need; a thousand pages take minutes. */
const mostPages = 1000

/**
 * Every row of a paged list. AWS cuts pages as short as it likes; only a missing marker ends the list. Throws when a
 * marker comes back, or the list does not end: reading on would last for ever, and half a list looks like absence.
 */
export async function allPages<Row>(
  page: (marker: string | undefined) => Promise<Page<Row>>,
): Promise<Row[]> {
  const rows: Row[] = []
  const markers = new Set<string>()
  for (let marker: string | undefined; ;) {
    const { rows: found = [], next } = await page(marker)
    for (const row of found) rows.push(row)
    // Some services end the list with an empty marker.
    if (!next) return rows
    if (markers.has(next)) throw endless('came back to a page that it had given before')
    if (markers.size + 1 >= mostPages) throw endless(`has more than ${mostPages} pages`)
    markers.add(next)
    marker = next
  }
}

function endless(what: string): ProvisionError {
  return new ProvisionError({
    code: 'failed',
    message: `A list of AWS ${what}.`,
    hint: 'Run the same command again; if it happens again, the account holds more than can be listed',
  })
}
