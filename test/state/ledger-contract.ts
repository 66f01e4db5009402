import { describe, expect, test } from 'vitest'
import type { Ledger } from '../../src/state/ledger.ts'
import { historyLength } from '../../src/state/ledger.ts'
import { asking, entries, header, ready, release } from '../support/ledger-samples.ts'

interface Opened {
  readonly ledger: Ledger
  reopen(): Ledger
}

/** What holds for every ledger, wherever it keeps its bytes. `reopen` gives another ledger on the same bytes. */
export function describeLedger(name: string, make: () => Opened | Promise<Opened>): void {
  describe(`${name} as a ledger`, () => {
    test('reads as undefined before anything was written', async () => {
      const { ledger } = await make()
      expect(await ledger.read()).toBeUndefined()
      const writer = await ledger.lock(asking)
      expect(writer.content).toBeUndefined()
      await writer.release()
      expect(await ledger.read()).toBeUndefined()
    })

    test('gives back every status as it was put, before and after the release', async () => {
      const { ledger, reopen } = await make()
      const writer = await ledger.lock(asking)
      await writer.begin(header)
      for (const entry of entries) await writer.put(entry.address, entry)
      const expected = {
        header,
        serial: 1 + entries.length,
        entries: new Map(entries.map(e => [e.address, e])),
      }
      expect(await reopen().read()).toEqual(expected)
      expect(writer.content).toEqual(expected)
      await writer.release()
      expect(await reopen().read()).toEqual(expected)
    })

    test('forgets an entry put as undefined', async () => {
      const { ledger, reopen } = await make()
      const writer = await ledger.lock(asking)
      await writer.begin(header)
      await writer.put('network/vpc', ready('network/vpc'))
      await writer.put('network/vpc', undefined)
      await writer.release()
      expect((await reopen().read())?.entries.size).toBe(0)
    })

    test('goes on with the serial and the entries of the run before', async () => {
      const { ledger, reopen } = await make()
      const first = await ledger.lock(asking)
      await first.begin(header)
      await first.put('network/vpc', ready('network/vpc'))
      await first.release()
      const second = await reopen().lock(asking)
      expect(second.content?.serial).toBe(2)
      await second.begin({ ...header, tool: '2.0.0' })
      await second.put('network/igw', ready('network/igw'))
      await second.release()
      const content = await reopen().read()
      expect(content?.header.tool).toBe('2.0.0')
      expect(content?.serial).toBe(4)
      expect([...(content?.entries.keys() ?? [])].toSorted()).toEqual(['network/igw', 'network/vpc'])
    })

    test('keeps the releases of each service beside the entries, through a crash and a compaction', async () => {
      const { ledger, reopen } = await make()
      const writer = await ledger.lock(asking)
      await writer.begin(header)
      await writer.putReleases('web', [release(1), release(2, { outcome: 'rolled-back', why: 'unhealthy' })])
      await writer.putReleases('api', [release(1)])
      await writer.putReleases('web', [release(2), release(3)])
      const releases = { web: [release(2), release(3)], api: [release(1)] }
      expect((await reopen().read())?.releases).toEqual(releases)
      expect(writer.content?.releases).toEqual(releases)
      await writer.release()
      const second = await reopen().lock(asking)
      await second.put('network/vpc', ready('network/vpc'))
      await second.putReleases('api', [])
      await second.release()
      const content = await reopen().read()
      expect(content).toMatchObject({ serial: 6, releases: { web: releases.web } })
      expect(content?.releases).not.toHaveProperty('api')
    })

    test('refuses a release that it could not read again, and stays as it is', async () => {
      const { ledger, reopen } = await make()
      const writer = await ledger.lock(asking)
      await writer.begin(header)
      await writer.putReleases('web', [release(1)])
      await expect(writer.putReleases('web', [release(0)])).rejects.toThrow('expected number to be >0')
      expect((await reopen().read())?.releases).toEqual({ web: [release(1)] })
      await writer.release()
    })

    test('content that was handed out does not change under its reader', async () => {
      const { ledger } = await make()
      const writer = await ledger.lock(asking)
      await writer.begin(header)
      const before = writer.content
      await writer.put('network/vpc', ready('network/vpc'))
      expect(before?.entries.size).toBe(0)
      await writer.release()
    })

    test('refuses a second lock and says who holds the first', async () => {
      const { ledger, reopen } = await make()
      const writer = await ledger.lock(asking)
      await expect(reopen().lock(asking)).rejects.toMatchObject({ code: 'locked' })
      expect(await reopen().holder()).toMatchObject(asking)
      await writer.release()
      expect(await ledger.holder()).toBeUndefined()
    })

    test('releases twice without harm to the next holder', async () => {
      const { ledger, reopen } = await make()
      const first = await ledger.lock(asking)
      await first.release()
      const second = await reopen().lock(asking)
      await first.release()
      expect(await ledger.holder()).toBeDefined()
      await second.release()
    })

    test('a writer that has let its lock go can neither write nor pass the guard', async () => {
      const { ledger, reopen } = await make()
      const writer = await ledger.lock(asking)
      await writer.begin(header)
      await writer.guard()
      await writer.release()
      await expect(writer.guard()).rejects.toMatchObject({ code: 'locked' })
      await expect(writer.put('network/vpc', ready('network/vpc'))).rejects.toMatchObject({ code: 'locked' })
      expect((await reopen().read())?.entries.size).toBe(0)
    })

    test('begins with a serial above one that was seen elsewhere', async () => {
      const { ledger, reopen } = await make()
      const writer = await ledger.lock(asking)
      await writer.begin(header, 41)
      await writer.put('network/vpc', ready('network/vpc'))
      await writer.release()
      expect((await reopen().read())?.serial).toBe(43)
    })

    test('begins anew from nothing, whatever was there', async () => {
      const { ledger, reopen } = await make()
      const first = await ledger.lock(asking)
      await first.begin(header)
      for (const entry of entries) await first.put(entry.address, entry)
      await first.release()
      const second = await reopen().lock(asking, { anew: true })
      expect(second.content).toBeUndefined()
      expect((await reopen().read())?.entries.size).toBe(entries.length)
      await second.begin({ ...header, lineage: 'another' }, 100)
      await second.put('network/vpc', ready('network/vpc'))
      await second.release()
      const content = await reopen().read()
      expect([content?.serial, content?.header.lineage]).toEqual([102, 'another'])
      expect([...content!.entries.keys()]).toEqual(['network/vpc'])
    })

    test('says where it has moved to instead of reading', async () => {
      const { ledger, reopen } = await make()
      const writer = await ledger.lock(asking)
      await writer.begin({ ...header, movedTo: 'dynamodb:team' })
      await writer.release()
      await expect(reopen().read()).rejects.toMatchObject({
        code: 'ledger',
        message: expect.stringContaining('has moved to dynamodb:team'),
      })
      await expect(reopen().lock(asking)).rejects.toMatchObject({ code: 'ledger' })
      expect(await reopen().holder()).toBeUndefined()
    })

    test('remembers the last runs, how they ended, and which one did not', async () => {
      const { ledger, reopen } = await make()
      expect(await ledger.history()).toEqual([])
      const first = await ledger.lock({ ...asking, command: 'first' })
      await first.begin(header)
      await first.note()
      await first.put('network/vpc', ready('network/vpc'))
      await first.note('done')
      await first.release()
      const second = await reopen().lock({ ...asking, command: 'second', job: 'https://ci/7' })
      await second.note()
      await second.release()
      const [late, early] = await reopen().history()
      expect(late).toMatchObject({ command: 'second', from: 2, job: 'https://ci/7' })
      expect(late?.end).toBeUndefined()
      expect(early).toMatchObject({ command: 'first', from: 0, end: { outcome: 'done', serial: 2 } })
    })

    test.skipIf(name !== 'JSON' && name !== 'DynamoDB')('forgets runs that are long past', async () => {
      const { ledger } = await make()
      for (let run = 0; run < historyLength * 2 + 5; run++) {
        const writer = await ledger.lock({ ...asking, command: `run ${run}` })
        await writer.note()
        await writer.note('done')
        await writer.release()
      }
      const history = await ledger.history()
      expect(history).toHaveLength(historyLength)
      expect(history[0]?.command).toBe(`run ${historyLength * 2 + 4}`)
    })

    test('refuses to unlock an id that nobody holds', async () => {
      const { ledger } = await make()
      await expect(ledger.unlock('none', asking)).rejects.toMatchObject({ code: 'locked' })
    })
  })
}
