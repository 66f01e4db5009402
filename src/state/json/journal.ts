import { canonical } from '../../resources/json.ts'
import type { Address } from '../../resources/address.ts'
import type { Entry, LedgerContent } from '../entry.ts'
import type { Release } from '../release.ts'
import { replaced } from '../release.ts'
import { sha256 } from './base.ts'
import { damaged } from './damage.ts'
import { lineSchema } from './schema.ts'

/** What a write of the ledger changes. */
export type Change =
  | { readonly address: Address; readonly entry: Entry | null }
  | { readonly service: string; readonly releases: readonly Release[] }

type Write = Change & { readonly serial: number }

/** One write as a line of the journal. Its checksum covers that of the line before, so no line can go missing. */
export function journalLine(
  write: Write,
  previous: string,
): { readonly text: string; readonly checksum: string } {
  const checksum = chain(write, previous)
  return { text: `${JSON.stringify({ ...write, checksum })}\n`, checksum }
}

/** What the first line of a journal is chained to: lines of another life of the stack do not fit. */
export function chainStart(lineage: string): string {
  return sha256(lineage)
}

/** The base with the journal's later writes applied. Lines the base already holds are left from a compaction cut short. */
export function replay(base: LedgerContent, journal: string, path: string): LedgerContent {
  const entries = new Map(base.entries)
  let { serial, releases } = base
  let previous = chainStart(base.header.lineage)
  let last: number | undefined
  for (const text of acknowledged(journal, path)) {
    const write = parseLine(text, path)
    if (write.checksum !== chain(write, previous) || (last !== undefined && write.serial !== last + 1))
      throw damaged(path, 'has been changed or damaged: a checksum is wrong.')
    previous = write.checksum
    last = write.serial
    if (write.serial <= base.serial) continue
    if (write.serial !== serial + 1) throw damaged(path, 'does not continue the ledger beside it.')
    serial = write.serial
    if ('service' in write) releases = replaced(releases, write.service, write.releases)
    else if (write.entry) entries.set(write.address, write.entry)
    else entries.delete(write.address)
  }
  return { header: base.header, serial, entries, ...(releases && { releases }) }
}

function chain(write: Write, previous: string): string {
  const { serial } = write
  const what =
    'service' in write ? [{ service: write.service }, write.releases] : [write.address, write.entry]
  return sha256(canonical([previous, serial, ...what]))
}

function parseLine(text: string, path: string) {
  const parsed = lineSchema.safeParse(parseJson(text))
  if (!parsed.success) throw damaged(path, 'holds a line that is no write to a ledger.', parsed.error)
  const line = parsed.data
  if ('entry' in line && line.entry && line.entry.address !== line.address)
    throw damaged(path, `keeps the entry of ${line.entry.address} under ${line.address}.`)
  return line
}

/**
 * The lines that were written whole. A beginning of a line at the end was never acknowledged and is dropped; a whole
 * line whose newline has become something else was, and is damage.
 */
function acknowledged(journal: string, path: string): string[] {
  const lines = journal.split('\n')
  const rest = lines.pop()!
  if (parseJson(rest) !== undefined) lines.push(rest)
  else if (parseJson(rest.slice(0, -1)) !== undefined)
    throw damaged(path, 'has been changed or damaged: its last line does not end.')
  return lines
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
