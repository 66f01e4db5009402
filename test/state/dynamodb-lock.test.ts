import { describe, expect, test } from 'vitest'
import type { Clock } from '../../src/effects/clock.ts'
import { VirtualClock } from '../../src/effects/virtual-clock.ts'
import type { Ledger } from '../../src/state/ledger.ts'
import type { HostView } from '../../src/state/processes.ts'
import { openDynamoLedger } from '../support/dynamo-ledger.ts'
import { asking, header, ready } from '../support/ledger-samples.ts'
import type { TableCall } from '../support/memory-table.ts'
import { memoryTable } from '../support/memory-table.ts'

const lease = 60_000

interface Runner {
  readonly ledger: Ledger
  /** From now on nothing it asks reaches the table: killed, stopped, or without a network. */
  cut(): void
}

/** Several runners on one table and one virtual time; each may believe in a time of its own. */
function stage() {
  const clock = new VirtualClock({ start: Date.UTC(2026, 0, 1, 0, 5) })
  const { contents } = memoryTable()
  let seed = 0
  const runner = ({ skew = 0, host }: { skew?: number; host?: HostView } = {}): Runner => {
    let cut = false
    const before = async () => {
      while (cut) await new Promise(() => undefined)
    }
    const own: Clock = {
      now: () => clock.now() + skew,
      monotonic: () => clock.monotonic() + skew,
      sleep: (ms, signal) => clock.sleep(ms, signal),
      outside: work => clock.outside(work),
      every: (ms, work) => clock.every(ms, work),
    }
    const table = memoryTable({ before }, contents)
    const ledger = openDynamoLedger({ table, clock: own, seed: ++seed, ...(host ? { host } : {}) })
    return { ledger, cut: () => (cut = true) }
  }
  return { clock, contents, runner }
}

describe('the lock of a ledger in DynamoDB', () => {
  test('of a holder that renews it is refused, with its whole story', async () => {
    const { runner } = stage()
    const holder = await runner().ledger.lock({ ...asking, job: 'https://ci.example/7' })
    const error = await runner()
      .ledger.lock(asking)
      .catch((error: unknown) => error)
    expect(error).toMatchObject({
      code: 'locked',
      message: expect.stringContaining(
        'dynamodb:ledgers is locked by ada on laptop (pid 100, job https://ci.example/7) since 2026-01-01T00:00:00.000Z',
      ),
      hint: expect.stringContaining('provision ledger unlock '),
    })
    await holder.release()
  })

  test('of a holder that is silent is taken over after one lease, and not before', async () => {
    const { clock, runner } = stage()
    const dead = runner()
    await dead.ledger.lock(asking)
    dead.cut()
    const began = clock.now()
    const writer = await runner().ledger.lock(asking)
    expect(clock.now() - began).toBeGreaterThanOrEqual(lease)
    expect(clock.now() - began).toBeLessThan(lease + 5000)
    await writer.release()
  })

  test.each([-3_600_000, 3_600_000])('is not taken early by one whose clock is %i ms off', async skew => {
    const { clock, runner } = stage()
    const dead = runner()
    await dead.ledger.lock(asking)
    dead.cut()
    const began = clock.now()
    const writer = await runner({ skew }).ledger.lock(asking)
    expect(clock.now() - began).toBeGreaterThanOrEqual(lease)
    await writer.release()
  })

  test('is waited for as long as was asked, and not longer', async () => {
    const { clock, runner } = stage()
    const holder = await runner().ledger.lock(asking)
    const told: string[] = []
    const onWait = ({ user }: { readonly user: string }) => void told.push(user)
    const began = clock.now()
    await expect(runner().ledger.lock(asking, { wait: 120_000, onWait })).rejects.toMatchObject({
      code: 'locked',
    })
    expect(clock.now() - began).toBeGreaterThanOrEqual(120_000)
    expect(clock.now() - began).toBeLessThan(130_000)
    const waiting = runner().ledger.lock(asking, { wait: 120_000, onWait })
    await clock.sleep(30_000)
    await holder.release()
    await (await waiting).release()
    expect(told).toEqual(['ada', 'ada'])
  })

  test('ends its waiting when it is told to stop', async () => {
    const { clock, runner } = stage()
    const holder = await runner().ledger.lock(asking)
    const stop = new AbortController()
    const waiting = runner().ledger.lock(asking, { wait: 600_000, signal: stop.signal })
    waiting.catch(() => undefined)
    await clock.sleep(10_000)
    stop.abort(new Error('stopped'))
    await expect(waiting).rejects.toThrow('stopped')
    await holder.release()
  })

  test('of a process of this host that has died is taken over at once', async () => {
    const { clock, runner } = stage()
    const boot = { id: 'boot-1', namespace: 'pid:1' }
    const dead = runner()
    await dead.ledger.lock({ ...asking, boot })
    dead.cut()
    const began = clock.now()
    const host = { host: 'laptop', isAlive: () => false, boot }
    await (await runner({ host }).ledger.lock(asking)).release()
    expect(clock.now() - began).toBeLessThan(5000)
  })

  test.each([
    { id: 'boot-2', namespace: 'pid:1' },
    { id: 'boot-1', namespace: 'pid:2' },
  ])('of a process that cannot be seen from here keeps its lease: %o', async boot => {
    const { clock, runner } = stage()
    const dead = runner()
    await dead.ledger.lock({ ...asking, boot: { id: 'boot-1', namespace: 'pid:1' } })
    dead.cut()
    const began = clock.now()
    const host = { host: 'laptop', isAlive: () => false, boot }
    await (await runner({ host }).ledger.lock(asking)).release()
    expect(clock.now() - began).toBeGreaterThanOrEqual(lease)
  })

  test('lives through an hour in which nothing is written', async () => {
    const { clock, runner } = stage()
    const writer = await runner().ledger.lock(asking)
    await writer.begin(header)
    await clock.sleep(3_600_000)
    await writer.guard()
    await expect(runner().ledger.lock(asking)).rejects.toMatchObject({ code: 'locked' })
    await writer.put('network/vpc', ready('network/vpc'))
    await writer.release()
  })

  test('raises its epoch with every holder', async () => {
    const { contents, runner } = stage()
    const epochs: unknown[] = []
    for (let run = 0; run < 3; run++) {
      const writer = await runner().ledger.lock(asking)
      epochs.push(contents.get('shop/production\n#lock')?.['epoch'])
      await writer.release()
    }
    expect(epochs).toEqual([1, 2, 3])
  })
})

