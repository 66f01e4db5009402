import { dirname } from 'node:path'
import type { Files } from '../../effects/files.ts'
import { ProvisionError } from '../../errors.ts'
import type { LedgerContent } from '../entry.ts'
import type { Ledger } from '../ledger.ts'
import { checked } from '../refusals.ts'
import { recordOf } from '../run-record.ts'
import { parseBase } from './base.ts'
import { damaged } from './damage.ts'
import { fileHistory } from './history.ts'
import { replay } from './journal.ts'
import { fileLock, type LockOptions } from './lock.ts'
import { jsonWriter } from './writer.ts'

/** Bytes: a thousand times what a large stack takes. Something else has been named as the ledger by mistake. */
const largest = 256 * 1024 * 1024

export interface JsonLedgerOptions extends LockOptions {
  /** Whose ledger this must be; another stack's is refused. */
  readonly expect: { readonly stack: string; readonly environment: string }
}

/**
 * A ledger in a file: `path` holds the content of the last compaction, `path.journal` one line for each write since,
 * `path.backup` the content of the compaction before, `path.lock` who writes, `path.history` the last runs.
 */
export function jsonLedger(options: JsonLedgerOptions): Ledger {
  const { path, files, expect, clock, random } = options
  const lock = fileLock(options)
  const history = fileHistory(path, files)
  const content = () => readContent(path, files, expect)
  return {
    location: `file:${path}`,
    copyable: true,
    read: async () => onDisk(path, 'read', content),
    holder: async () => onDisk(path, 'read', lock.holder),
    async unlock(id, by) {
      onDisk(path, 'written', () => lock.unlock(id))
      try {
        const serial = serialIn(content)
        const end = { at: clock.now(), outcome: 'done', serial } as const
        history.note(recordOf({ id: random.uuid(), ...by }, serial, end))
      } catch {
        // The history is for people; the lock is free whether it says so or not.
      }
    },
    history: async () => onDisk(path, 'read', history.read),
    async lock(holder, taking = {}) {
      const id = await onDiskLater(path, 'written', () => {
        files.makeFolder(dirname(path))
        return lock.take(holder, taking)
      })
      try {
        const known = taking.anew ? undefined : onDisk(path, 'read', content)
        const mine = { id, ...holder }
        return jsonWriter({
          path,
          files,
          lock,
          history,
          clock,
          holder: mine,
          content: known,
          anew: taking.anew,
        })
      } catch (error) {
        lock.release(id)
        throw error
      }
    },
  }
}

/** 0 where the ledger cannot be read: its lock can be broken all the same. */
function serialIn(content: () => LedgerContent | undefined): number {
  try {
    return content()?.serial ?? 0
  } catch {
    return 0
  }
}

function readContent(
  path: string,
  files: Files,
  expect: JsonLedgerOptions['expect'],
): LedgerContent | undefined {
  // The journal first: a compaction between the two reads then only leaves lines that the base already holds.
  const journal = files.read(`${path}.journal`, largest)
  const text = files.read(path, largest)
  if (text === undefined) {
    if (journal === undefined) return undefined
    throw damaged(path, 'is gone, but its journal is still there.')
  }
  const base = checked(parseBase(text, path), path, expect)
  return journal === undefined ? base : replay(base, journal, `${path}.journal`)
}

/** What the disk refuses, in words. A lock that cannot be made says so before anything has been asked of AWS. */
function onDisk<T>(path: string, verb: 'read' | 'written', work: () => T): T {
  try {
    return work()
  } catch (cause) {
    throw inWords(path, verb, cause)
  }
}

async function onDiskLater<T>(path: string, verb: 'read' | 'written', work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw inWords(path, verb, cause)
  }
}

function inWords(path: string, verb: 'read' | 'written', cause: unknown): unknown {
  if (cause instanceof ProvisionError || !isErrno(cause)) return cause
  return new ProvisionError({
    code: 'ledger',
    message: `The ledger ${path} cannot be ${verb}: ${cause.message}`,
    hint: `Give this user access to the folder ${dirname(path)}, or name another ledger with --ledger`,
    cause,
  })
}

function isErrno(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error
}
