import { describe, expect, it } from 'vitest'
import { drift } from '../../src/commands/drift.ts'
import { doctor } from '../../src/commands/doctor.ts'
import { status } from '../../src/commands/status.ts'
import { behave } from '../../src/sandbox/ecs/image.ts'
import { services } from '../../src/sandbox/ecs/rows.ts'
import { targetsOfOthers } from '../../src/sandbox/elbv2/target-health.ts'
import type { Life } from '../support/life.ts'
import { liveIn } from '../support/life.ts'
import { imagesIn, statusIn, tools, typeRollout } from '../support/rollouts.ts'

const stack = (service: string) => `
stack: shop
environment: production
region: us-east-1
services:
  web: { image: "nginx:1.27", ${service} }
`

const front = 'port: 80, paths: ["/*"], desiredCount: 2'

async function running(service = front): Promise<Life> {
  const life = liveIn(stack(service))
  expect(await life.up()).toMatchObject({ code: 0 })
  return life
}

/** All tasks of the service die, and no new one starts. */
const dying = (life: Life) =>
  life.meanwhile(async (_aws, world, clock) => {
    behave(world, 'nginx:1.27', { exits: { exitCode: 1 } })
    for (const row of services(world).list()) row.tasks = []
    await clock.sleep(60_000)
  })

interface DoctorDocument {
  readonly findings: readonly { readonly check: string; readonly level: string; readonly message: string }[]
}

async function examined(life: Life) {
  const { out, code } = await life.type((common, context) => doctor({ ...common, json: true }, context))
  const { findings } = JSON.parse(out) as DoctorDocument
  return {
    code,
    services: findings
      .filter(({ check }) => check === 'services')
      .map(({ level, message }) => `${level} ${message}`),
  }
}

const stateIn = async (life: Life) =>
  (await life.type((common, context) => status(common, context))).out
    .split('\n')
    .find(line => line.startsWith('services/web '))

describe('a service that is to run tasks and runs none', () => {
  it('is no success for up, which waits for them, nor for plan, status, doctor', async () => {
    const life = await running()
    await dying(life)
    expect((await statusIn(life))['web']).toMatchObject({
      tasks: '0 of 2 tasks run',
      healthy: 'no target is registered',
    })
    expect(await stateIn(life)).toContain('0 of 2 tasks run')
    expect(await life.plan()).toMatchObject({ code: 2 })
    const { out } = await life.type((common, context) => drift(common, context))
    expect(out).toContain('AWS says of services/web: 0 of 2 tasks run')
    expect(await examined(life)).toEqual({ code: 1, services: ['fail web: 0 of 2 tasks run'] })
    const { code, err } = await life.up()
    expect(code).toBe(1)
    expect(err).toContain('0 of 2 tasks')
  })

  it('is no success for rollout of the image that it has', async () => {
    const life = await running()
    await dying(life)
    const { code, err } = await typeRollout(life, 'web', { image: ['nginx:1.27'] })
    expect(code).toBe(1)
    expect(err).toContain('web has this image already, and 0 of 2 tasks run')
  })

  it('is brought back by up once its tasks can start', async () => {
    const life = await running()
    await dying(life)
    await life.meanwhile((_aws, world) => behave(world, 'nginx:1.27', {}))
    expect(await life.up()).toMatchObject({ code: 0 })
    expect((await statusIn(life))['web']).toMatchObject({ tasks: '2 of 2 tasks run' })
    expect(await life.planned()).toEqual([])
  })
})

describe('a service that the config keeps at no task', () => {
  it('is as desired, and says so everywhere', async () => {
    const life = await running('port: 80, paths: ["/*"], desiredCount: 0')
    expect((await statusIn(life))['web']).toMatchObject({ tasks: 'desired count 0' })
    expect(await stateIn(life)).toContain('desired count 0')
    expect(await examined(life)).toMatchObject({ services: ['ok web: desired count 0'] })
    expect(await life.plan()).toMatchObject({ code: 0 })
  })
})

describe('alarms that the config names and AWS no longer has', () => {
  const deployment = 'deployment: { strategy: rolling, alarms: [checkout-errors] }'

  const putAlarm = (life: Life) =>
    life.meanwhile(({ cloudwatch }) =>
      cloudwatch.putMetricAlarm({
        AlarmName: 'checkout-errors',
        Namespace: 'Checkout',
        MetricName: 'Errors',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
      }),
    )

  it('are reported by doctor, and no release begins that they would not roll back', async () => {
    const life = liveIn(stack(`${front}, ${deployment}`))
    await putAlarm(life)
    expect(await life.up()).toMatchObject({ code: 0 })
    await life.meanwhile(({ cloudwatch }) => cloudwatch.deleteAlarms({ AlarmNames: ['checkout-errors'] }))
    expect(await examined(life)).toEqual({
      code: 1,
      services: [
        'ok web: 2 of 2 tasks run, 2 of 2 targets healthy',
        'fail web: there is no alarm checkout-errors, so it rolls no release back',
      ],
    })
    const { error, writes } = await typeRollout(life, 'web', { image: ['nginx:1.28'] })
    expect([error?.code, writes]).toEqual(['refused', []])
    expect(error?.message).toContain('there is no alarm checkout-errors')
    await putAlarm(life)
    expect(await typeRollout(life, 'web', { image: ['nginx:1.28'] })).toMatchObject({ code: 0 })
    expect(await examined(life)).toMatchObject({
      services: ['ok web: 2 of 2 tasks run, 2 of 2 targets healthy'],
    })
  })
})

describe('checks that were asked for', () => {
  it.each([
    ['behind no load balancer, where ECS comes by no pause', 'desiredCount: 2, deployment: blue-green'],
    ['in a rolling deployment', front],
  ])('are run %s, and one that fails brings the old version back', async (_name, service) => {
    const life = await running(service)
    const commands: string[] = []
    const failing = {
      ...tools,
      programs: {
        ...tools.programs,
        run: async ({ file }: { readonly file: string }) => {
          commands.push(file)
          return { code: 1, lastLines: [] }
        },
      },
    }
    const { code } = await typeRollout(life, 'web', { image: ['nginx:1.28'], verify: ['smoke'] }, {}, failing)
    expect([code, commands]).toEqual([14, ['smoke']])
    expect(await imagesIn(life)).toEqual({ web: 'nginx:1.27' })
  })
})

describe('a target that somebody else has registered', () => {
  const registered = (life: Life, more: object) =>
    life.meanwhile((_aws, world) => {
      for (const { arn } of world.table<{ arn: string }>('elbv2/targetGroup').list())
        targetsOfOthers(world).set(`${arn} 10.9.9.9`, { targetGroupArn: arn, id: '10.9.9.9', ...more })
    })

  it('fails no release, sick as it is', async () => {
    const life = await running()
    await registered(life, { unhealthy: true })
    expect(await typeRollout(life, 'web', { image: ['nginx:1.28'] })).toMatchObject({ code: 0 })
    expect((await statusIn(life))['web']?.healthy).toBe('2 of 2 targets healthy')
  })

  it('stands in for no task that is not healthy', async () => {
    const life = await running(`${front}, deployment: { strategy: rolling, circuitBreaker: false }`)
    await registered(life, {})
    await life.meanwhile((_aws, world) => behave(world, 'nginx:1.27', { unhealthy: {} }))
    expect((await statusIn(life))['web']?.healthy).toBe('0 of 2 targets healthy')
    expect(await examined(life)).toMatchObject({
      code: 1,
      services: [expect.stringContaining('fail web: 2 of 2 tasks run, 0 of 2 targets healthy')],
    })
  })
})
