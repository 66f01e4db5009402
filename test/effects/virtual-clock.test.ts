import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../src/effects/virtual-clock.ts'

describe('work that a virtual clock does again and again', () => {
  it('is done at its moments on the way of somebody else’s time', async () => {
    const clock = new VirtualClock({ start: 0 })
    const at: string[] = []
    const stop = clock.every(30_000, () => at.push(`a ${clock.now()}`))
    clock.every(45_000, () => at.push(`b ${clock.now()}`))
    await clock.sleep(50_000)
    expect(at).toEqual(['a 30000', 'b 45000'])
    stop()
    await clock.sleep(50_000)
    expect(at.slice(2)).toEqual(['b 90000'])
    expect(clock.now()).toBe(100_000)
  })

  it('never makes time pass by itself: a slow disk would let hours go by', async () => {
    const clock = new VirtualClock({ start: 0 })
    clock.every(1000, () => undefined)
    for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate)
    expect(clock.now()).toBe(0)
  })
})
