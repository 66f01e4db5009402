import type { Files } from '../../src/effects/files.ts'
import type { DiskFault, Fault } from './fault.ts'
import type { Process } from './process.ts'
import { Killed } from './process.ts'

/** Calls `on` for each write, with its place in the command. */
export interface DiskWatch {
  readonly faults: readonly Fault[]
  on(site: string): void
}

/** By path: how much of a file is on disk, where that is less than what can be read of it. */
export type Unsynced = Map<string, number>

/** What is left of the files when the power fails now. */
export function onDisk(
  contents: ReadonlyMap<string, string>,
  unsynced: ReadonlyMap<string, number>,
): ReadonlyMap<string, string> {
  if (unsynced.size === 0) return contents
  const left = new Map(contents)
  for (const [path, length] of unsynced)
    if (length > 0) left.set(path, contents.get(path)?.slice(0, length) ?? '')
    else left.delete(path)
  return left
}

/**
 * The files of one machine, as one of its processes sees them. The power fails when a process is killed: what was
 * appended and not synced is gone then. What any other call has written is on disk when the call returns.
 */
export function disk(
  contents: Map<string, string>,
  unsynced: Unsynced,
  process: Process,
  watch: DiskWatch,
): Files {
  let writes = 0
  process.whenKilled(() => {
    const left = onDisk(contents, unsynced)
    for (const path of unsynced.keys()) {
      const text = left.get(path)
      if (text === undefined) contents.delete(path)
      else contents.set(path, text)
    }
    unsynced.clear()
  })
  /** `half`: what is left behind when the machine stops in the middle. */
  const write = (path: string, whole: () => void, half: () => void = () => undefined) => {
    process.mustLive()
    const site = `disk#${writes++}`
    watch.on(site)
    const planned = watch.faults.find(({ at }) => at === site)?.kind as DiskFault | undefined
    const fault = process.doomed ? 'kill before' : planned
    switch (fault) {
      case 'kill before':
        process.kill()
        throw new Killed()
      case 'kill halfway':
        half()
        process.kill()
        throw new Killed()
      case 'disk full':
        half()
        throw refused('ENOSPC', path)
      case 'disk error':
        throw refused('EIO', path)
      default:
        whole()
    }
  }
  const append = (path: string, text: string, durably: boolean) => {
    const before = contents.get(path) ?? ''
    const length = unsynced.get(path) ?? before.length
    const put = (added: string) => {
      contents.set(path, before + added)
      if (durably) unsynced.delete(path)
      else unsynced.set(path, length)
    }
    write(
      path,
      () => put(text),
      () => put(text.slice(0, text.length / 2)),
    )
  }
  return {
    read(path) {
      process.mustLive()
      return contents.get(path)
    },
    replace: (path, text) =>
      write(path, () => {
        contents.set(path, text)
        unsynced.delete(path)
      }),
    append: (path, text) => append(path, text, false),
    appendDurably: async (path, text) => append(path, text, true),
    createExclusively(path, text) {
      if (contents.has(path)) return false
      write(path, () => contents.set(path, text))
      return true
    },
    remove: path =>
      write(path, () => {
        contents.delete(path)
        unsynced.delete(path)
      }),
    makeFolder: () => process.mustLive(),
  }
}

function refused(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: '${path}'`), { code })
}
