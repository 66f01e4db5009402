import { describe, expect, it } from 'vitest'
import { abort } from '../../src/rollout/rollback.ts'
import { Follower } from '../../src/rollout/follower.ts'
import { followToEnd } from '../../src/rollout/restore.ts'
import { readLive } from '../../src/rollout/live.ts'
import { underWay } from '../../src/rollout/under-way.ts'
import { setAlarmState } from '../../src/sandbox/alarm-state.ts'
import type { BlueGreen } from '../support/blue-green.ts'
import { blueGreen } from '../support/blue-green.ts'
import { sandboxContext } from '../support/context.ts'
import type { Releasing } from '../support/releasing.ts'
import { plain, releasing, watched } from '../support/releasing.ts'

const smoke = { kind: 'command', text: 'smoke' } as const
const steps = [1, 5, 25, 100]
const minute = 60

async function stepping(): Promise<{ bg: BlueGreen; web: Releasing }> {
  const bg = await blueGreen(sandboxContext(), {
    strategy: 'CANARY',
    canaryConfiguration: { canaryPercent: 1, canaryBakeTimeInMinutes: 10 },
    bakeTimeInMinutes: 5,
  })
  await bg.context.aws.cloudwatch.putMetricAlarm({
    AlarmName: 'errors',
    ComparisonOperator: 'GreaterThanThreshold',
    EvaluationPeriods: 1,
    MetricName: 'HTTPCode_Target_5XX_Count',
    Namespace: 'AWS/ApplicationELB',
    Period: 60,
    Statistic: 'Sum',
    Threshold: 1,
  })
  const web = await releasing(bg, { config: { deployment: { strategy: 'canary', steps, stepMinutes: 10 } } })
  return { bg, web }
}

async function blueGreenToo(): Promise<{ bg: BlueGreen; web: Releasing }> {
  const bg = await blueGreen(sandboxContext())
  return { bg, web: await releasing(bg) }
}

/** The new version's share whenever it changes, with the minutes since it changed last. */
function sharesOf({ bg, web }: { bg: BlueGreen; web: Releasing }) {
  const seen: { share: number; after: number }[] = []
  let at = bg.context.clock.now()
  let last = 0
  const stop = { over: false }
  const watch = async () => {
    while (!stop.over) {
      const [blue = 0, green = 0] = await bg.weights()
      const share = (green / (blue + green)) * 100
      if (share !== last) {
        seen.push({ share, after: Math.round((bg.context.clock.now() - at) / 60_000) })
        at = bg.context.clock.now()
        last = share
      }
      await bg.wait(1)
    }
  }
  return {
    seen,
    during: async <T>(work: () => Promise<T>): Promise<T> => {
      const watching = watch()
      try {
        return await watched(bg, web.sick, work)
      } finally {
        stop.over = true
        await watching
      }
    },
  }
}

async function until(bg: BlueGreen, share: number): Promise<void> {
  for (;;) {
    const [blue = 0, green = 0] = await bg.weights()
    if ((green / (blue + green)) * 100 === share) return
    await bg.wait(5)
  }
}

async function attached({ bg, web }: { bg: BlueGreen; web: Releasing }, wish = {}) {
  const [live] = await readLive([web.target], bg.context.aws)
  const begun = await underWay(live!, web.environment)
  const follower = new Follower(web.environment)
  return followToEnd(
    begun!,
    { ...plain, ...wish },
    { ...web.environment, follower, barrier: undefined, pauses: 'watch' },
  )
}

/** The run dies, so that it does nothing more. */
function kill(web: Releasing): void {
  const { aws } = web.environment
  const never = new Promise<never>(() => undefined)
  const dead = { value: false }
  const mortal = new Proxy(aws, {
    get: (all, name) =>
      new Proxy((all as unknown as Record<string | symbol, object>)[name]!, {
        get: (calls, operation) => (input: unknown) =>
          dead.value
            ? never
            : (calls as Record<string | symbol, (input: unknown) => unknown>)[operation]!(input),
      }),
  })
  Object.assign(web.environment, { aws: mortal })
  Object.assign(web, { die: () => Object.assign(dead, { value: true }) })
}

const die = (web: Releasing) => (web as unknown as { die(): void }).die()

