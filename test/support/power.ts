import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { basename, join } from 'node:path'

/**
 * Watches one folder on the real disk for what a power failure would leave of it: the bytes of a file once that file is
 * synced, and its name once the folder is.
 */
export function watchPower(folder: string): {
  /** Name and text of what is left, if the power fails now. */
  left(): Readonly<Record<string, string>>
  restore(): void
} {
  const { openSync, fsync, fsyncSync } = fs
  const paths = new Map<number, string>()
  /** Synced bytes by inode: a renamed or linked file is the same one. */
  const bytes = new Map<number, string>()
  let names: Readonly<Record<string, number>> = {}

  const synced = (file: number) => {
    if (paths.get(file) === folder)
      names = Object.fromEntries(
        fs.readdirSync(folder).map(name => [name, fs.statSync(join(folder, name)).ino] as const),
      )
    else bytes.set(fs.fstatSync(file).ino, fs.readFileSync(join(folder, basename(paths.get(file)!)), 'utf8'))
  }

  fs.openSync = ((path: string, ...rest: [flags?: number, mode?: number]) => {
    const file = openSync(path, ...(rest as [number, number]))
    paths.set(file, path)
    return file
  }) as typeof fs.openSync
  fs.fsyncSync = file => {
    fsyncSync(file)
    synced(file)
  }
  fs.fsync = ((file: number, done: (error: Error | null) => void) =>
    fsync(file, error => {
      if (!error) synced(file)
      done(error)
    })) as typeof fs.fsync
  syncBuiltinESMExports()

  return {
    left: () =>
      Object.fromEntries(Object.entries(names).map(([name, inode]) => [name, bytes.get(inode) ?? ''])),
    restore() {
      Object.assign(fs, { openSync, fsync, fsyncSync })
      syncBuiltinESMExports()
    },
  }
}
