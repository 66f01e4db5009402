import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ContainerCheck, TargetCheck, TaskConditions } from '../../src/sandbox/ecs/timeline.ts'
import { leavingOf, timelineOf } from '../../src/sandbox/ecs/timeline.ts'

/** RUNNING at 35. */
const times = (boot: number) => ({ placement: 15, pull: 15, start: 5, boot })
const target = (
  [interval, healthyThreshold, unhealthyThreshold]: readonly [number, number, number],
  first = interval,
): TargetCheck => ({ interval, healthyThreshold, unhealthyThreshold, first })

/** Interval, healthy and unhealthy threshold. */
const ours = [5, 2, 5] as const
const awsDefaults = [30, 5, 2] as const
const copilot = [10, 2, 2] as const

const start = (boot: number, more: Partial<TaskConditions> = {}) =>
  timelineOf({ times: times(boot), notice: 0, ...more })

describe('a new target', () => {
  // A single success makes it healthy, regardless of the threshold:
  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/load-balancer-healthcheck.html
  it.each([
    { name: 'our defaults', check: ours, boot: 5, healthyAt: 40 },
    { name: "AWS's defaults", check: awsDefaults, boot: 5, healthyAt: 65 },
    { name: "Copilot's defaults", check: copilot, boot: 5, healthyAt: 45 },
    { name: 'our defaults, an application that boots in 12 s', check: ours, boot: 12, healthyAt: 50 },
  ])('is healthy at its first success after RUNNING: $name', ({ check, boot, healthyAt }) => {
    expect(start(boot, { targetChecks: [target(check)] })).toMatchObject({
      runningAt: 35,
      target: { healthyAt },
      healthyAt,
    })
  })

  // "3 x 30 s = 90 s" of the field reports: the application does not listen yet, fails, and then needs the threshold.
  it.each([
    { name: 'our defaults', check: ours, boot: 30, unhealthyAt: 60, healthyAt: 65 + 5 },
    {
      name: 'AWS: 2 failures, then 5 successes',
      check: awsDefaults,
      boot: 70,
      unhealthyAt: 95,
      healthyAt: 125 + 120,
    },
    {
      name: 'Copilot: 2 failures, then 2 successes',
      check: copilot,
      boot: 25,
      unhealthyAt: 55,
      healthyAt: 65 + 10,
    },
  ])(
    'that failed first needs the whole healthy threshold: $name',
    ({ check, boot, unhealthyAt, healthyAt }) => {
      const { target: found } = start(boot, { targetChecks: [target(check)], gracePeriod: 3600 })
      expect(found).toMatchObject({ unhealthyAt, healthyAt })
    },
  )

  it('is replaced before it is healthy where it fails first and no grace period is left', () => {
    const targetChecks = [target(copilot)]
    expect(start(25, { targetChecks }).failsAt).toBe(55)
    expect(start(25, { targetChecks, gracePeriod: 30 }).failsAt).toBe(65)
    expect(start(25, { targetChecks, gracePeriod: 60 }).failsAt).toBeUndefined()
    expect(start(15, { targetChecks }).failsAt).toBeUndefined()
  })

  it('is not checked before the load balancer is active', () => {
    expect(start(5, { targetChecks: [{ ...target(ours), from: 150 }] }).healthyAt).toBe(155)
  })

  it('is known to ECS when ECS asks', () => {
    expect(start(5, { targetChecks: [target(ours)], notice: 10 })).toMatchObject({
      target: { healthyAt: 40 },
      healthyAt: 50,
    })
  })
})

describe('a task', () => {
  const check = (more: Partial<ContainerCheck> = {}): ContainerCheck => ({
    interval: 30,
    retries: 3,
    startPeriod: 0,
    ...more,
  })

  // ECS counts it 40 s after RUNNING without a load balancer and a container health check.
  it('without any check is healthy 40 s after it runs, however long its application boots', () => {
    expect([start(5).healthyAt, start(300).healthyAt]).toEqual([75, 75])
  })

  it('with a check of its own can be healthy sooner than that', () => {
    expect(start(5, { containerChecks: [check({ interval: 5 })] }).healthyAt).toBe(40)
    expect(start(5, { containerChecks: [check()] }).healthyAt).toBe(65)
  })

  it('behind a load balancer with a check of its own waits for both', () => {
    expect(start(5, { containerChecks: [check()], targetChecks: [target(ours)] }).healthyAt).toBe(65)
  })

  it('fails by a check of its own, unless the start period or the grace period covers the boot', () => {
    const slow = (more: Partial<ContainerCheck>, gracePeriod = 0) =>
      start(100, { containerChecks: [check({ interval: 10, ...more })], gracePeriod }).failsAt
    expect(slow({})).toBe(35 + 30)
    expect(slow({ startPeriod: 60 })).toBe(35 + 80)
    expect(slow({ startPeriod: 90 })).toBeUndefined()
    expect(slow({}, 120)).toBeUndefined()
  })

  it.each([
    { name: 'our defaults', delays: [30], stopTimeout: 30, gone: 30 + 10 },
    { name: "AWS's defaults", delays: [300], stopTimeout: 30, gone: 300 + 10 },
    { name: "Copilot's defaults", delays: [60], stopTimeout: 30, gone: 60 + 10 },
    { name: 'a stop timeout that ends it', delays: [30, 5], stopTimeout: 4, gone: 30 + 4 },
    { name: 'no load balancer', delays: [], stopTimeout: 30, gone: 10 },
  ])('drains, and then stops: $name', ({ delays, stopTimeout, gone }) => {
    const { draining, stopping } = leavingOf({ deregistrationDelays: delays, stops: 10, stopTimeout })
    expect(draining + stopping).toBe(gone)
  })
})

describe('the start of any task', () => {
  const some = (max: number) => fc.integer({ min: 0, max })
  const conditions = fc.record({
    times: fc.record({ placement: some(60), pull: some(300), start: some(30), boot: some(300) }),
    notice: some(15),
    gracePeriod: some(300),
    targetChecks: fc.array(
      fc.record({
        interval: fc.integer({ min: 5, max: 300 }),
        healthyThreshold: fc.integer({ min: 2, max: 10 }),
        unhealthyThreshold: fc.integer({ min: 2, max: 10 }),
        first: fc.integer({ min: 1, max: 5 }),
      }),
      { minLength: 1, maxLength: 2 },
    ),
  })

  it('takes at least placement, pull, start and the first check', () => {
    fc.assert(
      fc.property(conditions, one => {
        const { placement, pull, start: containers, boot } = one.times
        const { runningAt, healthyAt } = timelineOf(one)
        expect(runningAt).toBe(placement + pull + containers)
        const soonest = Math.max(boot, ...one.targetChecks.map(({ first }) => first))
        expect(healthyAt).toBeGreaterThanOrEqual(runningAt + soonest + one.notice)
      }),
    )
  })

  it('fails before it is healthy or not at all, and never within the grace period', () => {
    fc.assert(
      fc.property(conditions, one => {
        const { failsAt = Infinity, healthyAt, runningAt } = timelineOf(one)
        expect(failsAt).toBeGreaterThanOrEqual(runningAt + one.gracePeriod)
        if (failsAt !== Infinity) expect(failsAt).toBeLessThan(healthyAt)
      }),
    )
  })
})
