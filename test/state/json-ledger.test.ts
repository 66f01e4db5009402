import { describe, expect, test } from 'vitest'
import { memoryFiles } from '../../src/effects/memory-files.ts'
import { openLedger, path } from '../support/json-ledger.ts'
import { asking, header, ready } from '../support/ledger-samples.ts'
import { memoryLedger } from '../support/memory-ledger.ts'
import { describeLedger } from './ledger-contract.ts'

describeLedger('JSON', () => {
  const files = memoryFiles()
  let seed = 1
  return { ledger: openLedger({ files }), reopen: () => openLedger({ files, seed: ++seed }) }
})

describeLedger('memory', () => {
  const ledger = memoryLedger()
  return { ledger, reopen: () => ledger }
})

async function written(files = memoryFiles(), count = 3) {
  const writer = await openLedger({ files }).lock(asking)
  await writer.begin(header)
  for (let index = 0; index < count; index++) await writer.put(`network/${index}`, ready(`network/${index}`))
  return { files, writer }
}

describe('the files of a JSON ledger', () => {
  test('a put appends one line and leaves the base alone', async () => {
    const { files, writer } = await written()
    const base = files.contents.get(path)
    await writer.put('network/vpc', ready('network/vpc'))
    expect(files.contents.get(path)).toBe(base)
    expect(files.contents.get(`${path}.journal`)?.split('\n')).toHaveLength(4 + 1)
  })

  test('puts that are asked for while the disk is busy go there together, in their order', async () => {
    let appends = 0
    const files = memoryFiles(operation => void (operation === 'appendDurably' && appends++))
    const { writer } = await written(files, 0)
    await Promise.all([
      writer.put('network/a', ready('network/a')),
      writer.put('network/b', ready('network/b')),
      writer.put('network/a', undefined),
    ])
    expect(appends).toBe(1)
    const read = await openLedger({ files }).read()
    expect([...read!.entries.keys()]).toEqual(['network/b'])
    expect(read).toMatchObject({ serial: 4 })
  })

  test('a put costs as many bytes in a large stack as in a small one', async () => {
    const { files, writer } = await written(memoryFiles(), 600)
    const journal = () => files.contents.get(`${path}.journal`)!.length
    const sizes: number[] = []
    for (const address of ['network/aaa', 'network/bbb']) {
      const before = journal()
      await writer.put(address, ready(address))
      sizes.push(journal() - before)
    }
    const small = await written(memoryFiles(), 0)
    await small.writer.put('network/aaa', ready('network/aaa'))
    const first = small.files.contents.get(`${path}.journal`)!.length
    expect(Math.max(...sizes) - first).toBeLessThan(10)
  })

  test('a release compacts, keeps the generation before, and leaves neither journal nor lock', async () => {
    const { files, writer } = await written()
    const before = files.contents.get(path)
    await writer.release()
    expect([...files.contents.keys()].toSorted()).toEqual([path, `${path}.backup`])
    expect(files.contents.get(`${path}.backup`)).toBe(before)
    expect(JSON.parse(files.contents.get(path)!)).toMatchObject({ format: 1, stack: 'shop', serial: 4 })
  })

  test('a run that writes nothing leaves every byte as it was', async () => {
    const { files, writer } = await written()
    await writer.release()
    const before = new Map(files.contents)
    await (await openLedger({ files }).lock(asking)).release()
    expect(files.contents).toEqual(before)
  })

  test('a journal of a thousand lines is compacted during the run', async () => {
    const { files, writer } = await written(memoryFiles(), 1000)
    expect(files.contents.has(`${path}.journal`)).toBe(false)
    await writer.put('network/0', undefined)
    expect((await openLedger({ files }).read())?.entries.size).toBe(999)
  })

  test('a compaction cut short before the journal was removed changes nothing', async () => {
    const { files, writer } = await written()
    const journal = files.contents.get(`${path}.journal`)!
    await writer.release()
    files.contents.set(`${path}.journal`, journal)
    expect((await openLedger({ files }).read())?.entries.size).toBe(3)
    const next = await openLedger({ files }).lock(asking)
    await next.put('network/9', ready('network/9'))
    expect((await openLedger({ files }).read())?.serial).toBe(5)
  })

  test('a run goes on after one that was killed in the middle of a line', async () => {
    const { files } = await written()
    const journal = files.contents.get(`${path}.journal`)!
    files.contents.set(`${path}.journal`, journal.slice(0, -20))
    const next = await openLedger({ files, alive: [], seed: 2 }).lock({ ...asking, pid: 200 })
    expect(next.content?.entries.size).toBe(2)
    await next.put('network/9', ready('network/9'))
    await next.put('network/10', ready('network/10'))
    expect((await openLedger({ files }).read())?.entries.size).toBe(4)
  })

  test('a new lineage replaces the old one and its journal', async () => {
    const { files, writer } = await written()
    await writer.begin({ ...header, lineage: 'another' })
    await writer.put('network/9', ready('network/9'))
    expect((await openLedger({ files }).read())?.header.lineage).toBe('another')
  })
})

test('a new lineage that cannot be begun leaves the old ledger readable', async () => {
  let full = false
  const { files, writer } = await written(
    memoryFiles(operation => (full && operation === 'remove' ? 'EIO' : undefined)),
  )
  full = true
  await expect(writer.begin({ ...header, lineage: 'another' })).rejects.toMatchObject({ code: 'ledger' })
  expect((await openLedger({ files }).read())?.entries.size).toBe(3)
})

describe('a JSON ledger refuses', () => {
  const refusal =
    (text: string | undefined, file = path) =>
    async () => {
      const { files, writer } = await written()
      await writer.release()
      if (text === undefined) files.contents.delete(file)
      else files.contents.set(file, text)
      await expect(openLedger({ files }).read()).rejects.toMatchObject({
        name: 'ProvisionError',
        code: 'ledger',
      })
      await expect(openLedger({ files }).lock(asking)).rejects.toMatchObject({ code: 'ledger' })
      expect(files.contents.has(`${path}.lock`)).toBe(false)
      expect(files.contents.get(file)).toBe(text)
    }

  test('an empty file', refusal(''))
  test('something that is not JSON', refusal('<<<<<<< HEAD'))
  test('JSON that is no ledger', refusal('[]'))
  test('an empty object', refusal('{}'))
  test('a newer format', refusal('{"format":2,"tool":"9.0.0"}'))

  test('a base that is gone while its journal is there', async () => {
    const { files } = await written()
    files.contents.delete(path)
    await expect(openLedger({ files }).read()).rejects.toThrow('is gone')
  })

  test('an older base beside a newer journal', async () => {
    const { files, writer } = await written()
    await writer.release()
    const old = files.contents.get(`${path}.backup`)!
    const next = await openLedger({ files }).lock(asking)
    await next.put('network/9', ready('network/9'))
    files.contents.set(path, old)
    await expect(openLedger({ files }).read()).rejects.toThrow('does not continue the ledger')
  })

  test('the ledger of another stack', async () => {
    const files = memoryFiles()
    const writer = await openLedger({ files }).lock(asking)
    await writer.begin({ ...header, stack: 'blog' })
    await writer.release()
    await expect(openLedger({ files }).read()).rejects.toThrow(
      'belongs to blog/production, not to shop/production',
    )
  })
})
