import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { behave } from '../../src/sandbox/ecs/image.ts'
import { blueGreen } from '../support/blue-green.ts'
import type { SandboxContext } from '../support/context.ts'
import { sandboxContext } from '../support/context.ts'
import type { ReleaseTimes } from '../support/rolling-front.ts'
import { awsTimes, copilotTimes, ourTimes, rollingFront, timesOf } from '../support/rolling-front.ts'
import { rollingService } from '../support/rolling.ts'

type Front = Awaited<ReturnType<typeof rollingFront>>

/** Runs of equal values. */
function changes(values: readonly string[]): string[] {
  return values.filter((value, index) => value !== values[index - 1])
}

/** The state of each task and of each target at every second of a deployment, as AWS describes them. */
async function watched(front: Front, seconds = 900) {
  const { context, cluster, targetGroup } = front
  const { aws, clock, world } = context
  const tasks = new Map<string, string[]>()
  const targets = new Map<string, string[]>()
  const sick: number[] = []
  const note = (seen: Map<string, string[]>, name: string, state: string) =>
    seen.set(name, [...(seen.get(name) ?? []), state])
  for (let second = 0; second < seconds; second++) {
    const { taskArns = [] } = await aws.ecs.listTasks({ cluster, serviceName: 'web' })
    const described =
      taskArns.length > 0 ? await aws.ecs.describeTasks({ cluster, tasks: taskArns }) : undefined
    for (const { taskArn = '', lastStatus = '' } of described?.tasks ?? []) note(tasks, taskArn, lastStatus)
    const health = await aws.elbv2.describeTargetHealth({ TargetGroupArn: targetGroup })
    for (const { Target, TargetHealth } of health.TargetHealthDescriptions ?? [])
      note(targets, Target!.Id!, TargetHealth!.State!)
    if (front.traffic().some(({ healthy }) => !healthy)) sick.push(second)
    await clock.sleep(1000 - (world.now() % 1000))
    if (front.row.deployments.at(-1)!.finishedAt !== undefined) break
  }
  return {
    tasks: [...tasks.values()].map(changes),
    targets: [...targets.values()].map(changes),
    sick,
  }
}

/** Seconds that ECS takes for a new task definition. */
async function released(times: ReleaseTimes, context = sandboxContext(), image = 'nginx:2') {
  const front = await rollingFront(context, times)
  await front.update({ taskDefinition: await front.newTask({ image }) })
  const seen = await watched(front)
  const { created, finishedAt, status } = front.row.deployments.at(-1)!
  return { ...seen, status, seconds: (finishedAt! - created) / 1000, front }
}