describe('a release by steps', () => {
  it('gives each share its minutes, with ECS taking the first and the last step', async () => {
    const world = await stepping()
    const { web } = world
    const watch = sharesOf(world)
    const end = await watch.during(() => web.release('nginx:2'))
    expect(end.outcome).toBe('released')
    expect(watch.seen.map(({ share }) => share)).toEqual(steps)
    for (const { after } of watch.seen.slice(1)) expect(after).toBe(10)
    expect(web.sick).toEqual([])
    const stages = web.events.flatMap(event => (event.type === 'release.stage' ? [event.share] : []))
    expect([...new Set(stages)]).toEqual([0, 5, 25, 100])
    expect(web.waits()).toContain('5 % of production traffic on the new version; 25 % after 10 min')
  })

  it('runs its checks before each step, and tells them the share', async () => {
    const world = await stepping()
    const { web } = world
    expect((await web.release('nginx:2', { checks: [smoke] })).outcome).toBe('released')
    expect(web.programs.map(({ environment }) => environment?.['PROVISION_TRAFFIC_PERCENT'])).toEqual([
      '0',
      '0',
      '1',
      '5',
      '25',
      '100',
    ])
  })

  it('goes back when a check fails at a step, and leaves no share on the new version', async () => {
    const world = await stepping()
    const { bg, web } = world
    const end = web.release('nginx:2', { checks: [smoke] })
    await until(bg, 5)
    web.programEnds = { code: 1, lastLines: ['500'] }
    expect(await end).toMatchObject({ outcome: 'gate-failed', why: 'a check did not pass' })
    expect(await bg.weights()).toEqual([100, 0])
    expect(web.sick).toEqual([])
  })

  it('goes back by ECS when an alarm of the service goes off at a step', async () => {
    const world = await stepping()
    const { bg, web } = world
    const { cluster, service } = bg
    await bg.context.aws.ecs.updateService({
      cluster,
      service,
      deploymentConfiguration: { alarms: { enable: true, rollback: true, alarmNames: ['errors'] } },
    })
    const end = web.release('nginx:2')
    await until(bg, 25)
    setAlarmState(bg.context.world, 'errors', 'ALARM')
    const { outcome, why } = await end
    expect([outcome, why]).toEqual(['rolled-back', expect.stringContaining('errors')])
    expect(await bg.weights()).toEqual([100, 0])
    expect(web.sick).toEqual([])
  })

  it('goes back on its own word where ECS passes over the alarm while it waits', async () => {
    const world = await stepping()
    const { bg, web } = world
    const { cluster, service } = bg
    // ECS only watches: it neither rolls back nor ends the deployment.
    const { aws } = web.environment
    const blind = new Proxy(aws.ecs, {
      get: (ecs, name) =>
        name === 'updateService'
          ? (input: Parameters<typeof ecs.updateService>[0]) =>
              ecs.updateService({
                ...input,
                deploymentConfiguration: {
                  ...input.deploymentConfiguration,
                  alarms: { enable: false, rollback: true, alarmNames: ['errors'] },
                },
              })
          : name === 'describeServiceDeployments'
            ? async (input: Parameters<typeof ecs.describeServiceDeployments>[0]) => {
                const answer = await ecs.describeServiceDeployments(input)
                for (const one of answer.serviceDeployments ?? [])
                  if (one.deploymentConfiguration?.alarms)
                    one.deploymentConfiguration = {
                      ...one.deploymentConfiguration,
                      alarms: { ...one.deploymentConfiguration.alarms, enable: true },
                    }
                return answer
              }
            : (Reflect.get(ecs, name) as unknown),
    })
    Object.assign(web.environment, { aws: { ...aws, ecs: blind } })
    await bg.context.aws.ecs.updateService({
      cluster,
      service,
      deploymentConfiguration: { alarms: { enable: true, rollback: true, alarmNames: ['errors'] } },
    })
    const end = web.release('nginx:2')
    await until(bg, 5)
    setAlarmState(bg.context.world, 'errors', 'ALARM')
    expect(await end).toMatchObject({ outcome: 'rolled-back', why: 'an alarm of the deployment went off' })
    expect(await bg.weights()).toEqual([100, 0])
  })

  it.each([1, 5, 25])('whose run is killed at %i percent goes back by itself', async share => {
    const world = await stepping()
    const { bg, web } = world
    kill(web)
    web.doomed('nginx:2')
    await until(bg, share)
    die(web)
    await watched(bg, web.sick, () => until(bg, 0))
    await bg.wait(10 * minute)
    expect(await bg.weights()).toEqual([100, 0])
    expect(web.sick).toEqual([])
  })

  it.each([1, 5, 25])(
    'whose run is killed at %i percent is continued from there by another one',
    async share => {
      const world = await stepping()
      const { bg, web } = world
      const { aws } = bg.context
      kill(web)
      web.doomed('nginx:2')
      await until(bg, share)
      die(web)
      Object.assign(web.environment, { aws })
      const watch = sharesOf(world)
      const end = await watch.during(() => attached(world))
      expect(end.outcome).toBe('released')
      expect(watch.seen.map(({ share: seen }) => seen)).toEqual(steps.filter(one => one >= share))
      for (const { after } of watch.seen.slice(1)) expect(after).toBeGreaterThanOrEqual(9)
      expect(await bg.weights()).toEqual([0, 100])
    },
  )

  it('takes no step faster when two runs follow it', async () => {
    const world = await stepping()
    const { bg, web } = world
    const watch = sharesOf(world)
    await watch.during(async () => {
      const end = web.release('nginx:2')
      await until(bg, 5)
      await bg.wait(4 * minute)
      const other = attached(world)
      expect((await end).outcome).toBe('released')
      expect((await other).outcome).toBe('released')
    })
    expect(watch.seen.map(({ share }) => share)).toEqual(steps)
    for (const { after } of watch.seen.slice(1)) expect(after).toBeGreaterThanOrEqual(10)
    expect(web.sick).toEqual([])
  })

  it('with checks is not continued by a run that has none', async () => {
    const world = await stepping()
    const { bg, web } = world
    const { aws } = bg.context
    kill(web)
    web.doomed('nginx:2', { checks: [smoke] })
    await until(bg, 5)
    die(web)
    Object.assign(web.environment, { aws })
    expect(await attached(world)).toMatchObject({ outcome: 'timed-out' })
    expect(web.events).toContainEqual(
      expect.objectContaining({ type: 'note', message: expect.stringContaining('--verify or --http') }),
    )
    expect(await bg.weights()).toEqual([100, 0])
  })

  it('gives the previous version all the traffic when it is aborted at a step', async () => {
    const world = await stepping()
    const { bg, web } = world
    const end = web.release('nginx:2')
    await until(bg, 25)
    expect(await abort(web.target, web.environment)).toMatchObject({ outcome: 'aborted' })
    expect(await end).toMatchObject({ outcome: 'aborted' })
    expect(await bg.weights()).toEqual([100, 0])
    expect(web.sick).toEqual([])
  })

  it('leaves weights that others have set alone, and says so', async () => {
    const world = await stepping()
    const { bg, web } = world
    const end = web.release('nginx:2')
    await until(bg, 5)
    await bg.context.aws.elbv2.modifyRule({
      RuleArn: bg.rule,
      Actions: [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: [
              { TargetGroupArn: bg.blue, Weight: 60 },
              { TargetGroupArn: bg.green, Weight: 40 },
            ],
          },
        },
      ],
    })
    expect(await end).toMatchObject({ outcome: 'running' })
    expect(web.events).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining('40 % on the new version') }),
    )
    expect(await bg.weights()).toEqual([60, 40])
  })

  it.each([
    [{ detach: true }, '--detach leaves nobody to move its traffic from step to step'],
    [{ pause: true }, '--pause waits before production traffic'],
    [{ timeout: 20 * 60_000 }, 'its 4 steps take 30m'],
  ])('is refused with %j', async (wish, message) => {
    const { web } = await stepping()
    await expect(web.release('nginx:2', wish)).rejects.toThrow(message)
  })

  it('is not one with --canary, and is one of a blue/green service with --steps', async () => {
    const world = await stepping()
    const { web } = world
    const plainly = sharesOf(world)
    await plainly.during(() => web.release('nginx:2', { canaryPercent: 10 }))
    expect(plainly.seen.map(({ share }) => share)).toEqual([10, 100])
    const { bg, web: other } = await blueGreenToo()
    const bySteps = sharesOf({ bg, web: other })
    await bySteps.during(() =>
      other.release('nginx:3', { strategy: 'CANARY', steps: [0.5, 10.5, 100], stepMinutes: 1 }),
    )
    expect(bySteps.seen.map(({ share }) => share)).toEqual([0.5, 10.5, 100])
  })
})
