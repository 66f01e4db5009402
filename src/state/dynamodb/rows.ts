import { z } from 'zod'
import { ProvisionError } from '../../errors.ts'
import { canonical } from '../../resources/json.ts'
import type { Address } from '../../resources/address.ts'
import type { Entry, LedgerContent, LedgerHeader } from '../entry.ts'
import { sha256 } from '../json/base.ts'
import type { LockHolder, RunRecord } from '../ledger.ts'
import { historyLength } from '../ledger.ts'
import type { Release } from '../release.ts'
import { entrySchema, headerSchema, holderSchema, releasesSchema, runSchema } from '../schema.ts'
import type { Row } from './table.ts'
import { limits } from './table.ts'

/** The rows of a ledger, in the order in which a query gives them. */
export const rowNames = {
  header: '#header',
  lock: '#lock',
  entries: 'entry ',
  releases: 'release ',
  runs: 'run ',
} as const

/** Just after every row with this prefix. */
export const after = (prefix: string) => `${prefix}\uffff`

/** Who holds the lock. The row is never removed, so that its epoch never decreases. */
export interface LockRow {
  readonly id: string
  /** Raised whenever the lock is taken. */
  readonly epoch: number
  /** Raised by every write of the holder, and every few seconds when it has nothing to write. */
  readonly beat: number
  readonly held: boolean
  /** Milliseconds without a beat after which anyone may take the lock. */
  readonly lease: number
  readonly holder: LockHolder
}

export function lockRow(ledger: string, { holder, ...rest }: LockRow): Row {
  return { ledger, row: rowNames.lock, ...rest, holder: JSON.stringify(holder) }
}

export function lockOf(row: Row): LockRow {
  const { id, epoch, beat, held, lease, holder } = row
  const parsed = lockSchema.safeParse({ id, epoch, beat, held, lease, holder: parseJson(holder) })
  if (parsed.success) return parsed.data
  throw new ProvisionError({
    code: 'locked',
    message: `The lock of the ledger ${row.ledger} does not say who holds it.`,
    hint: `Make sure that no run is going on, then remove its row ${rowNames.lock} from the table`,
    cause: parsed.error,
  })
}

const lockSchema = z.object({
  id: z.string(),
  epoch: z.int(),
  beat: z.int(),
  held: z.boolean(),
  lease: z.number().positive(),
  holder: holderSchema,
})

/** `count` is the number of rows with entries and releases, so that a lost one is noticed. */
export function headerRow(ledger: string, header: LedgerHeader, serial: number, count: number): Row {
  const text = JSON.stringify(header)
  return {
    ledger,
    row: rowNames.header,
    header: text,
    serial,
    count,
    checksum: checksum(serial, count, text),
  }
}

/** Refuses what DynamoDB would refuse, before the AWS call whose intent it is. */
export function entryRow(ledger: string, entry: Entry, serial: number): Row {
  const text = JSON.stringify(entry)
  const size = Buffer.byteLength(text) + 1024
  if (size > limits.item)
    throw new ProvisionError({
      code: 'ledger',
      message: `The entry of ${entry.address} takes ${Math.ceil(size / 1024)} KB; a DynamoDB item holds at most 400 KB.`,
      hint: 'Make this resource smaller (documents inside its props), or keep this ledger in a file: ledger: file:PATH',
    })
  return {
    ...entryKey(ledger, entry.address),
    serial,
    entry: text,
    checksum: checksum(serial, entry.address, text),
  }
}

/** The releases of one service. They are bounded, and so is their row. */
export function releasesRow(
  ledger: string,
  service: string,
  releases: readonly Release[],
  serial: number,
): Row {
  const text = JSON.stringify(releases)
  const sum = checksum(serial, service, text)
  return { ...releasesKey(ledger, service), serial, releases: text, checksum: sum }
}

export function releasesKey(ledger: string, service: string) {
  return { ledger, row: `${rowNames.releases}${service}` }
}

export function entryKey(ledger: string, address: Address) {
  return { ledger, row: `${rowNames.entries}${address}` }
}

/** A ring: as epochs rise, the latest runs take the place of the oldest. */
export function runRow(ledger: string, epoch: number, run: RunRecord): Row {
  const place = String(epoch % historyLength).padStart(2, '0')
  return { ledger, row: `${rowNames.runs}${place}`, epoch, run: JSON.stringify(run) }
}

/** The latest first. Rows that cannot be read are left out: nothing depends on them. */
export function runsOf(rows: readonly Row[]): RunRecord[] {
  return rows
    .toSorted((a, b) => Number(b['epoch']) - Number(a['epoch']))
    .flatMap(({ run }) => runSchema.safeParse(parseJson(run)).data ?? [])
}

/** The content that these rows hold. Rejects what was changed, lost or put there by hand. */
export function contentOf(rows: readonly Row[], location: string): LedgerContent | undefined {
  const header = rows.find(({ row }) => row === rowNames.header)
  const held = rows.filter(({ row }) => row.startsWith(rowNames.entries))
  const released = rows.filter(({ row }) => row.startsWith(rowNames.releases))
  const total = held.length + released.length
  if (!header) {
    if (total > 0) throw damagedRows(location, 'has entries but no header.')
    return undefined
  }
  const { serial, count, header: text, checksum: sum } = header
  refuseNewer(parseJson(text), location)
  const parsed = headerSchema.safeParse(parseJson(text))
  if (!parsed.success || typeof serial !== 'number' || sum !== checksum(serial, count, text))
    throw damagedRows(location, 'has a header that has been changed or damaged.')
  if (count !== total) throw damagedRows(location, `has ${total} entries, and ${String(count)} were written.`)
  const named = <T>(row: Row, prefix: string, member: string, schema: z.ZodType<T>) => {
    const name = row.row.slice(prefix.length)
    const value = schema.safeParse(parseJson(row[member]))
    const whole =
      Number(row['serial']) <= serial && row['checksum'] === checksum(row['serial'], name, row[member])
    if (!whole || !value.success)
      throw damagedRows(location, `has a row for ${name} that has been changed or damaged.`)
    return [name, value.data] as const
  }
  const entries = new Map(held.map(row => named(row, rowNames.entries, 'entry', entrySchema)))
  const releases = released.map(row => named(row, rowNames.releases, 'releases', releasesSchema))
  return {
    header: parsed.data,
    serial,
    entries,
    ...(releases.length > 0 && { releases: Object.fromEntries(releases) }),
  }
}

function refuseNewer(header: unknown, location: string): void {
  const { format, tool } = (header ?? {}) as { readonly format?: unknown; readonly tool?: unknown }
  if (typeof format === 'number' && format > 1)
    throw damagedRows(location, `has format ${format}, written by a newer provision (${String(tool)}).`)
}

function damagedRows(location: string, what: string): ProvisionError {
  return new ProvisionError({
    code: 'ledger',
    message: `The ledger ${location} ${what}`,
    hint: 'Restore the table to an earlier moment (point-in-time recovery), or run: provision ledger rebuild',
  })
}

function checksum(...parts: readonly unknown[]): string {
  return sha256(canonical(parts))
}

function parseJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text))
  } catch {
    return undefined
  }
}
