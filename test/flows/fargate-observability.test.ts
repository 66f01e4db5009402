import { describe, expect, it } from 'vitest'
import { liveWith } from '../support/life.ts'
import type { Life } from '../support/life.ts'

async function living(): Promise<Life> {
  const life = liveWith('fargate-observability')
  const { code, err } = await life.up()
  expect([code, err]).toEqual([0, err])
  return life
}

async function running(): Promise<Life> {
  const life = await living()
  life.push('ledgerly/api')
  life.push('ledgerly/worker')
  const { code, err } = await life.up()
  expect([code, err]).toEqual([0, err])
  return life
}

const service = async (life: Life, name: string) => {
  let count: number | undefined
  await life.meanwhile(async aws => {
    const { services } = await aws.ecs.describeServices({
      cluster: 'production-ledgerly-cluster',
      services: [name],
    })
    count = services?.[0]?.desiredCount
  })
  return count
}

const shown = async (life: Life) =>
  (await life.planned()).map(
    ({ address, action, changes }) => `${action} ${address}: ${changes.map(({ path }) => path).join(' ')}`,
  )

describe('the stack of examples/fargate-observability', () => {
  it('is created whole by the first up and left alone by the second', async () => {
    const life = await living()
    const { code, writes, err } = await life.up()
    expect(writes).toEqual([])
    expect(err).toContain('No changes')
    expect(code).toBe(0)
  })

  it('asks for endpoints with private host names only once those of the VPC are on, however long that takes', async () => {
    const life = liveWith('fargate-observability')
    let asked = 0
    const before = ({ operation }: { readonly operation: string }) => {
      if (operation === 'ModifyVpcAttribute' && ++asked < 4)
        throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' })
    }
    const { code, err } = await life.up({ faults: { before } })
    expect([code, err]).toEqual([0, err])
    expect(asked).toBe(4)
  })

  it('says which mail address has to be confirmed, and does not wait for it', async () => {
    const { out } = await liveWith('fargate-observability').up()
    expect(out).toMatch(/ops@example\.com.*pending confirmation/)
  })

  it('starts no task without an image, and the least once it has been pushed', async () => {
    const life = await living()
    expect(await service(life, 'api')).toBe(0)
    life.push('ledgerly/api')
    life.push('ledgerly/worker')
    expect((await shown(life)).toSorted()).toEqual([
      'update scaling/api: minCapacity',
      'update scaling/worker: minCapacity',
      'update services/api: desiredCount',
      'update services/worker: desiredCount',
    ])
    expect(await life.up()).toMatchObject({ code: 0 })
    expect(await service(life, 'api')).toBe(1)
    expect(await shown(life)).toEqual([])
  })

  it('leaves the number of tasks to Application Auto Scaling', async () => {
    const life = await running()
    await life.meanwhile(aws =>
      aws.ecs.updateService({ cluster: 'production-ledgerly-cluster', service: 'api', desiredCount: 3 }),
    )
    expect(await shown(life)).toEqual([])
    life.edit('cpu: 512', 'cpu: 1024')
    life.edit('memory: 1024', 'memory: 2048')
    expect(await life.up()).toMatchObject({ code: 0 })
    expect(await service(life, 'api')).toBe(3)
  })

  it('leaves the bounds to a schedule that has moved them, until the config moves them', async () => {
    const life = await running()
    await life.meanwhile(aws =>
      aws.applicationAutoScaling.registerScalableTarget({
        ServiceNamespace: 'ecs',
        ScalableDimension: 'ecs:service:DesiredCount',
        ResourceId: 'service/production-ledgerly-cluster/worker',
        MaxCapacity: 1,
      }),
    )
    expect(await shown(life)).toEqual([])
    life.edit('      max: 3\n      cpu: 70\n      schedules', '      max: 5\n      cpu: 70\n      schedules')
    expect(await shown(life)).toEqual(['update scaling/worker: maxCapacity'])
    expect((await life.up()).writes).toEqual(['RegisterScalableTarget'])
  })

  it.each([
    ['requests: 1000', 'requests: 2000', ['update scaling/api.requests: targetValue'], 'PutScalingPolicy'],
    [
      'errorRate: 5',
      'errorRate: 2',
      ['update observability/alb.error-rate-alarm: description threshold'],
      'PutMetricAlarm',
    ],
    ['volumeSize: 20', 'volumeSize: 30', ['update observability/search: volumeSize'], 'UpdateDomainConfig'],
    [
      'displayName: Ledgerly',
      'displayName: Books',
      ['update notifications/ops: displayName'],
      'SetTopicAttributes',
    ],
    [
      'job.failed',
      'job.lost',
      ['update observability/worker.failed-jobs-metric: filterPattern'],
      'PutMetricFilter',
    ],
  ])('changes exactly what %s → %s asks for', async (before, after, expected, call) => {
    const life = await living()
    life.edit(before, after)
    expect(await shown(life)).toEqual(expected)
    const { code, writes } = await life.up()
    expect([code, ...writes]).toEqual([0, call])
    expect(await shown(life)).toEqual([])
  })

  it('keeps the search domain when torn down without consent, and leaves nothing with it', async () => {
    const life = await running()
    expect(await life.teardown()).toMatchObject({ code: 0 })
    const kept = [...(await life.ledger())!.entries.values()].map(({ address }) => address)
    expect(kept).toContain('observability/search')
    expect(kept.filter(address => /alarm|dashboard|scaling|notifications/.test(address))).toEqual([])
    const { code, err } = await life.teardown({ deleteData: ['all'] })
    expect([code, err]).toEqual([0, err])
    expect((await life.ledger())!.entries.size).toBe(0)
    const left = Object.keys(life.tables()).filter(table =>
      /cloudwatch|sns|autoscaling|opensearch|logs\/metric|vpc$/.test(table),
    )
    expect(left.filter(table => !table.endsWith('alarm-state'))).toEqual([])
  })
})
