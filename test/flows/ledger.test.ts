import { describe, expect, it } from 'vitest'
import { liveWith } from '../support/life.ts'
import type { Life } from '../support/life.ts'

/** A stack in which a resource was replaced after the copy was taken. */
async function outdated(): Promise<{ life: Life; copy: ReadonlyMap<string, string> }> {
  const life = liveWith('apranova')
  expect(await life.up()).toMatchObject({ code: 0 })
  const copy = life.copyLedger()
  life.edit('memory: 1024', 'memory: 2048')
  expect(await life.up()).toMatchObject({ code: 0 })
  return { life, copy }
}

const shown = async (life: Life) =>
  (await life.planned()).map(({ address, action, changes }) => [action, address, ...changes.map(c => c.path)])

describe('an older copy of the ledger', () => {
  it('is refused by up and teardown before anything is changed', async () => {
    const { life, copy } = await outdated()
    life.restoreLedger(copy)
    for (const command of [life.up, life.teardown]) {
      const { error, writes } = await command()
      expect(error).toMatchObject({
        code: 'refused',
        message: expect.stringContaining('an older copy'),
        hint: expect.stringContaining('provision ledger rebuild'),
      })
      expect(writes).toEqual([])
    }
    expect((await life.plan()).code).toBe(1)
  })

  it('becomes the latest again by a rebuild', async () => {
    const { life, copy } = await outdated()
    life.restoreLedger(copy)
    expect(await life.rebuild()).toMatchObject({ code: 0, writes: [] })
    expect(await shown(life)).toEqual([])
    const { code, writes } = await life.up()
    expect([code, writes]).toEqual([0, []])
  })

  it('does no harm, and is taken, when only wishes have changed since', async () => {
    const life = liveWith('apranova')
    await life.up()
    const copy = life.copyLedger()
    life.edit('allocatedStorage: 20', 'allocatedStorage: 30')
    await life.up()
    life.restoreLedger(copy)
    expect((await life.up()).code).toBe(0)
    expect(await shown(life)).toEqual([])
  })

  it('is not what a ledger that was lost and begun again is taken for', async () => {
    const { life } = await outdated()
    life.loseLedger()
    expect((await life.up()).code).toBe(0)
    expect((await life.plan()).out).toContain('No changes')
    life.edit('memory: 2048', 'memory: 4096')
    expect((await life.up()).code).toBe(0)
    expect((await life.plan()).out).toContain('No changes')
  })

  it('is noticed when the ledger was rebuilt after the first run, which leaves no mark, and the copy is of the lost one', async () => {
    const life = liveWith('apranova')
    const { calls } = await life.up()
    expect(calls.map(({ operation }) => operation)).not.toContain('CreateTags')
    const copy = life.copyLedger()
    life.loseLedger()
    expect((await life.rebuild()).code).toBe(0)
    life.edit('memory: 1024', 'memory: 2048')
    expect((await life.up()).code).toBe(0)
    life.restoreLedger(copy)
    expect((await life.up()).error).toMatchObject({ message: expect.stringContaining('an older copy') })
  })

  it('is not looked for after a first run that found only what belongs to the account', async () => {
    const life = liveWith('apranova')
    await life.meanwhile(({ iam }) => iam.createServiceLinkedRole({ AWSServiceName: 'ecs.amazonaws.com' }))
    const { code, writes } = await life.up()
    expect(code).toBe(0)
    expect(writes).not.toContain('CreateTags')
    expect((await life.ledger())?.serial).toBeLessThan(1000)
  })

  it('does no harm when it was taken in the middle of the first run', async () => {
    const life = liveWith('apranova')
    let copy: ReadonlyMap<string, string> = new Map()
    await life.up({
      faults: {
        before: ({ operation }) => {
          if (operation === 'CreateLoadBalancer') copy = life.copyLedger()
        },
      },
    })
    life.restoreLedger(copy)
    const { code, writes } = await life.up()
    expect([code, writes.filter(name => name.startsWith('Create'))]).toEqual([0, ['CreateTags']])
    expect(await shown(life)).toEqual([])
  })

  it('costs a plan without changes no call', async () => {
    const { life } = await outdated()
    const { calls, writes } = await life.plan()
    expect(writes).toEqual([])
    expect(calls.map(({ operation }) => operation)).not.toContain('GetParameter')
  })
})

