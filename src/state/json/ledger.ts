import { dirname } from 'node:path'
import type { Files } from '../../effects/files.ts'
import { ProvisionError } from '../../errors.ts'
import type { LedgerContent } from '../entry.ts'
import type { Ledger } from '../ledger.ts'
import { parseBase } from './base.ts'
import { damaged } from './damage.ts'
import { replay } from './journal.ts'
import { fileLock, type LockOptions } from './lock.ts'
import { jsonWriter } from './writer.ts'

export interface JsonLedgerOptions extends LockOptions {
  /** Whose ledger this must be; another stack's is refused. */
  readonly expect: { readonly stack: string; readonly environment: string }
}

/**
 * A ledger in a file: `path` holds the content of the last compaction, `path.journal` one line for each write since,
 * `path.backup` the content of the compaction before, `path.lock` who writes.
 */
export function jsonLedger(options: JsonLedgerOptions): Ledger {
  const { path, files, expect } = options
  const lock = fileLock(options)
  const content = () => readContent(path, files, expect)
  return {
    location: `file:${path}`,
    read: async () => onDisk(path, 'read', content),
    holder: async () => onDisk(path, 'read', lock.holder),
    unlock: async id => onDisk(path, 'written', () => lock.unlock(id)),
    async lock(holder) {
      const id = onDisk(path, 'written', () => {
        files.makeFolder(dirname(path))
        return lock.take(holder)
      })
      try {
        return jsonWriter({ path, files, lock, id, content: onDisk(path, 'read', content) })
      } catch (error) {
        lock.release(id)
        throw error
      }
    },
  }
}

function readContent(
  path: string,
  files: Files,
  expect: JsonLedgerOptions['expect'],
): LedgerContent | undefined {
  // The journal first: a compaction between the two reads then only leaves lines that the base already holds.
  const journal = files.read(`${path}.journal`)
  const text = files.read(path)
  if (text === undefined) {
    if (journal === undefined) return undefined
    throw damaged(path, 'is gone, but its journal is still there.')
  }
  const base = parseBase(text, path)
  const { stack, environment } = base.header
  if (stack !== expect.stack || environment !== expect.environment)
    throw new ProvisionError({
      code: 'ledger',
      message: `The ledger ${path} belongs to ${stack}/${environment}, not to ${expect.stack}/${expect.environment}.`,
      hint: 'Name the ledger of this stack with --ledger',
    })
  return journal === undefined ? base : replay(base, journal, `${path}.journal`)
}

/** What the disk refuses, in words. A lock that cannot be made says so before anything has been asked of AWS. */
function onDisk<T>(path: string, verb: 'read' | 'written', work: () => T): T {
  try {
    return work()
  } catch (cause) {
    if (cause instanceof ProvisionError) throw cause
    throw new ProvisionError({
      code: 'ledger',
      message: `The ledger ${path} cannot be ${verb}: ${(cause as Error).message}`,
      hint: `Give this user access to the folder ${dirname(path)}, or name another ledger with --ledger`,
      cause,
    })
  }
}
