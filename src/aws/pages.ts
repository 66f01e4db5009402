import { ProvisionError } from '../errors.ts'

interface Page<Row, Marker> {
  readonly rows: readonly Row[] | undefined
  /** Where the next page begins: a token, or whatever else the service goes on from. */
  readonly next: Marker | undefined
}

/** More than any list that a stack could need; a thousand pages take minutes. */
const mostPages = 1000

/**
 * Every row of a paged list. AWS cuts pages as short as it likes; only a missing marker ends the list. Throws when a
 * marker comes back, or the list does not end: reading on would last for ever, and half a list looks like absence.
 */
export async function allPages<Row, Marker = string>(
  page: (marker: Marker | undefined) => Promise<Page<Row, Marker>>,
): Promise<Row[]> {
  const rows: Row[] = []
  await eachPage<Marker>(async (marker, count) => {
    if (count > mostPages) throw endless(`has more than ${mostPages} pages`)
    const { rows: found = [], next } = await page(marker)
    for (const row of found) rows.push(row)
    return next
  })
  return rows
}

/**
 * Visits page after page, however many there are, until a visit names no next one. `count` is 1 for the first. Throws when
 * a marker comes back.
 */
export async function eachPage<Marker = string>(
  visit: (marker: Marker | undefined, count: number) => Promise<Marker | undefined>,
): Promise<void> {
  const markers = new Set<string>()
  for (let marker: Marker | undefined; ;) {
    const next = await visit(marker, markers.size + 1)
    // Some services end the list with an empty marker.
    if (!next) return
    const text = JSON.stringify(next)
    if (markers.has(text)) throw endless('came back to a page that it had given before')
    markers.add(text)
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
