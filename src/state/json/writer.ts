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
import { releasesSchema } from '../schema.ts'
import { baseText } from './base.ts'
import type { FileHistory } from './history.ts'
import { chainStart, journalLine } from './journal.ts'
import type { Change } from './journal.ts'
import type { FileLock } from './lock.ts'

const compactionLines = 1000

/** A write that is not on disk yet. */
interface Waiting {
  readonly what: Change
  readonly apply: () => void
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

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
  const waiting: Waiting[] = []
  let flushing: Promise<void> | undefined

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

  async function write(work: () => void | Promise<void>): Promise<void> {
    checkLock()
    try {
      await work()
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

  /** Resolves once the write is on disk. What is asked for while the disk is busy goes there together afterwards. */
  function append(what: Change, apply: () => void): Promise<void> {
    if (!header) throw new Error('a write before begin')
    return new Promise((resolve, reject) => {
      waiting.push({ what, apply, resolve, reject })
      flushing ??= clock.outside(flush)
    })
  }

  async function flush(): Promise<void> {
    // Lets everything join that is asked for in the same turn.
    await Promise.resolve()
    for (let batch = waiting.splice(0); batch.length > 0; batch = waiting.splice(0)) {
      try {
        await write(() => appendLines(batch))
      } catch (error) {
        for (const { reject } of batch) reject(error)
        continue
      }
      for (const { resolve } of batch) resolve()
      if (lines >= compactionLines) tryToCompact()
    }
    flushing = undefined
  }

  async function appendLines(batch: readonly Waiting[]): Promise<void> {
    if (unclean) compact(snapshot()!)
    let text = ''
    let chained = previous
    for (const [index, { what }] of batch.entries()) {
      const line = journalLine({ ...what, serial: serial + index + 1 }, chained)
      text += line.text
      chained = line.checksum
    }
    await files.appendDurably(journal, text)
    previous = chained
    serial += batch.length
    lines += batch.length
    for (const { apply } of batch) apply()
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
      await flushing
      await write(() => {
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
      await append({ address, entry: entry ?? null }, () => {
        if (entry) entries.set(address, entry)
        else entries.delete(address)
      })
    },
    async putReleases(service: string, next: readonly Release[]) {
      // Nothing is written that could not be read again.
      await append({ service, releases: releasesSchema.parse(next) }, () => {
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
      await flushing
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
