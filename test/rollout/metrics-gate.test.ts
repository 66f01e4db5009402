import type { DeploymentConfiguration } from '@aws-sdk/client-ecs'
import { describe, expect, it } from 'vitest'
import type { RunEvent } from '../../src/events/event.ts'
import { lineText } from '../../src/events/line-text.ts'
import { styleFor } from '../../src/events/style.ts'
import { behave } from '../../src/sandbox/ecs/image.ts'
import { setRequestRate } from '../../src/sandbox/ecs/requests.ts'
import { awsFault } from '../../src/sandbox/fault.ts'
import type { Faults } from '../../src/sandbox/world.ts'
import { blueGreen } from '../support/blue-green.ts'
import { sandboxContext } from '../support/context.ts'
import { releasing } from '../support/releasing.ts'

const canary: DeploymentConfiguration = {
  strategy: 'CANARY',
  canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 10 },
  bakeTimeInMinutes: 2,
}
const atOnce: DeploymentConfiguration = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 2 }

interface Wanted {
  readonly configuration?: DeploymentConfiguration
  readonly analysis?: object | true
  readonly faults?: Faults
}

async function setUp({ configuration = canary, analysis = true, faults = {} }: Wanted = {}) {
  const requests: { readonly at: number; readonly input: unknown }[] = []
  const context = sandboxContext({
    faults: {
      ...faults,
      before: call => {
        if (call.operation === 'GetMetricData') requests.push({ at: context.clock.now(), input: call.input })
        faults.before?.(call)
      },
    },
  })
  const bg = await blueGreen(context, configuration)
  // The previous version has been answering for a while.
  await bg.wait(1200)
  const strategy = configuration.strategy === 'CANARY' ? 'canary' : 'blue-green'
  const web = await releasing(bg, { config: { deployment: { strategy, analysis } } })
  return { context, bg, web, requests }
}

const analyses = (events: readonly RunEvent[]) =>
  events.flatMap(event => (event.type === 'release.analysis' && event.state !== 'started' ? [event] : []))