describe('whoever has lost the lock', () => {
  test('writes nothing, sends nothing, and lets the new holder be', async () => {
    const { clock, contents, runner } = stage()
    let asleep = false
    const before = async () => {
      if (asleep) await clock.sleep(2 * lease)
    }
    const zombie = await openDynamoLedger({ table: memoryTable({ before }, contents), clock, seed: 9 }).lock(
      asking,
    )
    await zombie.begin(header)
    asleep = true
    const next = await runner().ledger.lock(asking)
    await next.put('network/new', ready('network/new'))
    asleep = false
    await expect(zombie.guard()).rejects.toMatchObject({ code: 'locked' })
    await expect(zombie.put('network/old', ready('network/old'))).rejects.toMatchObject({ code: 'locked' })
    await zombie.release()
    await next.guard()
    await next.put('network/newer', ready('network/newer'))
    expect([...next.content!.entries.keys()]).toEqual(['network/new', 'network/newer'])
    expect(await runner().ledger.holder()).toBeDefined()
    await next.release()
  })

  test('sends nothing while it cannot renew, although nobody else has taken it', async () => {
    const clock = new VirtualClock()
    let cut = false
    const before = ({ operation }: TableCall) => {
      if (cut && operation === 'write') throw Object.assign(new Error('lost'), { name: 'TimeoutError' })
    }
    const writer = await openDynamoLedger({ table: memoryTable({ before }), clock }).lock(asking)
    await writer.begin(header)
    cut = true
    await clock.sleep(30_000)
    await expect(writer.guard()).rejects.toMatchObject({ name: 'ProvisionError' })
    await writer.release()
  })

  test('believes the wall clock where the other one stood still: a laptop that slept', async () => {
    const clock = new VirtualClock()
    let slept = 0
    const laptop: Clock = {
      now: () => clock.now() + slept,
      monotonic: () => clock.monotonic(),
      sleep: (ms, signal) => clock.sleep(ms, signal),
      outside: work => clock.outside(work),
      every: (ms, work) => clock.every(ms, work),
    }
    let writes = 0
    const table = memoryTable({ before: ({ operation }) => void (operation === 'write' && writes++) })
    const writer = await openDynamoLedger({ table, clock: laptop }).lock(asking)
    await writer.begin(header)
    const before = writes
    await writer.guard()
    expect(writes).toBe(before)
    slept = 8 * 3_600_000
    await writer.guard()
    expect(writes).toBe(before + 1)
    await writer.release()
  })
})

describe('ledger unlock', () => {
  test('refuses while the holder still renews, and breaks the lock of a silent one', async () => {
    const { clock, runner } = stage()
    const alive = runner()
    const writer = await alive.ledger.lock(asking)
    const { id } = (await runner().ledger.holder())!
    await expect(runner().ledger.unlock(id, asking)).rejects.toThrow('still running: pid 100 on laptop')
    alive.cut()
    const began = clock.now()
    await runner().ledger.unlock(id, asking)
    expect(clock.now() - began).toBeGreaterThanOrEqual(lease)
    expect(await runner().ledger.holder()).toBeUndefined()
    expect(writer.content).toBeUndefined()
  })

  test('leaves a row in the history, beside that of the run that held the lock', async () => {
    const { runner } = stage()
    const alive = runner()
    const writer = await alive.ledger.lock(asking)
    await writer.begin(header)
    await writer.note()
    alive.cut()
    const { ledger } = runner()
    const by = { ...asking, user: 'eve', command: 'provision ledger unlock' }
    await ledger.unlock((await ledger.holder())!.id, by)
    const end = { outcome: 'done', serial: 1 }
    expect(await ledger.history()).toMatchObject([
      { user: 'eve', command: by.command, from: 1, end },
      { user: 'ada', command: asking.command },
    ])
    const next = await ledger.lock(asking)
    await next.note('done')
    expect(await ledger.history()).toHaveLength(3)
  })

  test('whose lock was broken writes nothing more', async () => {
    const { clock, contents, runner } = stage()
    let asleep = false
    const before = async () => {
      if (asleep) await clock.sleep(2 * lease)
    }
    const table = memoryTable({ before }, contents)
    const zombie = await openDynamoLedger({ table, clock, seed: 9 }).lock(asking)
    await zombie.begin(header)
    asleep = true
    await runner().ledger.unlock((await runner().ledger.holder())!.id, asking)
    asleep = false
    await expect(zombie.put('network/vpc', ready('network/vpc'))).rejects.toMatchObject({ code: 'locked' })
  })
})
