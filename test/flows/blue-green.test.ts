import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2'
import { describe, expect, it } from 'vitest'
import type { Aws } from '../../src/aws/aws.ts'
import { rollback } from '../../src/commands/rollout-verbs.ts'
import { behave } from '../../src/sandbox/ecs/image.ts'
import type { Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'
import { tools, typeRollout, weights } from '../support/rollouts.ts'

const cluster = 'production-storefront-cluster'
const httpd = 'public.ecr.aws/docker/library/httpd'

async function running(): Promise<Life> {
  const life = liveWith('blue-green')
  expect(await life.up()).toMatchObject({ code: 0 })
  life.push('storefront/shop', 'v1')
  expect(await life.up()).toMatchObject({ code: 0 })
  return life
}

interface Row {
  readonly name: string
  readonly arn: string
  readonly priority: number
  readonly actions: readonly Action[]
}

const rows = (life: Life, table: string) => (life.tables()[table] ?? []) as readonly Row[]

/** What a release does: the running task definition with another image, brought into service, followed to the end. */
async function release(aws: Aws, life: Life, service: string, image: string): Promise<void> {
  const { services } = await aws.ecs.describeServices({ cluster, services: [service] })
  const { taskDefinition, tags } = await aws.ecs.describeTaskDefinition({
    taskDefinition: services![0]!.taskDefinition!,
    include: ['TAGS'],
  })
  const { family, cpu, memory, networkMode, requiresCompatibilities, executionRoleArn } = taskDefinition!
  const { runtimePlatform, containerDefinitions } = taskDefinition!
  const registered = await aws.ecs.registerTaskDefinition({
    family,
    cpu,
    memory,
    networkMode,
    requiresCompatibilities,
    executionRoleArn,
    runtimePlatform,
    containerDefinitions: containerDefinitions!.map(one => ({ ...one, image })),
    tags: tags ?? [],
  })
  await aws.ecs.updateService({
    cluster,
    service,
    taskDefinition: registered.taskDefinition!.taskDefinitionArn!,
  })
}

const hours = async (aws: Aws, world: { sleep(seconds: number): Promise<void> }) => {
  await world.sleep(3 * 3600)
  await aws.ecs.describeServices({ cluster, services: ['api', 'shop'] })
}

describe('the stack of examples/blue-green', () => {
  it('is made with two target groups, weighted rules, a test rule, a role and alarms for each service', async () => {
    const life = await running()
    expect(weights(life, 'api')).toEqual([100, 0])
    expect(weights(life, 'shop')).toEqual([100, 0])
    expect(rows(life, 'elbv2/target-group')).toHaveLength(4)
    expect(rows(life, 'elbv2/listener')).toMatchObject([{ port: 80 }])
    expect(
      rows(life, 'elbv2/rule')
        .map(({ priority }) => priority)
        .toSorted((a, b) => a - b),
    ).toEqual([9, 10, 49_999, 50_000])
    expect(rows(life, 'cloudwatch/alarm')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'production-storefront-api-release-errors' }),
        expect.objectContaining({ name: 'production-storefront-api-release-errors-b' }),
      ]),
    )
    await life.meanwhile(async aws => {
      const { services } = await aws.ecs.describeServices({ cluster, services: ['api', 'shop'] })
      expect(services!.map(({ deploymentConfiguration }) => deploymentConfiguration)).toMatchObject([
        {
          strategy: 'CANARY',
          bakeTimeInMinutes: 10,
          canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 10 },
          alarms: { enable: true, rollback: true },
        },
        { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 },
      ])
    })
    const again = await life.up()
    expect(again.out).not.toContain('test.url')
    expect([again.writes, await life.planned()]).toEqual([[], []])
  })

  it('releases an image that was edited in the config by the strategy of its service', async () => {
    const life = await running()
    life.edit(`${httpd}:2.4`, `${httpd}:2.5`)
    const { code, writes, err } = await life.up()
    expect([code, err]).toEqual([0, err])
    // The last one notes in AWS how far the ledger has got.
    expect(writes).toEqual([
      'RegisterTaskDefinition',
      'UpdateService',
      'DeregisterTaskDefinition',
      'CreateTags',
    ])
    expect(err).toMatch(/services\/api SCALE_UP: \d of 2 tasks/)
    expect(weights(life, 'api')).toEqual([0, 100])
    expect(await life.planned()).toEqual([])
  })

  it('fails when AWS has rolled the release back, and tries again the next time', async () => {
    const life = await running()
    await life.meanwhile((_aws, world) => behave(world, `${httpd}:2.5`, { exits: { exitCode: 1 } }))
    life.edit(`${httpd}:2.4`, `${httpd}:2.5`)
    const failed = await life.up()
    expect([failed.code, failed.err]).toEqual([1, expect.stringContaining('circuit breaker')])
    expect(weights(life, 'api')).toEqual([100, 0])
    await life.meanwhile((_aws, world) => behave(world, `${httpd}:2.5`, {}))
    expect(await life.up()).toMatchObject({ code: 0 })
    expect(weights(life, 'api')).toEqual([0, 100])
  })

  it('finds nothing to change after a release, and changes nothing', async () => {
    const life = await running()
    await life.meanwhile(async (aws, world) => {
      await release(aws, life, 'api', `${httpd}@sha256:${'a'.repeat(64)}`)
      await hours(aws, world)
    })
    expect(weights(life, 'api')).toEqual([0, 100])
    expect(await life.planned()).toEqual([])
    expect((await life.up()).writes).toEqual([])
    const { out } = await life.plan()
    expect(out).toContain('sha256:aaaa')
  })

  it('finds nothing to change after `rollout`, nor after its rollback', async () => {
    const life = await running()
    const out = await typeRollout(life, 'api', { image: [`${httpd}:2.9`] })
    expect([out.code, out.err]).toEqual([0, out.err])
    expect([weights(life, 'api'), await life.planned()]).toEqual([[0, 100], []])
    expect((await life.up()).writes).toEqual([])
    const back = await life.type((common, context) => rollback('api', common, context, tools))
    expect([back.code, back.err]).toEqual([0, back.err])
    expect([weights(life, 'api'), await life.planned()]).toEqual([[100, 0], []])
    expect((await life.up()).writes).toEqual([])
  })

  it('keeps the released image when something else is edited', async () => {
    const life = await running()
    const released = `${httpd}@sha256:${'a'.repeat(64)}`
    await life.meanwhile(async (aws, world) => {
      await release(aws, life, 'api', released)
      await hours(aws, world)
    })
    life.edit('paths: [/api/*]', 'cpu: 512\n    memory: 1024\n    paths: [/api/*]')
    expect(await life.up()).toMatchObject({ code: 0 })
    await life.meanwhile(async aws => {
      const { services } = await aws.ecs.describeServices({ cluster, services: ['api'] })
      const { taskDefinition } = await aws.ecs.describeTaskDefinition({
        taskDefinition: services![0]!.taskDefinition!,
      })
      expect([taskDefinition!.cpu, taskDefinition!.containerDefinitions![0]!.image]).toEqual([
        '512',
        released,
      ])
    })
    expect(await life.planned()).toEqual([])
    life.edit(`${httpd}:2.4`, `${httpd}:2.6`)
    expect(await life.up()).toMatchObject({ code: 0 })
    await life.meanwhile(async aws => {
      const { services } = await aws.ecs.describeServices({ cluster, services: ['api'] })
      const { taskDefinition } = await aws.ecs.describeTaskDefinition({
        taskDefinition: services![0]!.taskDefinition!,
      })
      expect(taskDefinition!.containerDefinitions![0]!.image).toBe(`${httpd}:2.6`)
    })
  })

  it('reports weights that were edited by hand, and leaves them', async () => {
    const life = await running()
    await life.meanwhile(async aws => {
      const { LoadBalancers } = await aws.elbv2.describeLoadBalancers({})
      const { Listeners } = await aws.elbv2.describeListeners({
        LoadBalancerArn: LoadBalancers![0]!.LoadBalancerArn,
      })
      const { Rules } = await aws.elbv2.describeRules({ ListenerArn: Listeners![0]!.ListenerArn })
      const { RuleArn, Actions } = Rules!.find(({ Priority }) => Priority === '10')!
      const TargetGroups = Actions![0]!.ForwardConfig!.TargetGroups!.map((one, index) => ({
        ...one,
        Weight: index === 0 ? 70 : 30,
      }))
      await aws.elbv2.modifyRule({ RuleArn, Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }] })
    })
    const { out } = await life.plan()
    expect(out).toMatch(/weights/)
    expect((await life.up()).writes).toEqual([])
    expect(new Set(weights(life, 'api'))).toEqual(new Set([30, 70]))
  })

  it('changes the strategy of a living service in place', async () => {
    const life = await running()
    life.edit('deployment: blue-green', 'deployment: { strategy: linear, stepPercent: 50, stepMinutes: 2 }')
    const changed = await life.up()
    expect([changed.code, changed.writes]).toEqual([0, ['UpdateService']])
    expect(await life.planned()).toEqual([])
    life.edit('deployment: { strategy: linear, stepPercent: 50, stepMinutes: 2 }', 'deployment: rolling')
    const rolling = await life.up()
    expect([rolling.code, rolling.err]).toEqual([0, rolling.err])
    expect(rows(life, 'elbv2/target-group')).toHaveLength(3)
    expect(await life.planned()).toEqual([])
    life.edit('deployment: rolling', 'deployment: blue-green')
    expect(await life.up()).toMatchObject({ code: 0 })
    expect(await life.planned()).toEqual([])
    expect(rows(life, 'elbv2/target-group')).toHaveLength(4)
  })

  it('becomes rolling where its traffic is, also on the second target group', async () => {
    const life = await running()
    life.push('storefront/shop', 'v2')
    life.edit('tag: v1', 'tag: v2')
    expect(await life.up()).toMatchObject({ code: 0 })
    expect(weights(life, 'shop')).toEqual([0, 100])
    life.edit('deployment: blue-green', 'deployment: rolling')
    expect(await life.up()).toMatchObject({ code: 0 })
    expect(await life.planned()).toEqual([])
    const groups = rows(life, 'elbv2/target-group') as unknown as { name: string }[]
    expect(groups.map(({ name }) => name).filter(name => name.includes('shop'))).toEqual([
      'production-storefront-shop-b',
    ])
  })

  it('leaves nothing behind, not even what releases have registered', async () => {
    const life = await running()
    await life.meanwhile(async (aws, world) => {
      await release(aws, life, 'api', `${httpd}:2.7`)
      await hours(aws, world)
    })
    const { code, err } = await life.teardown({ deleteData: ['all'] })
    expect([code, err]).toEqual([0, err])
    expect((await life.ledger())!.entries.size).toBe(0)
    const active = (life.tables()['ecs/task-definition'] as { status: string }[]).filter(
      ({ status }) => status === 'ACTIVE',
    )
    expect(active).toEqual([])
    expect(rows(life, 'elbv2/target-group')).toEqual([])
  })
})
