import type { Clock } from '../../effects/clock.ts'
import type { Files } from '../../effects/files.ts'
import { ProvisionError } from '../../errors.ts'
import type { Address } from '../../resources/address.ts'
import type { Entry, LedgerContent, LedgerHeader } from '../entry.ts'
import type { LedgerWriter, LockHolder } from '../ledger.ts'
import type { Release } from '../release.ts'
import { replaced } from '../release.ts'
import { lockLost } from '../refusals.ts'
import { recordOf } from '../run-record.ts'
import { baseText } from './base.ts'
import type { FileHistory } from './history.ts'
import { chainStart, journalLine } from './journal.ts'
import type { FileLock } from './lock.ts'

const compactionLines = 1000

interface WriterOptions {
  readonly path: string
  readonly files: Files
  readonly lock: FileLock
  readonly history: FileHistory
  readonly clock: Clock
  /** As the lock names it. */
  readonly holder: LockHolder
  readonly content: LedgerContent | undefined
  /** `begin` sets aside what is stored, whatever it is. */
  readonly anew?: boolean | undefined
}

export function jsonWriter(options: WriterOptions): LedgerWriter {
  const { path, files, lock, history, clock, holder, content } = options
  const { id } = holder
  const from = content?.serial ?? 0
  let { anew = false } = options
  const journal = `${path}.journal`
  const entries = new Map(content?.entries)
  let header = content?.header
  let releases = content?.releases
  let serial = content?.serial ?? 0
  let lines = 0
  let previous = ''
  /** The journal may end in a broken line, or holds what an earlier run left: nothing may be appended to it. */
  let unclean = false
  let released = false

  function snapshot(): LedgerContent | undefined {
    return header && { header, serial, entries: new Map(entries), ...(releases && { releases }) }
  }

  function compact(next: LedgerContent): void {
    const old = files.read(path)
    if (old !== undefined) files.replace(`${path}.backup`, old)
    files.replace(path, baseText(next))
    files.remove(journal)
    previous = chainStart(next.header.lineage)
    lines = 0
    unclean = false
  }

  /** For compactions that nothing depends on: until one succeeds the journal holds every write. */
  function tryToCompact(): void {
    const now = snapshot()
    if (!now) return
    try {
      compact(now)
    } catch {
      unclean = true
    }
  }

  function checkLock(): void {
    if (released || lock.holder()?.id !== id) throw lockLost(path)
  }

  /** Damaged bytes may still be of use to someone. */
  function setAside(): void {
    for (const file of [path, journal]) {
      const text = files.read(file)
      if (text === undefined) continue
      files.replace(`${file}.${clock.now()}.old`, text)
      files.remove(file)
    }
    anew = false
  }

  function write<T>(work: () => T): T {
    checkLock()
    try {
      return work()
    } catch (cause) {
      unclean = true
      throw new ProvisionError({
        code: 'ledger',
        message: `The ledger ${path} could not be written: ${(cause as Error).message}`,
        hint: 'Make room or mend the disk, then run the same command again: it resumes',
        cause,
      })
    }
  }

  function append(line: Parameters<typeof journalLine>[0], apply: () => void): void {
    if (!header) throw new Error('a write before begin')
    write(() => {
      if (unclean) compact(snapshot()!)
      const { text, checksum } = journalLine(line, previous)
      files.append(journal, text)
      previous = checksum
      serial++
      lines++
      apply()
    })
    if (lines >= compactionLines) tryToCompact()
  }

  if (header) {
    previous = chainStart(header.lineage)
    unclean = files.read(journal) !== undefined
  }

  return {
    get content() {
      return snapshot()
    },
    async guard() {
      checkLock()
    },
    async begin(next: LedgerHeader, after = 0) {
      write(() => {
        if (anew) setAside()
        const old = snapshot()
        // The lines of a former lineage must be gone before the base names another one.
        if (old && (lines > 0 || unclean)) compact(old)
        const raised = Math.max(serial, after) + 1
        compact({ header: next, serial: raised, entries, ...(releases && { releases }) })
        header = next
        serial = raised
      })
    },
    async put(address: Address, entry: Entry | undefined) {
      append({ serial: serial + 1, address, entry: entry ?? null }, () => {
        if (entry) entries.set(address, entry)
        else entries.delete(address)
      })
    },
    async putReleases(service: string, next: readonly Release[]) {
      append({ serial: serial + 1, service, releases: next }, () => {
        releases = replaced(releases, service, next)
      })
    },
    async note(outcome) {
      try {
        if (released || lock.holder()?.id !== id) return
        history.note(recordOf(holder, from, outcome && { at: clock.now(), outcome, serial }))
      } catch {
        // The history is for people. A disk that refuses it refuses the next write of an entry, and that one tells.
      }
    },
    async release() {
      if (released) return
      released = true
      if (lock.holder()?.id !== id) return
      if (lines > 0 || unclean) tryToCompact()
      try {
        lock.release(id)
      } catch {
        // The next run takes over the lock of a process that has ended; how this run ended must still be told.
      }
    },
  }
}
