import {
  closeSync,
  constants,
  existsSync,
  fsync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import type { Files } from './files.ts'

const mode = 0o600

/** What is opened by a name of ours must be ours: a link there was laid by somebody else. Windows has no such flag. */
const noLink = constants.O_NOFOLLOW ?? 0
const toFill = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | noLink
const toAppend = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | noLink

export const nodeFiles: Files = {
  read(path, atMost) {
    try {
      if (atMost !== undefined) checkPlain(path, atMost)
      return readFileSync(path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  },

  replace(path, content) {
    const temporary = `${path}.${process.pid}.tmp`
    try {
      fill(open(temporary, toFill), content)
      renameSync(temporary, path)
    } catch (error) {
      rmSync(temporary, { force: true })
      throw error
    }
    syncFolder(path)
  },

  append(path, content, links = 'refuse') {
    const file = open(path, links === 'follow' ? toAppend & ~noLink : toAppend)
    try {
      writeFileSync(file, content)
    } finally {
      closeSync(file)
    }
  },

  async appendDurably(path, content) {
    const made = !existsSync(path)
    const file = open(path, toAppend)
    try {
      writeFileSync(file, content)
      await synced(file)
    } finally {
      closeSync(file)
    }
    if (made) syncFolder(path)
  },

  createExclusively(path, content) {
    const temporary = `${path}.${process.pid}.tmp`
    try {
      fill(open(temporary, toFill), content)
      // A link appears with its whole content: nobody reads it empty, and a crash leaves none behind without.
      linkSync(temporary, path)
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException
      if (code === 'EEXIST') return false
      // A file system that knows no links, such as a memory stick's.
      if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(code)) throw error
      if (!createInPlace(path, content)) return false
    } finally {
      rmSync(temporary, { force: true })
    }
    syncFolder(path)
    return true
  },

  remove(path) {
    rmSync(path, { force: true })
  },

  makeFolder(path) {
    mkdirSync(path, { recursive: true })
  },
}

function open(path: string, flags: number): number {
  try {
    return openSync(path, flags, mode)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOOP') throw error
    throw unfit('ELOOP', `${path} is a link, and what it leads to is not written`)
  }
}

function checkPlain(path: string, atMost: number): void {
  const stats = statSync(path)
  if (stats.isDirectory()) throw unfit('EISDIR', 'it is a folder')
  if (!stats.isFile()) throw unfit('EINVAL', 'it is a device or a pipe, and no file')
  if (stats.size > atMost)
    throw unfit('EFBIG', `it has ${megabytes(stats.size)} MB, and ${megabytes(atMost)} MB is the most`)
}

function unfit(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1024 / 1024)
}

function createInPlace(path: string, content: string): boolean {
  let file: number
  try {
    file = openSync(path, 'wx', mode)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
  try {
    fill(file, content)
    return true
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  }
}

/** writeFileSync goes on after a short write; a bare write on a nearly full disk would end early without an error. */
function fill(file: number, content: string): void {
  try {
    writeFileSync(file, content)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** `node:fs/promises` does the same, and costs each command its loading. */
function synced(file: number): Promise<void> {
  return new Promise((resolve, reject) => fsync(file, error => (error ? reject(error) : resolve())))
}

/** A new or renamed name is on disk only when its folder is. Windows has no such call and does not need it. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
