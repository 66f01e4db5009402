import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { percentageFindings } from '../../src/config/rules/percentages.ts'
import { behave } from '../../src/sandbox/ecs/image.ts'
import { sandboxContext } from '../support/context.ts'
import type { RollingOptions, Seen } from '../support/rolling.ts'
import { rollingService } from '../support/rolling.ts'

const stuck =
  '(service web) was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.'
const percent = (minimumHealthyPercent: number, maximumPercent: number) => ({
  minimumHealthyPercent,
  maximumPercent,
})

/** What stands while a new task definition comes into service. */
async function released(options: RollingOptions, seconds = 1200) {
  const service = await rollingService(sandboxContext(), options)
  await service.update({ taskDefinition: await service.newTask() })
  return { service, seen: await service.watch(seconds) }
}

const most = (seen: readonly Seen[]) => Math.max(...seen.map(({ present }) => present))
const least = (seen: readonly Seen[]) => Math.min(...seen.map(({ healthy }) => healthy))

describe('a rolling deployment of the embedded AWS', () => {
  it.each([
    { count: 1, configuration: percent(100, 200), bounds: [1, 2] },
    { count: 3, configuration: percent(100, 150), bounds: [3, 4] },
    { count: 2, configuration: percent(50, 100), bounds: [1, 2] },
    { count: 1, configuration: percent(0, 100), bounds: [0, 1] },
    { count: 4, configuration: percent(50, 100), bounds: [2, 4] },
    { count: 5, configuration: percent(70, 130), bounds: [4, 6] },
  ])('stays within whole tasks: $count with $configuration', async ({ bounds, ...options }) => {
    const { service, seen } = await released(options)
    expect(await service.describe()).toMatchObject({
      runningCount: options.count,
      deployments: [{ rolloutState: 'COMPLETED' }],
    })
    expect([least(seen), most(seen)]).toEqual(bounds)
    expect(seen.at(-1)!.byTaskDefinition).toEqual({ 'shop-web:2': options.count })
  })

  it('replaces in as many batches as its bounds make necessary', async () => {
    const { seen } = await released({ count: 4, configuration: percent(100, 125) }, 3600)
    const news = seen.map(({ byTaskDefinition }) => byTaskDefinition['shop-web:2'] ?? 0)
    expect([...new Set(news)]).toEqual([1, 2, 3, 4])
    expect([least(seen), most(seen)]).toEqual([4, 5])
  })

  it.each([
    { count: 1, configuration: percent(50, 150) },
    { count: 2, configuration: percent(75, 100) },
    { count: 3, configuration: percent(100, 125) },
  ])('never ends where no whole task can stop or start: $count with $configuration', async options => {
    const { service, seen } = await released(options, 10)
    await service.watch(60)
    const context = await service.describe()
    expect(context).toMatchObject({
      runningCount: options.count,
      deployments: [
        { status: 'PRIMARY', rolloutState: 'IN_PROGRESS', runningCount: 0 },
        { status: 'ACTIVE', runningCount: options.count },
      ],
    })
    expect(context.events!.filter(({ message }) => message === stuck)).toHaveLength(1)
    expect(context.events![0]!.message).toBe(stuck)
    expect(most(seen)).toBe(options.count)
  })

  it('is still in progress after two days where it cannot move', async () => {
    const context = sandboxContext()
    const service = await rollingService(context, { count: 1, configuration: percent(100, 150) })
    await service.update({ taskDefinition: await service.newTask() })
    await context.clock.sleep(48 * 3600 * 1000)
    expect((await service.describe()).deployments![0]!.rolloutState).toBe('IN_PROGRESS')
  })

  it('goes on once more tasks are desired', async () => {
    const context = sandboxContext()
    const service = await rollingService(context, { count: 1, configuration: percent(100, 150) })
    await service.update({ taskDefinition: await service.newTask() })
    await service.update({ desiredCount: 2 })
    await service.watch(1200)
    const { events, deployments } = await service.describe()
    expect(deployments).toMatchObject([{ rolloutState: 'COMPLETED', runningCount: 2 }])
    expect(events![0]!.message).toBe('(service web) has reached a steady state.')
  })

  it('keeps to the percentages with which it began', async () => {
    const context = sandboxContext()
    const service = await rollingService(context, { count: 1, configuration: percent(100, 150) })
    await service.update({ taskDefinition: await service.newTask() })
    await service.update({ deploymentConfiguration: percent(100, 200) })
    await service.watch(600)
    expect((await service.describe()).deployments![0]!.rolloutState).toBe('IN_PROGRESS')
    await service.update({ forceNewDeployment: true })
    await service.watch(600)
    expect((await service.describe()).deployments).toMatchObject([{ rolloutState: 'COMPLETED' }])
  })

  it('is refused by AWS with 100 for both', async () => {
    await expect(
      rollingService(sandboxContext(), { count: 1, configuration: percent(100, 100) }),
    ).rejects.toThrow('Both maximumPercent and minimumHealthyPercent cannot be 100')
  })

  it('stops no old task for new ones that are not healthy, and goes back within the same bounds', async () => {
    const context = sandboxContext()
    const service = await rollingService(context, {
      count: 4,
      configuration: { ...percent(75, 100), deploymentCircuitBreaker: { enable: true, rollback: true } },
    })
    behave(context.world, 'nginx:bad', { exits: { exitCode: 1 } })
    await service.update({ taskDefinition: await service.newTask({ image: 'nginx:bad' }) })
    const seen = await service.watch(3600)
    expect([least(seen), most(seen)]).toEqual([3, 4])
    expect(service.row.deployments.at(-1)!.status).toBe('ROLLBACK_SUCCESSFUL')
    expect(await service.describe()).toMatchObject({ runningCount: 4 })
    expect(seen.at(-1)!.byTaskDefinition).toEqual({ 'shop-web:1': 4 })
  })

  it('gives way to the next one without exceeding its bounds', async () => {
    const context = sandboxContext()
    const service = await rollingService(context, { count: 4, configuration: percent(50, 100) })
    await service.update({ taskDefinition: await service.newTask() })
    const first = await service.watch(70)
    await service.update({ taskDefinition: await service.newTask() })
    const seen = [...first, ...(await service.watch(3600))]
    expect([least(seen), most(seen)]).toEqual([2, 4])
    expect(seen.at(-1)!.byTaskDefinition).toEqual({ 'shop-web:3': 4 })
  })

  it(
    'ends for all percentages and counts that the config takes, and for no others',
    { timeout: 120_000 },
    async () => {
      const cases = fc.record({
        minimumHealthyPercent: fc.integer({ min: 0, max: 100 }),
        maximumPercent: fc.integer({ min: 100, max: 200 }),
        count: fc.integer({ min: 0, max: 8 }),
      })
      const judged = { taken: 0, refused: 0 }
      await fc.assert(
        fc.asyncProperty(cases, async ({ count, ...percentages }) => {
          const refused = percentageFindings({
            deployment: { strategy: 'rolling', circuitBreaker: true, ...percentages },
            paths: undefined,
            desiredCount: count,
            scaling: undefined,
          })
          const outcome = await outcomeOf(count, percentages)
          expect(outcome.state).toBe(refused.length > 0 ? 'never ends' : 'ends')
          if (outcome.seen.length > 0) {
            const { minimumHealthyPercent, maximumPercent } = percentages
            expect(least(outcome.seen)).toBeGreaterThanOrEqual((count * minimumHealthyPercent) / 100)
            expect(most(outcome.seen)).toBeLessThanOrEqual((count * maximumPercent) / 100)
          }
          judged[refused.length > 0 ? 'refused' : 'taken']++
        }),
        { numRuns: 150, seed: 11 },
      )
      expect(Math.min(judged.taken, judged.refused)).toBeGreaterThan(15)
    },
  )
})

async function outcomeOf(count: number, configuration: ReturnType<typeof percent>) {
  // AWS takes neither 100 for both nor, therefore, any deployment of it.
  if (configuration.minimumHealthyPercent === 100 && configuration.maximumPercent === 100)
    return { state: 'never ends', seen: [] }
  const context = sandboxContext()
  const service = await rollingService(context, { count, configuration })
  await service.update({ taskDefinition: await service.newTask() })
  const seen: Seen[] = []
  for (let look = 0; look < 200; look++) {
    seen.push(...(await service.watch(1)))
    if (service.row.deployments.at(-1)!.status === 'SUCCESSFUL') return { state: 'ends', seen }
    await context.clock.sleep(19_000)
  }
  return { state: 'never ends', seen }
}
