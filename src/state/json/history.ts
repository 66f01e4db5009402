import type { Files } from '../../effects/files.ts'
import type { RunRecord } from '../ledger.ts'
import { historyLength } from '../ledger.ts'
import { runSchema } from '../schema.ts'

export interface FileHistory {
  /** The latest first. Lines that cannot be read are left out: nothing depends on them. */
  read(): RunRecord[]
  /** Notes a run, or its end: the later line about a run counts. */
  note(run: RunRecord): void
}

/** The last runs, one line each beside the ledger. */
export function fileHistory(path: string, files: Files): FileHistory {
  const file = `${path}.history`
  const lines = () => files.read(file)?.split('\n').filter(Boolean) ?? []
  const read = () => {
    const runs = new Map<string, RunRecord>()
    for (const line of lines()) {
      const run = parse(line)
      if (run) runs.set(run.id, run)
    }
    return [...runs.values()].slice(-historyLength).toReversed()
  }
  return {
    read,
    note(run) {
      const text = `${JSON.stringify(run)}\n`
      // Two lines a run, and room so that it is rewritten seldom.
      if (lines().length < 4 * historyLength) return files.append(file, text)
      const kept = read().toReversed()
      files.replace(file, `${kept.map(one => JSON.stringify(one)).join('\n')}\n${text}`)
    },
  }
}

function parse(line: string): RunRecord | undefined {
  try {
    return runSchema.parse(JSON.parse(line))
  } catch {
    return undefined
  }
}
