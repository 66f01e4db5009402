import { createHash } from 'node:crypto'
import { canonical } from '../../resources/json.ts'
import type { LedgerContent } from '../entry.ts'
import { damaged } from './damage.ts'
import { baseSchema } from './schema.ts'

/** The whole content as pretty JSON, the same content always as the same bytes. */
export function baseText({ header, serial, entries, releases }: LedgerContent): string {
  const byName = <T>(named: Iterable<[string, T]>) => [...named].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const body = {
    ...header,
    serial,
    entries: Object.fromEntries(byName(entries)),
    ...(releases && { releases: Object.fromEntries(byName(Object.entries(releases))) }),
  }
  return `${JSON.stringify({ ...body, checksum: sha256(canonical(body)) }, null, 2)}\n`
}

export function parseBase(text: string, path: string): LedgerContent {
  if (text.trim() === '') throw damaged(path, 'is empty.')
  const value = parseObject(text, path)
  refuseNewer(value, path)
  const { checksum, ...body } = value
  if (checksum !== sha256(canonical(body)))
    throw damaged(path, 'has been changed or damaged: its checksum is wrong.')
  const parsed = baseSchema.safeParse(value)
  if (!parsed.success) throw damaged(path, 'does not hold what a ledger holds.', parsed.error)
  const { serial, entries, releases, checksum: _, ...header } = parsed.data
  for (const [address, entry] of Object.entries(entries))
    if (entry.address !== address)
      throw damaged(path, `keeps the entry of ${entry.address} under ${address}.`)
  return { header, serial, entries: new Map(Object.entries(entries)), ...(releases && { releases }) }
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function parseObject(text: string, path: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw damaged(path, 'is cut off or is not JSON.', cause)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw damaged(path, 'is not a ledger.')
  return value as Record<string, unknown>
}

function refuseNewer({ format, tool }: Record<string, unknown>, path: string): void {
  if (typeof format === 'number' && format > 1)
    throw damaged(path, `has format ${format}, written by a newer provision (${String(tool)}).`)
}