describe('ledger rebuild', () => {
  it('takes everything back from AWS, changes nothing there, and leaves nothing to do', async () => {
    const life = liveWith('apranova')
    await life.up()
    const before = await life.ledger()
    life.loseLedger()
    const { code, writes, err } = await life.rebuild()
    expect([code, writes]).toEqual([0, []])
    const after = await life.ledger()
    expect([...after!.entries.keys()].toSorted()).toEqual([...before!.entries.keys()].toSorted())
    expect(after!.header.lineage).toBe(before!.header.lineage)
    expect(after!.serial).toBeGreaterThan(before!.serial - before!.entries.size)
    expect(err).toContain('AWS gives these no tags')
    expect(await shown(life)).toEqual([])
    expect((await life.teardown({ deleteData: ['all'] })).code).toBe(0)
    expect((await life.ledger())!.entries.size).toBe(0)
  })

  it('writes over a damaged ledger, and keeps its bytes', async () => {
    const life = liveWith('minimal')
    await life.up()
    const copy = life.copyLedger()
    const [path] = [...copy.keys()].filter(name => name.endsWith('.json'))
    life.restoreLedger(new Map([...copy, [path!, '<<<<<<< HEAD']]))
    expect((await life.up()).error).toMatchObject({ code: 'ledger' })
    expect(await life.rebuild()).toMatchObject({ code: 0, writes: [] })
    expect(await shown(life)).toEqual([])
    expect(
      [...life.copyLedger()].some(([name, text]) => name.endsWith('.old') && text === '<<<<<<< HEAD'),
    ).toBe(true)
  })

  it('keeps what the config no longer names, so that the next up removes it', async () => {
    const life = liveWith('apranova')
    await life.up()
    life.edit('    paths: [/api/*, /admin/*]\n', '')
    expect(await life.rebuild()).toMatchObject({ code: 0, writes: [] })
    expect((await shown(life)).map(([action]) => action)).toContain('delete')
  })
})

describe('the history', () => {
  it('names every run that changed something, and no other', async () => {
    const life = liveWith('minimal')
    await life.up()
    await life.up()
    await life.teardown()
    const { out } = await life.history()
    expect(out.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/done in .* provision teardown {2}ada on laptop .* serial \d+ → \d+$/),
      expect.stringMatching(/done in .* provision up {2}ada on laptop .* serial 0 → \d+$/),
    ])
  })
})

describe('a ledger in a table', () => {
  it('is neither read nor written with credentials of another account than the config says', async () => {
    const life = liveWith('minimal')
    life.keepLedgerAt('dynamodb:ledgers')
    life.edit('stack: ', "account: '999999999999'\nstack: ")
    const commands = [life.up, life.teardown, life.plan, life.history, life.rebuild]
    for (const command of commands) {
      const { error, calls } = await command()
      expect(error).toMatchObject({ code: 'access', message: expect.stringContaining('999999999999') })
      expect(calls.map(({ operation }) => operation)).toEqual(['GetCallerIdentity'])
    }
    life.keepLedgerAt('file:.provision/other.json')
    expect((await life.migrate('dynamodb:ledgers')).error).toMatchObject({ code: 'access' })
    expect(life.tableCalls).toEqual([])
    life.keepLedgerAt('dynamodb:ledgers')
    life.edit("account: '999999999999'\n", '')
    expect(await life.up()).toMatchObject({ code: 0 })
    expect(life.tableCalls).toContain('write')
  })
})

describe('a ledger that moves', () => {
  it('goes into a table and back, and the stack stays as it is', async () => {
    const life = liveWith('minimal')
    await life.up()
    const before = await life.ledger()
    expect(await life.migrate('dynamodb:ledgers')).toMatchObject({ code: 0, writes: [] })
    const { error } = await life.up()
    expect(error).toMatchObject({ code: 'ledger', message: expect.stringContaining('dynamodb:ledgers') })
    life.keepLedgerAt('dynamodb:ledgers')
    expect((await life.plan()).out).toContain('No changes')
    expect((await life.history()).out).toContain('done in')
    expect(await life.migrate('file:.provision/sandbox/hello-dev.ledger.json')).toMatchObject({ code: 0 })
    const after = await life.ledger()
    expect(after?.entries).toEqual(before?.entries)
    expect(after?.serial).toBeGreaterThan(before!.serial)
    expect((await life.plan()).error).toMatchObject({ code: 'ledger' })
  })

  it('does not take the place of another one', async () => {
    const life = liveWith('minimal')
    life.keepLedgerAt('dynamodb:ledgers')
    await life.up()
    life.keepLedgerAt('file:other.json')
    life.edit('nginx:1.27', 'nginx:1.28')
    await life.up()
    const { error } = await life.migrate('dynamodb:ledgers')
    expect(error).toMatchObject({ code: 'refused', message: expect.stringContaining('holds a ledger') })
    expect((await life.plan()).out).toContain('No changes')
  })

  it('serves a whole life from a table', async () => {
    const life = liveWith('minimal')
    life.keepLedgerAt('dynamodb:ledgers')
    expect(await life.up()).toMatchObject({ code: 0 })
    expect((await life.up()).writes).toEqual([])
    expect(await life.teardown()).toMatchObject({ code: 0 })
    expect((await life.history()).out).toMatch(/provision teardown[^]*provision up/)
  })
})