describe('a rolling release of one healthy task', () => {
  // Placement 15, pull 15, start 5; the first check after an interval; ECS's look 10; draining; stopping 10.
  it.each([
    { name: 'our defaults', times: ourTimes, seconds: 35 + 5 + 10 + 30 + 10 },
    { name: "AWS's defaults", times: awsTimes, seconds: 35 + 30 + 10 + 300 + 10 },
    { name: "Copilot's defaults", times: copilotTimes, seconds: 35 + 10 + 10 + 60 + 10 },
    {
      name: 'a longer interval',
      times: timesOf({ healthCheck: { interval: 20 } }),
      seconds: 35 + 20 + 10 + 40,
    },
    { name: 'no draining', times: timesOf({ deregistrationDelay: 0 }), seconds: 35 + 5 + 10 + 0 + 10 },
  ])('takes what its parts take: $name', async ({ times, seconds }) => {
    const { sick, ...seen } = await released(times)
    expect([seen.status, seen.seconds, sick]).toEqual(['SUCCESSFUL', seconds, []])
  })

  it('shows the states of tasks and targets on the way', async () => {
    const { tasks, targets } = await released(ourTimes)
    expect(tasks).toEqual([
      ['RUNNING', 'DEACTIVATING', 'STOPPING'],
      ['PROVISIONING', 'PENDING', 'ACTIVATING', 'RUNNING'],
    ])
    expect(targets).toEqual([
      ['healthy', 'draining'],
      ['initial', 'healthy'],
    ])
  })

  it('is as slow as its image is large and its application boots', async () => {
    const context = sandboxContext()
    behave(context.world, 'nginx:2', { size: 1000, boots: 18 })
    // 100 s of pulling instead of 15; the check at 20 s is the first that succeeds.
    expect((await released(ourTimes, context)).seconds).toBe(90 + 85 + 15)
  })

  it('needs the threshold where the application fails first, and has a healthy target all the time', async () => {
    const context = sandboxContext()
    behave(context.world, 'nginx:2', { boots: 40 })
    const { targets, seconds, sick } = await released(ourTimes, context)
    expect(targets[1]).toEqual(['initial', 'unhealthy', 'healthy'])
    // Healthy at the second success after 40 s.
    expect([seconds, sick]).toEqual([90 + 40, []])
  })

  it('waits for a load balancer that is not active yet', async () => {
    const context = sandboxContext()
    const front = await rollingFront(context, ourTimes)
    const [balancer] = context.world.table<{ activeAt: number }>('elbv2/load-balancer').list()
    balancer!.activeAt = context.world.now() + 150_000
    await front.update({ taskDefinition: await front.newTask() })
    const { created } = front.row.deployments.at(-1)!
    expect(front.row.tasks.at(-1)!.target!.healthyAt).toBe(balancer!.activeAt + 5000)
    expect(created).toBeLessThan(balancer!.activeAt - 60_000)
  })
})

describe('a task that stops', () => {
  const leaving = async (stopTimeout: number | undefined, stops?: number) => {
    const context = sandboxContext()
    if (stops !== undefined) behave(context.world, 'nginx:2', { stops })
    const front = await rollingFront(context, ourTimes)
    const more = { image: 'nginx:2', ...(stopTimeout === undefined ? {} : { stopTimeout }) }
    await front.update({ taskDefinition: await front.newTask(more) })
    await watched(front)
    await front.update({ forceNewDeployment: true })
    const { drainingAt, stoppingAt, stoppedAt } = await leavingTask(front, context)
    return [stoppingAt! - drainingAt!, stoppedAt! - stoppingAt!]
  }

  it('drains for the deregistration delay, and then takes until its application has ended', async () => {
    expect(await leaving(undefined)).toEqual([30_000, 10_000])
    expect(await leaving(undefined, 2)).toEqual([30_000, 2000])
  })

  it('is killed after the stop timeout', async () => {
    expect(await leaving(undefined, 100)).toEqual([30_000, 30_000])
    expect(await leaving(5, 100)).toEqual([30_000, 5000])
    expect(await leaving(120, 100)).toEqual([30_000, 100_000])
  })
})

async function leavingTask(front: Front, { clock }: SandboxContext) {
  for (;;) {
    await clock.sleep(1000)
    await front.describe()
    const leaving = front.row.tasks.find(({ stoppedAt }) => stoppedAt !== undefined)
    if (leaving) return leaving
  }
}

describe('a task that never gets healthy', () => {
  const breaks = { deploymentCircuitBreaker: { enable: true, rollback: true } }
  const failing = async (behaviour: Parameters<typeof behave>[2], gracePeriod: number) => {
    const context = sandboxContext()
    behave(context.world, 'nginx:bad', behaviour)
    const front = await rollingFront(
      context,
      { ...ourTimes, gracePeriod },
      { count: 1, configuration: breaks },
    )
    await front.update({ taskDefinition: await front.newTask({ image: 'nginx:bad' }) })
    const { created } = front.row.deployments.at(-1)!
    await context.clock.sleep(1_800_000)
    await front.describe()
    const { rollback, status } = front.row.deployments.at(-1)!
    return [status, (rollback!.startedAt - created) / 1000]
  }

  // The third failure ends it. Each takes 20 s more than the life of the task, until the next one starts.
  it.each([
    { name: 'no grace period', behaviour: { unhealthy: {} }, grace: 0, seconds: 60 + 2 * 80 },
    { name: 'a grace period of 60 s', behaviour: { unhealthy: {} }, grace: 60, seconds: 95 + 2 * 115 },
    {
      name: 'a boot that the grace period does not cover',
      behaviour: { boots: 50 },
      grace: 0,
      seconds: 60 + 2 * 80,
    },
    { name: 'a container that exits', behaviour: { exits: { exitCode: 1 } }, grace: 60, seconds: 3 * 55 },
  ])('ends the deployment after three failures: $name', async ({ behaviour, grace, seconds }) => {
    expect(await failing(behaviour, grace)).toEqual(['ROLLBACK_SUCCESSFUL', seconds])
  })
})

