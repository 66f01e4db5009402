import { describe, expect, it } from 'vitest'
import { setAlarmState } from '../../src/sandbox/alarm-state.ts'
import { behave } from '../../src/sandbox/ecs/image.ts'
import type { Duration } from '../../src/sandbox/durations.ts'
import { blueGreen } from '../support/blue-green.ts'
import { sandboxContext } from '../support/context.ts'
import { releasing } from '../support/releasing.ts'

const bakes = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 } as const

describe('a blue/green release', () => {
  it('ends with all traffic on the new version, healthy, and is remembered', async () => {
    const bg = await blueGreen(sandboxContext())
    const web = await releasing(bg)
    expect(await web.release('nginx:2')).toMatchObject({ outcome: 'released', number: 1, why: undefined })
    expect(await bg.weights()).toEqual([0, 100])
    expect(web.sick).toEqual([])
    const [release] = await web.environment.book.read('web')
    expect(release).toMatchObject({
      image: 'nginx:2',
      by: 'ada@laptop',
      strategy: 'BLUE_GREEN',
      outcome: 'released',
      previous: bg.first,
    })
    expect(release!.deployment).toContain(':service-deployment/')
    expect(release).not.toHaveProperty('configuration')
  })

  it('says in one line what each wait is for', async () => {
    // Every stage takes longer than from one look to the next.
    const duration = (name: Duration, typical: number) => (name === 'deployment stage' ? 10 : typical)
    const bg = await blueGreen(sandboxContext({ faults: { duration } }))
    const web = await releasing(bg)
    await web.release('nginx:2')
    expect(web.waits()).toEqual([
      'preparing the new version',
      'starting the new version: 0 of 2 tasks run, 2 pending',
      'starting the new version: 1 of 2 tasks run, 1 pending',
      'starting the new version: 2 of 2 tasks run',
      'the new version runs: 2 of 2 tasks run',
      'moving test traffic to the new version',
      'test traffic is on the new version',
      'moving production traffic to the new version',
      'all traffic on the new version',
      'all traffic on the new version; the old one stands by for 5 minutes',
      'stopping the old version',
    ])
  })

  it('gives the service its own deployment configuration back', async () => {
    const bg = await blueGreen(sandboxContext(), bakes)
    const { aws } = bg.context
    const configuration = async () => {
      const { services } = await aws.ecs.describeServices({ cluster: bg.cluster, services: ['web'] })
      return services![0]!.deploymentConfiguration
    }
    const before = await configuration()
    const web = await releasing(bg)
    const end = await web.release('nginx:2', {
      strategy: 'CANARY',
      canaryPercent: 20,
      bakeMinutes: 1,
      checks: [{ kind: 'http', path: '/' }],
    })
    expect(end.outcome).toBe('released')
    expect(await configuration()).toEqual({ lifecycleHooks: [], ...before })
  })

  it('does nothing for an image that runs already', async () => {
    const bg = await blueGreen(sandboxContext())
    const web = await releasing(bg)
    await web.release('nginx:2')
    expect(await web.release('nginx:2')).toBeUndefined()
  })

  it('goes back when the tasks of the new version do not start, and says what they wrote', async () => {
    const bg = await blueGreen(sandboxContext(), {
      ...bakes,
      deploymentCircuitBreaker: { enable: true, rollback: true },
    })
    behave(bg.context.world, 'nginx:2', { exits: { exitCode: 3, lines: ['no DATABASE_URL'] } })
    const web = await releasing(bg)
    const end = await web.release('nginx:2')
    expect(end).toMatchObject({ outcome: 'rolled-back', why: expect.stringContaining('circuit breaker') })
    expect(end.details).toEqual(
      expect.arrayContaining([
        'task stopped: Essential container in task exited',
        'container app: exit code 3',
        'log: no DATABASE_URL',
      ]),
    )
    expect(await bg.weights()).toEqual([100, 0])
    expect(web.sick).toEqual([])
  })

  it('rolls back by itself after --timeout where nothing else would', async () => {
    const bg = await blueGreen(sandboxContext())
    behave(bg.context.world, 'nginx:2', { exits: { exitCode: 1 } })
    const web = await releasing(bg)
    const end = await web.release('nginx:2', { timeout: 10 * 60_000 })
    expect(end).toMatchObject({ outcome: 'timed-out', why: expect.stringContaining('--timeout') })
    expect(await bg.weights()).toEqual([100, 0])
  })

  it('goes back when an alarm rings while it bakes', async () => {
    const bg = await blueGreen(sandboxContext(), {
      ...bakes,
      alarms: { enable: true, rollback: true, alarmNames: ['errors'] },
    })
    await bg.context.aws.cloudwatch.putMetricAlarm({
      AlarmName: 'errors',
      Namespace: 'Shop',
      MetricName: 'Errors',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
    })
    const web = await releasing(bg)
    const end = web.release('nginx:2')
    await until(bg, async () => (await bg.weights())[1] === 100)
    await bg.wait(60)
    setAlarmState(bg.context.world, 'errors', 'ALARM')
    expect(await end).toMatchObject({ outcome: 'rolled-back', why: expect.stringContaining('errors') })
    expect(await bg.weights()).toEqual([100, 0])
    expect(web.sick).toEqual([])
  })

  it('is superseded, not successful, when someone deploys over it', async () => {
    const bg = await blueGreen(sandboxContext())
    const web = await releasing(bg)
    const end = web.release('nginx:2')
    await bg.wait(60)
    await bg.release('nginx:3')
    expect((await end).outcome).toBe('superseded')
  })

  it('is stopped, not successful, when someone stops it', async () => {
    const bg = await blueGreen(sandboxContext())
    const web = await releasing(bg)
    const end = web.release('nginx:2')
    await bg.wait(60)
    const { serviceDeployments } = await bg.context.aws.ecs.listServiceDeployments({
      service: 'web',
      cluster: bg.cluster,
    })
    await bg.context.aws.ecs.stopServiceDeployment({
      serviceDeploymentArn: serviceDeployments![0]!.serviceDeploymentArn!,
      stopType: 'ABORT',
    })
    expect((await end).outcome).toBe('stopped')
  })
})

async function until(
  bg: Awaited<ReturnType<typeof blueGreen>>,
  holds: () => Promise<boolean>,
): Promise<void> {
  while (!(await holds())) await bg.wait(1)
}
