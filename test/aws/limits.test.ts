import { describe, expect, it, vi } from 'vitest'
import { RateLimit, rateLimits } from '../../src/aws/limits.ts'
import { VirtualClock } from '../../src/effects/virtual-clock.ts'

const rate = { burst: 5, perSecond: 2 }

async function times(limit: RateLimit, clock: VirtualClock, calls: number): Promise<number[]> {
  const begun = clock.now()
  return Promise.all(
    Array.from({ length: calls }, async () => {
      await limit.turn()
      return (clock.now() - begun) / 1000
    }),
  )
}

describe('a rate limit', () => {
  it('lets a burst leave at once and spaces what follows', async () => {
    const clock = new VirtualClock()
    const left = await times(new RateLimit(rate, clock), clock, 8)
    expect(left).toEqual([0, 0, 0, 0, 0, 0.5, 1, 1.5])
  })

  it('lets a burst leave at once in the first moment of a process, at which its clock begins', async () => {
    const clock = new VirtualClock({ start: 0 })
    expect(await times(new RateLimit(rate, clock), clock, 6)).toEqual([0, 0, 0, 0, 0, 0.5])
  })

  it('holds nothing up when the wall clock is set back', async () => {
    const clock = new VirtualClock()
    const limit = new RateLimit(rate, clock)
    await times(limit, clock, 5)
    vi.spyOn(clock, 'now').mockReturnValue(0)
    const began = clock.monotonic()
    await limit.turn()
    expect(clock.monotonic() - began).toBe(500)
  })

  it('fills up again with time', async () => {
    const clock = new VirtualClock()
    const limit = new RateLimit(rate, clock)
    await times(limit, clock, 5)
    await clock.sleep(60_000)
    expect(await times(limit, clock, 6)).toEqual([0, 0, 0, 0, 0, 0.5])
  })

  it('halves the rate for ten seconds after a throttle', async () => {
    const clock = new VirtualClock()
    const limit = new RateLimit(rate, clock)
    await times(limit, clock, 5)
    limit.slowDown()
    expect(await times(limit, clock, 2)).toEqual([1, 2])
  })

  it('is one for the reads and one for the writes of a service', () => {
    const limitOf = rateLimits(new VirtualClock())
    expect(limitOf('ec2', true)).toBe(limitOf('ec2', true))
    expect(limitOf('ec2', true)).not.toBe(limitOf('ec2', false))
    expect(limitOf('ec2', true)).not.toBe(limitOf('ecs', true))
  })
})
