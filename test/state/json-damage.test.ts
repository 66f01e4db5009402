import fc from 'fast-check'
import { expect, test } from 'vitest'
import { memoryFiles, type FilesOperation, type MemoryFiles } from '../../src/effects/memory-files.ts'
import { ProvisionError } from '../../src/errors.ts'
import { canonical } from '../../src/resources/json.ts'
import type { LedgerContent } from '../../src/state/entry.ts'
import { openLedger, path } from '../support/json-ledger.ts'
import { asking, entries, header, ready } from '../support/ledger-samples.ts'

const journal = `${path}.journal`

function plain(content: LedgerContent | undefined): string {
  return canonical(content && { ...content, entries: Object.fromEntries(content.entries) })
}

/** The content as text, or `refused`. Anything thrown that is not meant for people fails the test. */
async function reading(files: MemoryFiles): Promise<string> {
  try {
    return plain(await openLedger({ files }).read())
  } catch (error) {
    if (error instanceof ProvisionError && error.code === 'ledger') return 'refused'
    throw error
  }
}

/** A ledger with a base and a journal, and what it said after each write. */
async function life() {
  const files = memoryFiles()
  const said: string[] = []
  const first = await openLedger({ files }).lock(asking)
  await first.begin(header)
  for (const entry of entries.slice(0, 2)) await first.put(entry.address, entry)
  await first.release()
  said.push(await reading(files))
  const second = await openLedger({ files }).lock(asking)
  for (const entry of entries.slice(2)) {
    await second.put(entry.address, entry)
    said.push(await reading(files))
  }
  return { files, said }
}

function withFile(files: MemoryFiles, file: string, bytes: Buffer): MemoryFiles {
  const copy = memoryFiles()
  for (const [name, content] of files.contents) copy.contents.set(name, content)
  copy.contents.set(file, bytes.toString('utf8'))
  return copy
}

test('a base cut at any byte is refused, or still whole', async () => {
  const { files, said } = await life()
  const bytes = Buffer.from(files.contents.get(path)!)
  for (let length = 0; length < bytes.length; length++) {
    const result = await reading(withFile(files, path, bytes.subarray(0, length)))
    expect(result === 'refused' || result === said.at(-1), `cut at ${length}`).toBe(true)
    if (length < bytes.length - 1) expect(result).toBe('refused')
  }
})

test('a journal cut at any byte gives what was said after the last whole line', async () => {
  const { files, said } = await life()
  const bytes = Buffer.from(files.contents.get(journal)!)
  let prefix = 0
  for (let length = 0; length <= bytes.length; length++) {
    const result = await reading(withFile(files, journal, bytes.subarray(0, length)))
    const found = said.indexOf(result)
    expect(found, `cut at ${length}`).toBeGreaterThanOrEqual(prefix)
    prefix = found
  }
  expect(prefix).toBe(said.length - 1)
})

test('a flipped bit is refused, or changes nothing', async () => {
  const { files, said } = await life()
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(path, journal), fc.nat(), fc.nat(7), async (file, where, bit) => {
      const bytes = Buffer.from(files.contents.get(file)!)
      bytes[where % bytes.length]! ^= 1 << bit
      expect(['refused', said.at(-1)]).toContain(await reading(withFile(files, file, bytes)))
    }),
    { numRuns: 2000 },
  )
}, 60_000)

test('every flipped bit at the end of the journal is refused, or changes nothing', async () => {
  const { files, said } = await life()
  const whole = Buffer.from(files.contents.get(journal)!)
  for (let bit = 0; bit < 8 * 80; bit++) {
    const bytes = Buffer.from(whole)
    bytes[bytes.length - 1 - (bit >> 3)]! ^= 1 << (bit & 7)
    expect(['refused', said.at(-1)]).toContain(await reading(withFile(files, journal, bytes)))
  }
})

test('a journal line left out, doubled or swapped is refused', async () => {
  const { files } = await life()
  const [a, b, c] = files.contents.get(journal)!.split('\n')
  for (const lines of [
    [b, c],
    [a, c],
    [a, a, b, c],
    [b, a, c],
    [a, b, c, c],
  ]) {
    const changed = withFile(files, journal, Buffer.from(`${lines.join('\n')}\n`))
    expect(await reading(changed)).toBe('refused')
  }
})

test('whatever write fails and whatever the disk does then, what was acknowledged stays readable', async () => {
  const operations: FilesOperation[] = ['replace', 'appendDurably', 'remove']
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.nat(25), { maxLength: 6 }),
      fc.constantFrom('ENOSPC', 'EIO'),
      async (failures, code) => {
        let writes = 0
        let broken = true
        const files = memoryFiles((operation, file) =>
          broken && operations.includes(operation) && !file.endsWith('.lock') && failures.includes(writes++)
            ? code
            : undefined,
        )
        const writer = await openLedger({ files }).lock(asking)
        const begun = await succeeded(writer.begin(header))
        const acknowledged = new Set<string>()
        const tried = new Set<string>()
        for (let index = 0; begun && index < 8; index++) {
          const together = [`network/${index}`, `beside/${index}`]
          await Promise.all(
            together.map(async address => {
              tried.add(address)
              if (await succeeded(writer.put(address, ready(address)))) acknowledged.add(address)
            }),
          )
          const read = [...((await openLedger({ files }).read())?.entries.keys() ?? [])]
          expect(read).toEqual(expect.arrayContaining([...acknowledged]))
          expect([...tried]).toEqual(expect.arrayContaining(read))
        }
        await writer.release()
        broken = false
        const next = await openLedger({ files, seed: 2 }).lock(asking)
        if (begun)
          expect([...next.content!.entries.keys()]).toEqual(expect.arrayContaining([...acknowledged]))
        await next.begin(header)
        await next.put('network/last', ready('network/last'))
        await next.release()
        expect((await openLedger({ files }).read())?.entries.has('network/last')).toBe(true)
      },
    ),
    { numRuns: 300 },
  )
}, 60_000)

async function succeeded(write: Promise<void>): Promise<boolean> {
  try {
    await write
    return true
  } catch (error) {
    expect(error).toMatchObject({ name: 'ProvisionError', code: 'ledger' })
    return false
  }
}
