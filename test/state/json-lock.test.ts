import { expect, test } from 'vitest'
import { memoryFiles } from '../../src/effects/memory-files.ts'
import { openLedger, path } from '../support/json-ledger.ts'
import { asking, header, ready } from '../support/ledger-samples.ts'

test('the refusal tells the story of the lock and how to break it', async () => {
  const files = memoryFiles()
  await openLedger({ files }).lock(asking)
  const id = (await openLedger({ files }).holder())?.id
  await expect(openLedger({ files, seed: 2 }).lock(asking)).rejects.toMatchObject({
    message: `${path} is locked by ada on laptop (pid 100) since 2026-01-01T00:00:00.000Z, 5m 00s ago: provision up (version 1.0.0)`,
    hint: `Wait for that run (--lock-wait 10m), or if it has died: provision ledger unlock ${id}`,
  })
})

test('the lock of a dead process on this host is taken over at once', async () => {
  const files = memoryFiles()
  await openLedger({ files }).lock(asking)
  const writer = await openLedger({ files, alive: [], seed: 2 }).lock({ ...asking, pid: 200 })
  expect((await openLedger({ files }).holder())?.pid).toBe(200)
  await writer.release()
  expect([...files.contents.keys()]).toEqual([])
})

test('of two who find the same holder dead only one takes over', async () => {
  const files = memoryFiles()
  await openLedger({ files }).lock(asking)
  const dead = (await openLedger({ files }).holder())!.id
  files.contents.set(`${path}.lock.${dead}`, '')
  await expect(openLedger({ files, alive: [], seed: 2 }).lock(asking)).rejects.toMatchObject({
    code: 'locked',
  })
})

test('a lock from another host is never taken over, but can be broken by its id', async () => {
  const files = memoryFiles()
  await openLedger({ files }).lock(asking)
  const elsewhere = openLedger({ files, alive: [], host: 'ci', seed: 2 })
  await expect(elsewhere.lock(asking)).rejects.toMatchObject({ code: 'locked' })
  await elsewhere.unlock((await elsewhere.holder())!.id, asking)
  await (await elsewhere.lock(asking)).release()
})

test('a broken lock leaves a line in the history, beside that of the run that held it', async () => {
  const files = memoryFiles()
  const writer = await openLedger({ files }).lock(asking)
  await writer.begin(header)
  await writer.note()
  const elsewhere = openLedger({ files, alive: [], host: 'ci', seed: 2 })
  const by = { ...asking, user: 'eve', command: 'provision ledger unlock' }
  await elsewhere.unlock((await elsewhere.holder())!.id, by)
  const [last, before, ...rest] = await elsewhere.history()
  expect(last).toMatchObject({
    user: 'eve',
    command: by.command,
    from: 1,
    end: { outcome: 'done', serial: 1 },
  })
  expect(before).toMatchObject({ user: 'ada', command: asking.command })
  expect(before?.end).toBeUndefined()
  expect(rest).toEqual([])
})

test('a lock is broken also where the ledger under it is damaged', async () => {
  const files = memoryFiles()
  const writer = await openLedger({ files }).lock(asking)
  await writer.begin(header)
  files.contents.set(path, '<<<<<<< HEAD')
  const elsewhere = openLedger({ files, alive: [], host: 'ci', seed: 2 })
  await elsewhere.unlock((await elsewhere.holder())!.id, asking)
  expect(await elsewhere.holder()).toBeUndefined()
  expect(await elsewhere.history()).toHaveLength(1)
})

test('the lock of a living process on this host cannot be broken', async () => {
  const ledger = openLedger()
  await ledger.lock(asking)
  const { id } = (await ledger.holder())!
  await expect(ledger.unlock(id, asking)).rejects.toThrow('still running: pid 100')
})

test('a writer whose lock was broken writes nothing more and leaves the new lock alone', async () => {
  const files = memoryFiles()
  const writer = await openLedger({ files }).lock(asking)
  await writer.begin(header)
  const elsewhere = openLedger({ files, host: 'ci', seed: 2 })
  await elsewhere.unlock((await elsewhere.holder())!.id, asking)
  await elsewhere.lock({ ...asking, host: 'ci' })
  const before = new Map(files.contents)
  await expect(writer.put('network/vpc', ready('network/vpc'))).rejects.toMatchObject({ code: 'locked' })
  await writer.release()
  expect(files.contents).toEqual(before)
})

test('a lock that does not say who holds it is respected', async () => {
  const files = memoryFiles()
  files.contents.set(`${path}.lock`, '')
  await expect(openLedger({ files }).lock(asking)).rejects.toMatchObject({ code: 'locked' })
})

test.each(['EACCES', 'EROFS', 'ENOSPC'])('a folder that answers %s is refused at the lock', async code => {
  const files = memoryFiles(operation => (operation === 'createExclusively' ? code : undefined))
  await expect(openLedger({ files }).lock(asking)).rejects.toMatchObject({
    name: 'ProvisionError',
    code: 'ledger',
  })
})