describe('a release without a load balancer', () => {
  it.each([
    { name: 'without any check', healthCheck: undefined, seconds: 35 + 40 + 10 },
    {
      name: 'with a check of the container',
      healthCheck: { command: ['CMD', 'true'], interval: 5 },
      seconds: 35 + 5 + 10,
    },
  ])('takes $seconds s $name', async ({ healthCheck, seconds }) => {
    const service = await rollingService(sandboxContext(), { count: 1 })
    await service.update({ taskDefinition: await service.newTask({ healthCheck }) })
    await service.watch(300)
    const { created, finishedAt } = service.row.deployments.at(-1)!
    expect((finishedAt! - created) / 1000).toBe(seconds)
  })
})

describe('the stages of a blue/green release', () => {
  it('take as long as its tasks', async () => {
    const context = sandboxContext()
    behave(context.world, 'nginx:2', { size: 500 })
    const bg = await blueGreen(context)
    const arn = await bg.release('nginx:2')
    const began = context.clock.now()
    await bg.follow(arn, ({ lifecycleStage }) => lifecycleStage === 'POST_SCALE_UP')
    // Pull 50; AWS's interval of 30; and ECS's look.
    const seconds = (context.clock.now() - began) / 1000
    expect(seconds).toBeGreaterThanOrEqual(15 + 50 + 5 + 30 + 10)
    expect(seconds).toBeLessThan(15 + 50 + 5 + 30 + 10 + 10)
  })
})

it('a release never takes less than placement, pull, start, first check and draining, nor leaves its bounds', async () => {
  const settings = fc.record({
    count: fc.integer({ min: 1, max: 5 }),
    interval: fc.integer({ min: 5, max: 60 }),
    deregistrationDelay: fc.integer({ min: 0, max: 120 }),
    size: fc.integer({ min: 0, max: 2000 }),
    boots: fc.integer({ min: 0, max: 60 }),
    percentages: fc.constantFrom([100, 200], [50, 100], [100, 150], [0, 100]),
  })
  let judged = 0
  await fc.assert(
    fc.asyncProperty(settings, async ({ count, interval, deregistrationDelay, size, boots, percentages }) => {
      const [least = 0, most = 0] = percentages
      const [lower, upper] = [Math.ceil((count * least) / 100), Math.floor((count * most) / 100)]
      // Nothing can start or stop.
      if (upper <= count && lower >= count) return
      const context = sandboxContext()
      behave(context.world, 'nginx:2', { size, boots })
      const times = timesOf({ healthCheck: { interval, gracePeriod: 600 }, deregistrationDelay })
      const front = await rollingFront(context, times, {
        count,
        configuration: { minimumHealthyPercent: least, maximumPercent: most },
      })
      await front.update({ taskDefinition: await front.newTask({ image: 'nginx:2' }) })
      const seen = await front.watch(7200)
      const { created, finishedAt } = front.row.deployments.at(-1)!
      const shortest = 7.5 + size / 10 + 5 + Math.max(boots, interval / count) + deregistrationDelay
      expect((finishedAt! - created) / 1000).toBeGreaterThanOrEqual(shortest)
      for (const { present, healthy } of seen) {
        expect(present).toBeLessThanOrEqual(upper)
        expect(healthy).toBeGreaterThanOrEqual(lower)
      }
      judged++
    }),
    { numRuns: 25 },
  )
  expect(judged).toBeGreaterThan(10)
}, 120_000)
