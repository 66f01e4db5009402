import { describe, expect, it, vi } from 'vitest'
import { VirtualClock } from '../../src/effects/virtual-clock.ts'
import type { Look } from '../../src/engine/wait.ts'
import { Watch, waitUntil } from '../../src/engine/wait.ts'
import { Interrupted } from '../../src/engine/walk.ts'

interface Thing {
  /** Seconds until it is over. */
  readonly takes: number
}

function watching() {
  const clock = new VirtualClock({ start: 0 })
  const looks: { readonly at: number; readonly keys: number }[] = []
  const watch = new Watch<Thing, string>(async keys => {
    looks.push({ at: clock.monotonic() / 1000, keys: keys.length })
    return keys.map(({ takes }): Look<string> =>
      clock.monotonic() >= takes * 1000
        ? { over: true, value: `over ${takes}` }
        : { over: false, status: 'creating' },
    )
  }, clock)
  const statuses: string[] = []
  const wait = (
    takes: number,
    usually: number,
    more: { since?: number | undefined; lag?: number; signal?: AbortSignal } = {},
  ) => {
    const thing = { takes }
    const onStatus = (status: string) => void statuses.push(status)
    return waitUntil(watch, () => thing, { clock, usually, since: 0, onStatus, ...more })
  }
  return { clock, looks, statuses, wait }
}

describe('waiting', () => {
  it('looks at once and soon, then not before most of the usual time has passed', async () => {
    const { wait, looks, clock } = watching()
    expect(await wait(400, 400)).toBe('over 400')
    expect(looks.slice(0, 2).map(({ at }) => at)).toEqual([0.5, 3])
    expect(looks[2]!.at).toBeGreaterThan(300)
    expect(looks.length).toBeLessThan(12)
    expect(clock.now()).toBeLessThan(415_000)
  })

  it.each([
    [0, 120, 500],
    [0, 4, 500],
    [2, 120, 3000],
  ])(
    'notices what is over after %d seconds, and usually takes %d, within %d ms',
    async (takes, usually, ms) => {
      const { wait, clock } = watching()
      await wait(takes, usually)
      expect(clock.now()).toBeLessThanOrEqual(ms)
    },
  )

  it('believes no look before AWS shows what has been changed', async () => {
    const { wait, looks } = watching()
    await wait(0, 600, { lag: 40 })
    expect(looks.map(({ at }) => at)).toEqual([40])
  })

  it('notices within a second what takes half a minute', async () => {
    const { wait, looks, clock } = watching()
    await wait(20, 20)
    expect(clock.now()).toBeLessThanOrEqual(21_000)
    expect(looks.length).toBeLessThan(6)
  })

  it('neither goes on nor gives up when the wall clock is set while it waits', async () => {
    for (const hours of [5, -5]) {
      const { wait, clock } = watching()
      const set = clock.sleep(60_000).then(() => {
        const wall = vi.spyOn(clock, 'now')
        wall.mockImplementation(() => clock.monotonic() + hours * 3_600_000)
        return wall
      })
      expect(await wait(400, 400)).toBe('over 400')
      ;(await set).mockRestore()
      expect(clock.monotonic()).toBeLessThan(415_000)
    }
  })

  it('looks at several things in one call', async () => {
    const { wait, looks } = watching()
    await Promise.all([wait(100, 100), wait(100, 100), wait(100, 100)])
    expect(looks.every(({ keys }) => keys === 3)).toBe(true)
  })

  it('tells each status once', async () => {
    const { wait, statuses } = watching()
    await wait(100, 100)
    expect(statuses).toEqual(['creating'])
  })

  it('looks at what an earlier run began at once, then less and less often', async () => {
    const { wait, looks, clock } = watching()
    await wait(600, 600, { since: undefined })
    const pauses = looks.map(({ at }, index) => at - (looks[index - 1]?.at ?? 0)).slice(1)
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(4)
    expect(pauses.at(-2)).toBeGreaterThan(15)
    expect(looks.length).toBeLessThan(65)
    expect(clock.now()).toBeLessThan(620_000)
  })

  it('notices within two seconds that what takes moments is over, also when an earlier run began it', async () => {
    const { wait, clock } = watching()
    await wait(4, 4, { since: undefined })
    expect(clock.now()).toBeLessThanOrEqual(6000)
  })

  it('gives up after many times the usual, with AWS’s last word', async () => {
    const { wait, clock } = watching()
    await expect(wait(1e6, 200)).rejects.toThrow(/AWS says: creating/)
    expect(clock.now()).toBeGreaterThan(1_200_000)
    expect(clock.now()).toBeLessThan(1_300_000)
  })

  it('ends as interrupted when it is stopped', async () => {
    const { wait, clock } = watching()
    const stop = new AbortController()
    const waiting = wait(1000, 100, { signal: stop.signal })
    void clock.sleep(5000).then(() => stop.abort())
    await expect(waiting).rejects.toBeInstanceOf(Interrupted)
  })

  it('rejects only the one whose look says that it will never be', async () => {
    const clock = new VirtualClock()
    const watch = new Watch<{ readonly bad: boolean }, string>(
      async keys => keys.map(({ bad }) => (bad ? new Error('no capacity') : { over: true, value: 'fine' })),
      clock,
    )
    const wait = (bad: boolean) => {
      const key = { bad }
      return waitUntil(watch, () => key, { clock, usually: 5, since: clock.now(), onStatus: () => undefined })
    }
    const [bad, good] = await Promise.allSettled([wait(true), wait(false)])
    expect(bad).toMatchObject({ status: 'rejected', reason: { message: 'no capacity' } })
    expect(good).toEqual({ status: 'fulfilled', value: 'fine' })
  })
})
