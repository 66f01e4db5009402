import { describe, expect, it } from 'vitest'
import { rollback } from '../../src/commands/rollout-verbs.ts'
import type { Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'
import { imagesIn, tools, typeRollout } from '../support/rollouts.ts'

const config = 'cpu: 512\n    memory: 1024\n    paths: [/*]\n    healthCheck: { path: /health }'
const slower =
  'cpu: 1024\n    memory: 2048\n    paths: [/*]\n    healthCheck: { path: /ready, gracePeriod: 90 }'

async function running(): Promise<Life> {
  const life = liveWith('fargate-observability')
  await life.up()
  for (const name of ['ledgerly/api', 'ledgerly/worker']) life.push(name)
  expect(await life.up()).toMatchObject({ code: 0 })
  return life
}

/** Released as v1; then everything about it was changed in the config, and v2 released. */
async function changed(): Promise<Life> {
  const life = await running()
  for (const tag of ['v1', 'v2']) life.push('ledgerly/api', tag)
  expect(await typeRollout(life, 'api', { tag: 'v1' })).toMatchObject({ code: 0 })
  life.edit(config, slower)
  life.edit('      max: 3\n      cpu: 70\n      memory: 80', '      max: 9\n      cpu: 40\n      memory: 80')
  life.edit('min: 1\n      max: 9', 'min: 4\n      max: 9')
  const edited = await life.up()
  expect([edited.code, edited.err]).toEqual([0, edited.err])
  expect(await typeRollout(life, 'api', { tag: 'v2' })).toMatchObject({ code: 0 })
  expect(await life.planned()).toEqual([])
  return life
}

const cluster = 'production-ledgerly-cluster'

/** What AWS has of the service besides its image. */
async function settings(life: Life) {
  const found: Record<string, unknown> = {}
  await life.meanwhile(async ({ ecs, elbv2, applicationAutoScaling }) => {
    const { services } = await ecs.describeServices({ cluster, services: ['api'] })
    const [service] = services!
    const { taskDefinition } = await ecs.describeTaskDefinition({ taskDefinition: service!.taskDefinition! })
    const { TargetGroups } = await elbv2.describeTargetGroups({})
    const scaled = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' } as const
    const ResourceId = `service/${cluster}/api`
    const { ScalableTargets } = await applicationAutoScaling.describeScalableTargets({
      ...scaled,
      ResourceIds: [ResourceId],
    })
    const { ScalingPolicies } = await applicationAutoScaling.describeScalingPolicies({
      ...scaled,
      ResourceId,
    })
    Object.assign(found, {
      cpu: taskDefinition!.cpu,
      gracePeriod: service!.healthCheckGracePeriodSeconds,
      path: TargetGroups![0]!.HealthCheckPath,
      bounds: [ScalableTargets![0]!.MinCapacity, ScalableTargets![0]!.MaxCapacity],
      tracked: Object.fromEntries(
        ScalingPolicies!.map(one => [
          one.PolicyName,
          one.TargetTrackingScalingPolicyConfiguration!.TargetValue,
        ]),
      ),
    })
  })
  return found
}

const asV1 = {
  cpu: '512',
  gracePeriod: 60,
  path: '/health',
  bounds: [1, 3],
  tracked: { cpu: 70, memory: 80, requests: 1000 },
}
const asV2 = {
  cpu: '1024',
  gracePeriod: 90,
  path: '/ready',
  bounds: [4, 9],
  tracked: { cpu: 40, memory: 80, requests: 1000 },
}

const goBack = (life: Life) =>
  life.type((common, context) => rollback('api', { ...common, to: '1' }, context, tools))

const bound = (life: Life, service: string, MaxCapacity: number) =>
  life.meanwhile(({ applicationAutoScaling }) =>
    applicationAutoScaling.registerScalableTarget({
      ServiceNamespace: 'ecs',
      ScalableDimension: 'ecs:service:DesiredCount',
      ResourceId: `service/${cluster}/${service}`,
      MaxCapacity,
    }),
  )

describe('a rollback', () => {
  it('brings back the whole release, and plan leaves it as it is', async () => {
    const life = await changed()
    expect(await settings(life)).toEqual(asV2)
    const back = await goBack(life)
    expect([back.code, back.err]).toEqual([0, back.err])
    expect(await settings(life)).toEqual(asV1)
    expect([await life.planned(), (await life.up()).writes]).toEqual([[], []])
    const { out } = await life.plan()
    expect(out).toMatch(/Left as AWS or a release has set it[^]*scaling\/api[^]*maxCapacity/)
    expect(await settings(life)).toEqual(asV1)
  })

  it('stays as it is after the next release, which is of that version', async () => {
    const life = await changed()
    await goBack(life)
    life.push('ledgerly/api', 'v3')
    expect(await typeRollout(life, 'api', { tag: 'v3' })).toMatchObject({ code: 0 })
    expect(await life.planned()).toEqual([])
    expect(await settings(life)).toEqual(asV1)
  })

  it('gives way where the config says something new, and there only', async () => {
    const life = await changed()
    await goBack(life)
    life.edit('min: 4\n      max: 9', 'min: 4\n      max: 12')
    expect((await life.planned()).map(({ address, changes }) => [address, changes.length])).toEqual([
      ['scaling/api', 1],
    ])
    expect((await life.up()).writes).toEqual(['RegisterScalableTarget'])
    expect(await settings(life)).toEqual({ ...asV1, bounds: [1, 12] })
    life.edit('cpu: 1024\n    memory: 2048', 'cpu: 2048\n    memory: 4096')
    const image = (await imagesIn(life))['api']
    expect(await life.up()).toMatchObject({ code: 0 })
    expect(await settings(life)).toEqual({ ...asV1, cpu: '2048', bounds: [1, 12] })
    expect((await imagesIn(life))['api']).toBe(image)
    expect(await life.planned()).toEqual([])
  })

  it('does not hide what was changed by hand afterwards', async () => {
    const life = await changed()
    await goBack(life)
    await bound(life, 'api', 5)
    expect((await life.planned()).map(({ address, changes }) => [address, changes[0]?.path])).toEqual([
      ['scaling/api', 'maxCapacity'],
    ])
  })

  it('leaves bounds that schedules move as they are at that hour', async () => {
    const life = await running()
    for (const tag of ['v1', 'v2']) {
      life.push('ledgerly/worker', tag)
      expect(await typeRollout(life, 'worker', { tag })).toMatchObject({ code: 0 })
    }
    await bound(life, 'worker', 1)
    const back = await life.type((common, context) => rollback('worker', common, context, tools))
    expect([back.code, back.writes.filter(call => call === 'RegisterScalableTarget')]).toEqual([0, []])
    expect(await life.planned()).toEqual([])
  })
})