describe('the metrics gate', () => {
  it('passes a version that is as good: in the same minutes before the next step, and after the shift', async () => {
    const { web, bg, requests } = await setUp()
    expect(await web.release('nginx:2')).toMatchObject({ outcome: 'released' })
    expect(analyses(web.events)).toMatchObject([
      {
        state: 'passed',
        basis: 'same-minutes',
        previous: { minutes: 5, requests: 2700, errorRate: 0 },
        next: { minutes: 5, requests: 300, errorRate: 0 },
      },
      {
        state: 'passed',
        basis: 'before-the-shift',
        previous: { minutes: 5, requests: 2700 },
        next: { minutes: 5, requests: 3000 },
      },
    ])
    expect(await bg.weights()).toEqual([0, 100])
    const { MetricDataQueries } = requests[0]!.input as { MetricDataQueries: unknown[] }
    const [, , arn = ''] = /()(targetgroup\/.*)$/.exec(bg.green) ?? []
    expect(MetricDataQueries).toHaveLength(8)
    expect(MetricDataQueries[7]).toEqual({
      Id: 'time_1',
      MetricStat: {
        Metric: {
          Namespace: 'AWS/ApplicationELB',
          MetricName: 'TargetResponseTime',
          Dimensions: [
            { Name: 'LoadBalancer', Value: 'app/shop/1' },
            { Name: 'TargetGroup', Value: arn },
          ],
        },
        Period: 60,
        Stat: 'p95',
      },
    })
    expect(requests[0]!.input).toMatchObject({ ScanBy: 'TimestampAscending' })
  })

  it('rolls back a version with more errors before it gets more traffic, and shows the numbers of both', async () => {
    const { web, bg, context } = await setUp()
    behave(context.world, 'nginx:2', { answers: { errorShare: 0.05 } })
    const end = await web.release('nginx:2')
    expect(end).toMatchObject({
      outcome: 'gate-failed',
      why: 'the new version is worse than the previous one: 5 % errors against 0 % (1 points more are allowed)',
    })
    expect(await bg.weights()).toEqual([100, 0])
    expect(web.sick).toEqual([])
    const style = styleFor(false)
    expect(lineText(analyses(web.events)[0]!, style)?.split('\n')).toEqual([
      expect.stringMatching(/^web: metrics of both versions failed \(/),
      `  ${end.why}`,
      '  new       5 % errors, p95 100 ms, 300 requests in 5 min',
      '  previous  0 % errors, p95 100 ms, 2,700 requests in 5 min',
    ])
    expect((await web.environment.book.read('web')).at(-1)).toMatchObject({
      outcome: 'gate-failed',
      why: end.why,
    })
  })

  it('rolls back a slower version', async () => {
    const { web, context } = await setUp({ analysis: { percentile: 'p99', responseTimeIncrease: 20 } })
    behave(context.world, 'nginx:2', { answers: { responseTime: 0.13 } })
    expect(await web.release('nginx:2')).toMatchObject({
      outcome: 'gate-failed',
      why: 'the new version is worse than the previous one: response time p99 130 ms against 100 ms (20 % more is allowed)',
    })
  })

  it('leaves differences below what is allowed, and below 10 ms, alone', async () => {
    const { web, context, bg } = await setUp()
    behave(context.world, 'public.ecr.aws/nginx/nginx:1.29', { answers: { responseTime: 0.004 } })
    behave(context.world, 'nginx:2', { answers: { errorShare: 0.005, responseTime: 0.013 } })
    expect(await web.release('nginx:2')).toMatchObject({ outcome: 'released' })
    expect(await bg.weights()).toEqual([0, 100])
  })

  it('rolls back a version that refuses connections, of which no target answers with an error', async () => {
    const { web, context } = await setUp()
    behave(context.world, 'nginx:2', { answers: { refusedShare: 0.1 } })
    expect(await web.release('nginx:2')).toMatchObject({
      outcome: 'gate-failed',
      why: expect.stringContaining('10 % errors against 0 %'),
    })
  })

  it('of a blue/green release compares with the minutes before the shift', async () => {
    const { web, context, bg } = await setUp({ configuration: atOnce })
    behave(context.world, 'nginx:2', { answers: { errorShare: 0.2 } })
    expect(await web.release('nginx:2')).toMatchObject({
      outcome: 'gate-failed',
      why: expect.stringContaining('20 % errors against 0 %'),
    })
    expect(analyses(web.events)).toMatchObject([
      {
        basis: 'before-the-shift',
        previous: { minutes: 5, requests: 3000 },
        next: { minutes: 5, requests: 3000 },
      },
    ])
    expect(await bg.weights()).toEqual([100, 0])
  })

  it('leaves a release paused for people where there were not enough requests, and says so', async () => {
    const { web, context, bg } = await setUp()
    setRequestRate(context.world, 'web', 30)
    const end = await web.release('nginx:2')
    expect(end).toMatchObject({
      outcome: 'running',
      why: 'not enough requests to compare: the new version had 15, 100 are needed',
      next: expect.stringContaining('provision rollout continue web'),
    })
    expect(await bg.weights()).toEqual([90, 10])
  })

  it.each([
    ['rollback', 'gate-failed', [100, 0]],
    ['continue', 'released', [0, 100]],
  ] as const)('can %s where there were not enough requests', async (onInconclusive, outcome, weights) => {
    const { web, context, bg } = await setUp({ analysis: { onInconclusive } })
    setRequestRate(context.world, 'web', 0)
    expect(await web.release('nginx:2')).toMatchObject({ outcome })
    expect(await bg.weights()).toEqual(weights)
  })

  it('waits for metrics that arrive late', async () => {
    const { web, requests, context } = await setUp({
      configuration: atOnce,
      analysis: { minutes: 2 },
      faults: { duration: (name, typical) => (name === 'load balancer metrics' ? 200 : typical) },
    })
    behave(context.world, 'nginx:2', { answers: { errorShare: 0.2 } })
    expect(await web.release('nginx:2')).toMatchObject({ outcome: 'gate-failed' })
    expect(requests.length).toBeGreaterThan(3)
  })

  it('takes metrics that never arrive for inconclusive, after a while', async () => {
    const { web, context } = await setUp({
      configuration: atOnce,
      faults: { duration: (name, typical) => (name === 'load balancer metrics' ? 1e6 : typical) },
    })
    const began = context.clock.now()
    expect(await web.release('nginx:2')).toMatchObject({
      outcome: 'running',
      why: expect.stringContaining('the new version had 0 and the previous version had 0'),
    })
    expect(context.clock.now() - began).toBeLessThan(20 * 60_000)
  })

  it('takes metrics that may not be read for inconclusive, with the missing permission', async () => {
    const before = ({ operation }: { operation: string }) => {
      if (operation === 'GetMetricData')
        throw awsFault('AccessDenied', 'User ci is not authorized to perform: cloudwatch:GetMetricData')
    }
    const { web } = await setUp({ faults: { before } })
    expect(await web.release('nginx:2')).toMatchObject({
      outcome: 'running',
      why: expect.stringContaining('not authorized to perform: cloudwatch:GetMetricData'),
    })
  })

  it('does not take minutes in which an earlier version was behind the same target group', async () => {
    const canaryConfiguration = { canaryPercent: 10, canaryBakeTimeInMinutes: 1 }
    const { web, context } = await setUp({ configuration: { ...canary, canaryConfiguration } })
    expect(await web.release('nginx:2')).toMatchObject({ outcome: 'released' })
    // The third version comes where the first was, which had errors until the end.
    behave(context.world, 'public.ecr.aws/nginx/nginx:1.29', { answers: { errorShare: 0.5 } })
    expect(await web.release('nginx:3')).toMatchObject({ outcome: 'released' })
  })

  it('ends with a release that an alarm takes back', async () => {
    const { web, context, bg } = await setUp({ configuration: atOnce })
    const end = web.release('nginx:2')
    for (;;) {
      await context.clock.sleep(5000)
      if (web.events.some(({ type }) => type === 'release.analysis')) break
    }
    const { serviceDeployments = [] } = await context.aws.ecs.listServiceDeployments({
      cluster: bg.cluster,
      service: 'web',
    })
    await context.aws.ecs.stopServiceDeployment({
      serviceDeploymentArn: serviceDeployments[0]!.serviceDeploymentArn,
      stopType: 'ROLLBACK',
    })
    expect(await end).toMatchObject({ outcome: 'rolled-back' })
    expect(analyses(web.events)).toEqual([])
  })

  it('is left out with --no-analysis, and the release does not pause for it', async () => {
    const { web, requests } = await setUp()
    expect(await web.release('nginx:2', { analysis: false })).toMatchObject({ outcome: 'released' })
    expect(requests).toEqual([])
  })

  it.each([
    ['a rolling release', { strategy: 'ROLLING' }, 'a rolling deployment has one for both versions'],
    ['--detach', { detach: true }, '--detach leaves nobody to compare the metrics'],
  ] as const)('refuses %s', async (_what, wish, message) => {
    const { web } = await setUp()
    await expect(web.release('nginx:2', wish)).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining(message),
      hint: expect.stringContaining('--no-analysis'),
    })
  })
})
