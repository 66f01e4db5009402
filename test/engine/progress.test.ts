import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../src/effects/virtual-clock.ts'
import { Progress } from '../../src/engine/progress.ts'
import { Stopwatch } from '../../src/engine/stopwatch.ts'
import type { WalkNode } from '../../src/engine/walk.ts'
import type { RunEvent } from '../../src/events/event.ts'
import type { Decision } from '../../src/plan/decision.ts'
import type { AnyKind } from '../../src/resources/kind.ts'

const decision = (address: string, action: Decision['action'] = 'create'): Decision => ({
  address,
  type: 'iam/role',
  label: 'IAM role',
  name: undefined,
  action,
  changes: [],
  data: false,
  resource: undefined,
  entry: undefined,
  observed: undefined,
  tags: {},
  edges: [],
})

function newProgress() {
  const clock = new VirtualClock()
  const told: RunEvent[] = []
  const kind = { seconds: { create: 1, delete: 1 } } as AnyKind
  const progress = new Progress({ clock, say: event => told.push(event), kindOf: () => kind })
  const types = () => told.map(event => event.type)
  return { clock, told, types, progress }
}

const role = decision('identity/role')

/** A role that is made at once, and finished when a database and a cache are there. */
const nodes: readonly WalkNode[] = [
  { id: 'id:identity/role', needs: [], weight: 1 },
  { id: 'ready:data/database', needs: [], weight: 360 },
  { id: 'ready:data/cache', needs: [], weight: 330 },
  {
    id: 'ready:identity/role',
    needs: ['id:identity/role', 'ready:data/cache', 'ready:data/database', 'id:not-in-this-walk'],
    weight: 1,
  },
]

describe('a stopwatch', () => {
  it('counts the time of the works, and none between them', async () => {
    const clock = new VirtualClock()
    const watch = new Stopwatch(clock)
    expect(watch.took('a')).toBe(0)
    await watch.during('a', () => clock.sleep(2000))
    await clock.sleep(60_000)
    await watch.during('a', async () => {
      await clock.sleep(500)
      expect(watch.took('a')).toBe(2500)
    })
    await clock.sleep(60_000)
    expect([watch.took('a'), watch.took('b')]).toEqual([2500, 0])
  })

  it('counts the time of a work that failed', async () => {
    const clock = new VirtualClock()
    const watch = new Stopwatch(clock)
    const fails = async () => {
      await clock.sleep(700)
      throw new Error('no')
    }
    await expect(watch.during('a', fails)).rejects.toThrow('no')
    expect(watch.took('a')).toBe(700)
  })
})

describe('the progress of a run', () => {
  it('names what is waited for: first what takes longest, then what is still missing', async () => {
    const { clock, told, progress } = newProgress()
    progress.enter(nodes)
    await progress.during('id:identity/role', async () => {
      progress.begin(role)
      await clock.sleep(1000)
    })
    await progress.during('ready:data/database', () => clock.sleep(360_000))
    await progress.during('ready:data/cache', () => clock.sleep(1000))
    await progress.during('ready:identity/role', async () => {
      await clock.sleep(3000)
      progress.finish(role)
    })
    const address = 'identity/role'
    expect(told).toEqual([
      { type: 'resource.started', address, label: 'IAM role', action: 'create', usually: 1 },
      { type: 'resource.waiting', address, status: 'waiting for data/database', for: 'data/database' },
      { type: 'resource.waiting', address, status: 'waiting for data/cache', for: 'data/cache' },
      { type: 'resource.continued', address },
      {
        type: 'resource.done',
        address,
        label: 'IAM role',
        action: 'create',
        name: undefined,
        took: 4000,
      },
    ])
  })

  it('says nothing of waiting where all that is needed is there already', async () => {
    const { types, progress } = newProgress()
    progress.enter(nodes)
    for (const id of ['ready:data/database', 'ready:data/cache']) await progress.during(id, async () => {})
    await progress.during('id:identity/role', async () => progress.begin(role))
    await progress.during('ready:identity/role', async () => progress.finish(role))
    expect(types()).toEqual(['resource.started', 'resource.done'])
  })

  it('shows what is deleted to make room, and what its replacement then waits for', async () => {
    const { clock, told, types, progress } = newProgress()
    const replaced = decision('identity/role', 'replace')
    progress.enter([{ id: 'leaving:identity/role', needs: [], weight: 1 }])
    await progress.during('leaving:identity/role', async () => {
      progress.begin(replaced)
      await clock.sleep(2000)
    })
    progress.enter([
      { id: 'ready:data/database', needs: [], weight: 360 },
      { id: 'id:identity/role', needs: ['ready:data/database'], weight: 1 },
    ])
    await progress.during('ready:data/database', () => clock.sleep(360_000))
    await progress.during('id:identity/role', async () => {
      progress.begin(replaced)
      await clock.sleep(1000)
      progress.finish(replaced)
    })
    expect(types()).toEqual(['resource.started', 'resource.waiting', 'resource.continued', 'resource.done'])
    expect(told.at(-1)).toMatchObject({ action: 'replace', took: 3000 })
  })

  it('names everything that a failed run has left undone, each of it once', async () => {
    const { told, progress } = newProgress()
    const failing = decision('data/database')
    progress.enter(nodes)
    progress.settled(failing, { state: 'failed', error: new Error('no') })
    progress.settled(role, { state: 'skipped', because: 'ready:data/database' })
    progress.settled(role, { state: 'skipped', because: 'ready:data/database' })
    progress.settled(decision('network/vpc', 'none'), { state: 'interrupted' })
    const unwanted = decision('services/old', 'delete')
    progress.leave([failing, role, unwanted, decision('network/vpc', 'none')], 'failed')
    expect(told.map(event => [event.type, 'address' in event && event.address])).toEqual([
      ['resource.failed', 'data/database'],
      ['resource.skipped', 'identity/role'],
      ['resource.skipped', 'services/old'],
    ])
    expect(told.at(-1)).toMatchObject({ because: 'data/database' })
    expect([progress.failed, progress.skipped]).toEqual([
      ['data/database'],
      ['identity/role', 'services/old'],
    ])
  })
})
