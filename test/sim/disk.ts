import type { Files } from '../../src/effects/files.ts'
import type { DiskFault, Fault } from './fault.ts'
import type { Process } from './process.ts'
import { Killed } from './process.ts'

/** Calls `on` for each write, with its place in the command. */
export interface DiskWatch {
  readonly faults: readonly Fault[]
  on(site: string): void
}

/** The files of one machine, as one of its processes sees them. What a call has written is on disk when it returns. */
export function disk(contents: Map<string, string>, process: Process, watch: DiskWatch): Files {
  let writes = 0
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
  const append = (path: string, text: string) => {
    const before = contents.get(path) ?? ''
    const put = (added: string) => contents.set(path, before + added)
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
    replace: (path, text) => write(path, () => contents.set(path, text)),
    append,
    appendDurably: async (path, text) => append(path, text),
    createExclusively(path, text) {
      if (contents.has(path)) return false
      write(path, () => contents.set(path, text))
      return true
    },
    remove: path => write(path, () => contents.delete(path)),
    makeFolder: () => process.mustLive(),
  }
}

function refused(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: '${path}'`), { code })
}
