import { execFileSync } from 'node:child_process'
import {
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Files } from '../../src/effects/files.ts'
import { memoryFiles } from '../../src/effects/memory-files.ts'
import { nodeFiles } from '../../src/effects/node-files.ts'
import { watchPower } from '../support/power.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'provision-files-'))))
afterEach(() => rmSync(folder, { recursive: true }))

describe.each<[string, () => Files]>([
  ['on disk', () => nodeFiles],
  ['in memory', () => memoryFiles()],
])('files %s', (_name, make) => {
  test('read what was replaced and appended', async () => {
    const files = make()
    const path = join(folder, 'a')
    expect(files.read(path)).toBeUndefined()
    files.replace(path, 'one\n')
    files.replace(path, 'two\n')
    files.append(path, 'three\n')
    await files.appendDurably(path, 'four\n')
    expect(files.read(path)).toBe('two\nthree\nfour\n')
    files.append(join(folder, 'b'), 'new')
    expect(files.read(join(folder, 'b'))).toBe('new')
    await files.appendDurably(join(folder, 'c'), 'newer')
    expect(files.read(join(folder, 'c'))).toBe('newer')
  })

  test('make a file exclusively only once', () => {
    const files = make()
    const path = join(folder, 'lock')
    expect(files.createExclusively(path, 'mine')).toBe(true)
    expect(files.createExclusively(path, 'theirs')).toBe(false)
    expect(files.read(path)).toBe('mine')
    files.remove(path)
    files.remove(path)
    expect(files.createExclusively(path, 'theirs')).toBe(true)
  })
})

test('files on disk are for their owner alone, also where a wider one stood', async () => {
  writeFileSync(join(folder, 'replaced'), '', { mode: 0o644 })
  nodeFiles.replace(join(folder, 'replaced'), '')
  nodeFiles.append(join(folder, 'appended'), '')
  await nodeFiles.appendDurably(join(folder, 'journal'), '')
  nodeFiles.createExclusively(join(folder, 'created'), '')
  for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
})

test.skipIf(process.platform === 'win32')(
  'a link that somebody has laid where a file of ours is to be is not written through',
  async () => {
    const target = join(folder, 'theirs')
    const laid = (name: string) => {
      writeFileSync(target, 'theirs')
      symlinkSync(target, join(folder, name))
      return join(folder, name)
    }
    const refusal = /is a link, and what it leads to is not written/
    expect(() => nodeFiles.append(laid('history'), 'ours')).toThrow(refusal)
    await expect(nodeFiles.appendDurably(laid('journal'), 'ours')).rejects.toThrow(refusal)
    laid(`ledger.${process.pid}.tmp`)
    expect(() => nodeFiles.replace(join(folder, 'ledger'), 'ours')).toThrow(refusal)
    expect(nodeFiles.createExclusively(laid('lock'), 'ours')).toBe(false)
    nodeFiles.replace(laid('base'), 'ours')
    expect(readFileSync(target, 'utf8')).toBe('theirs')

    nodeFiles.append(laid('log'), ' and ours', 'follow')
    expect(readFileSync(target, 'utf8')).toBe('theirs and ours')
  },
)

test.skipIf(process.platform === 'win32')(
  'what was replaced, appended durably or created is there after a power failure; what was only appended may not be',
  async () => {
    const power = watchPower(folder)
    try {
      await nodeFiles.appendDurably(join(folder, 'journal'), 'one\n')
      expect(power.left()).toEqual({ journal: 'one\n' })
      await nodeFiles.appendDurably(join(folder, 'journal'), 'two\n')
      expect(power.left()).toEqual({ journal: 'one\ntwo\n' })

      nodeFiles.append(join(folder, 'journal'), 'three\n')
      nodeFiles.append(join(folder, 'history'), 'one\n')
      expect(power.left()).toEqual({ journal: 'one\ntwo\n' })

      nodeFiles.replace(join(folder, 'ledger'), 'base')
      nodeFiles.createExclusively(join(folder, 'lock'), 'mine')
      expect(power.left()).toMatchObject({ ledger: 'base', lock: 'mine' })
    } finally {
      power.restore()
    }
  },
)

test('a replacement that fails leaves nothing behind', () => {
  nodeFiles.makeFolder(join(folder, 'taken', 'deep'))
  expect(() => nodeFiles.replace(join(folder, 'taken'), 'text')).toThrow()
  expect(readdirSync(folder)).toEqual(['taken'])
})

describe.skipIf(process.platform === 'win32')(
  'what is to be read within a limit and is no file of that size',
  () => {
    const huge = () => {
      const path = join(folder, 'huge')
      writeFileSync(path, '')
      truncateSync(path, 1024 ** 3)
      return path
    }
    const pipe = () => {
      const path = join(folder, 'pipe')
      execFileSync('mkfifo', [path])
      return path
    }

    test.each([
      ['a device without an end', () => '/dev/zero', 'it is a device or a pipe, and no file'],
      ['a pipe into which nobody writes', pipe, 'it is a device or a pipe, and no file'],
      ['a file of one gigabyte', huge, 'it has 1024 MB, and 5 MB is the most'],
      ['a folder', () => folder, 'it is a folder'],
    ])('is refused unread: %s', (_name, make, message) => {
      const path = make()
      expect(() => nodeFiles.read(path, 5 * 1024 * 1024)).toThrow(message)
    })

    test('is read where it keeps within, and absent where it is', () => {
      writeFileSync(join(folder, 'small'), 'text')
      expect(nodeFiles.read(join(folder, 'small'), 4)).toBe('text')
      expect(nodeFiles.read(join(folder, 'none'), 4)).toBeUndefined()
    })
  },
)
