import { describe, expect, it } from 'vitest'
import { abort, rollBack } from '../../src/rollout/rollback.ts'
import { underWay } from '../../src/rollout/under-way.ts'
import { Follower } from '../../src/rollout/follower.ts'
import { readLive } from '../../src/rollout/live.ts'
import { trampledWeights } from '../../src/rollout/verify.ts'
import { followToEnd } from '../../src/rollout/restore.ts'
import { behave } from '../../src/sandbox/ecs/image.ts'
import { container } from '../kinds/ecs/parts.ts'
import { blueGreen } from '../support/blue-green.ts'
import type { BlueGreen } from '../support/blue-green.ts'
import { sandboxContext } from '../support/context.ts'
import type { Releasing } from '../support/releasing.ts'
import { plain, releasing } from '../support/releasing.ts'

const smoke = { kind: 'command', text: 'npm run smoke -- --fast' } as const

async function setUp(): Promise<{ bg: BlueGreen; web: Releasing }> {
  const bg = await blueGreen(sandboxContext())
  return { bg, web: await releasing(bg) }
}

/** The deployment that is under way, once it is paused. */
async function paused({ target, environment }: Releasing) {
  for (;;) {
    const [live] = await readLive([target], environment.aws)
    const { serviceDeployments: [now] = [] } = live!.running
      ? await environment.aws.ecs.describeServiceDeployments({
          serviceDeploymentArns: [live!.running.serviceDeploymentArn!],
        })
      : {}
    if (now?.lifecycleHookDetails?.some(({ status }) => status === 'AWAITING_ACTION'))
      return { live: live!, now }
    await environment.clock.sleep(1000)
  }
}

describe('the checks of a release', () => {
  it('run where test traffic has moved and again where production has, without a shell and with useful variables', async () => {
    const { bg, web } = await setUp()
    expect((await web.release('nginx:2', { checks: [smoke] })).outcome).toBe('released')
    expect(web.programs.map(({ file, args }) => [file, ...args])).toEqual([
      ['npm', 'run', 'smoke', '--', '--fast'],
      ['npm', 'run', 'smoke', '--', '--fast'],
    ])
    const [first, second] = web.programs.map(({ environment }) => environment)
    expect(first).toMatchObject({
      PROVISION_SERVICE: 'web',
      PROVISION_IMAGE: 'nginx:2',
      PROVISION_RELEASE: '1',
      PROVISION_STAGE: 'POST_TEST_TRAFFIC_SHIFT',
      PROVISION_TRAFFIC_PERCENT: '0',
      PROVISION_URL: 'http://shop-1.us-east-1.elb.amazonaws.com:9001',
    })
    expect(second).toMatchObject({
      PROVISION_STAGE: 'POST_PRODUCTION_TRAFFIC_SHIFT',
      PROVISION_TRAFFIC_PERCENT: '100',
      PROVISION_URL: 'http://shop-1.us-east-1.elb.amazonaws.com',
    })
    expect(await bg.weights()).toEqual([0, 100])
  })

  it('take the release back before any production traffic has moved', async () => {
    const { bg, web } = await setUp()
    web.programEnds = { code: 1, lastLines: ['expected 200, got 500'] }
    const end = await web.release('nginx:2', { checks: [smoke] })
    expect(end).toMatchObject({ outcome: 'gate-failed', why: 'a check did not pass' })
    expect(web.events).toContainEqual(
      expect.objectContaining({
        type: 'release.check',
        state: 'failed',
        details: ['exit code 1', 'expected 200, got 500'],
      }),
    )
    expect(web.programs).toHaveLength(1)
    expect(await bg.weights()).toEqual([100, 0])
    expect(web.sick).toEqual([])
    expect((await web.environment.book.read('web')).at(-1)?.outcome).toBe('gate-failed')
  })

  it('over HTTP ask the test listener, and fail on 500', async () => {
    const { bg, web } = await setUp()
    web.status = 500
    const end = await web.release('nginx:2', { checks: [{ kind: 'http', path: '/health' }] })
    expect(end.outcome).toBe('gate-failed')
    expect(web.events).toContainEqual(
      expect.objectContaining({
        state: 'failed',
        details: ['http://shop-1.us-east-1.elb.amazonaws.com:9001/health: status 500'],
      }),
    )
    expect(await bg.weights()).toEqual([100, 0])
  })

  it('gate each step of a linear release', async () => {
    const { web } = await setUp()
    const end = await web.release('nginx:2', {
      checks: [smoke],
      strategy: 'LINEAR',
      stepPercent: 50,
      bakeMinutes: 0,
    })
    expect(end.outcome).toBe('released')
    expect(web.programs.map(({ environment }) => environment?.['PROVISION_TRAFFIC_PERCENT'])).toEqual([
      '0',
      '0',
      '50',
      '100',
    ])
    expect(web.sick).toEqual([])
  })
})

describe('a pause for people', () => {
  it('leaves the release paused, and says what to type', async () => {
    const { bg, web } = await setUp()
    const end = await web.release('nginx:2', { pause: true })
    expect(end).toMatchObject({ outcome: 'running', next: expect.stringContaining('rollout continue web') })
    expect(await bg.weights()).toEqual([100, 0])
    expect((await web.environment.book.read('web')).at(-1)?.outcome).toBe('running')
  })

  it('is followed again by another machine, which also writes the end down', async () => {
    const { bg, web } = await setUp()
    await web.release('nginx:2', { pause: true })
    const { live, now } = await paused(web)
    const begun = await underWay(live, web.environment)
    expect(begun?.release.number).toBe(1)
    const follower = new Follower(web.environment)
    const end = followToEnd(begun!, plain, {
      ...web.environment,
      follower,
      barrier: undefined,
      pauses: 'watch',
    })
    await bg.context.aws.ecs.continueServiceDeployment({
      serviceDeploymentArn: now.serviceDeploymentArn!,
      hookId: now.lifecycleHookDetails![0]!.hookId!,
      action: 'CONTINUE',
    })
    expect((await end).outcome).toBe('released')
    expect((await web.environment.book.read('web')).at(-1)?.outcome).toBe('released')
  })

  it('is found again without a ledger', async () => {
    const { web } = await setUp()
    await web.release('nginx:2', { pause: true })
    const { live } = await paused(web)
    const book = { ...web.environment.book, read: async () => [] }
    expect(await underWay(live, { ...web.environment, book })).toMatchObject({
      release: { number: 0, image: 'nginx:2', outcome: 'running', by: 'unknown' },
    })
  })

  it('rolls back by itself when nobody answers', async () => {
    const { bg, web } = await setUp()
    await web.release('nginx:2', { checks: [smoke], detach: true })
    const { live } = await paused(web)
    const begun = await underWay(live, web.environment)
    const follower = new Follower(web.environment)
    const end = await followToEnd(begun!, plain, {
      ...web.environment,
      follower,
      barrier: undefined,
      pauses: 'watch',
    })
    expect(end).toMatchObject({ outcome: 'timed-out', why: expect.stringContaining('nobody answered') })
    expect(await bg.weights()).toEqual([100, 0])
  })
})

describe('weights that were changed by hand', () => {
  const edit = async (bg: BlueGreen, [blue, green]: readonly [number, number]) => {
    await bg.context.aws.elbv2.modifyRule({
      RuleArn: bg.rule,
      Actions: [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: [
              { TargetGroupArn: bg.blue, Weight: blue },
              { TargetGroupArn: bg.green, Weight: green },
            ],
          },
        },
      ],
    })
  }

  it('stop a release before it begins', async () => {
    const { bg, web } = await setUp()
    await edit(bg, [70, 30])
    await expect(web.release('nginx:2')).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringMatching(/changed outside a release: blue 70 %, green 30 %/),
      hint: expect.stringContaining('--accept-weights'),
    })
    expect(await bg.weights()).toEqual([70, 30])
  })

  it('are not taken for changed when ECS has moved them on between two looks', async () => {
    const { bg, web } = await setUp()
    web.doomed('nginx:2', { pause: true })
    const { live, now } = await paused(web)
    const { aws } = bg.context
    expect(await trampledWeights(live, now, aws)).toBeUndefined()
    const { serviceDeploymentArn, lifecycleHookDetails } = now
    await aws.ecs.continueServiceDeployment({
      serviceDeploymentArn: serviceDeploymentArn!,
      hookId: lifecycleHookDetails!.find(({ status }) => status === 'AWAITING_ACTION')!.hookId!,
    })
    while ((await bg.weights())[1] !== 100) await bg.wait(1)
    expect(await trampledWeights(live, now, aws)).toBeUndefined()
  })

  it('leave the release paused when they change under way', async () => {
    const { bg, web } = await setUp()
    const end = web.release('nginx:2', { checks: [smoke] })
    await bg.wait(60)
    await edit(bg, [90, 10])
    expect((await end).outcome).toBe('running')
    expect(web.events).toContainEqual(
      expect.objectContaining({ type: 'note', message: expect.stringContaining('blue 90 %, green 10 %') }),
    )
    expect(await bg.weights()).toEqual([90, 10])
    expect(web.programs).toEqual([])
  })
})

describe('going back', () => {
  it('while it bakes is one call that changes something, and takes effect at once', async () => {
    const { bg, web } = await setUp()
    const end = web.release('nginx:2')
    while ((await bg.weights())[1] !== 100) await bg.wait(1)
    await bg.wait(30)
    const before = bg.context.calls.length
    const began = bg.context.clock.now()
    const aborting = abort(web.target, { ...web.environment, book: { ...web.environment.book } })
    while ((await bg.weights())[0] !== 100) await bg.wait(1)
    expect(bg.context.clock.now() - began).toBeLessThan(30_000)
    const writes = bg.context.calls.slice(before).filter(({ read }) => !read)
    expect(writes.map(({ operation }) => operation)).toEqual(['StopServiceDeployment'])
    expect(await aborting).toMatchObject({ outcome: 'aborted', why: 'aborted by ada@laptop' })
    expect(await end).toMatchObject({ outcome: 'aborted', why: 'aborted by ada@laptop' })
    expect(web.sick).toEqual([])
  })

  it('is no success where the previous version is not healthy', async () => {
    const { bg, web } = await setUp()
    await web.release('nginx:2', { pause: true })
    behave(bg.context.world, container.image, { unhealthy: { from: bg.context.clock.now() } })
    expect(await abort(web.target, web.environment)).toMatchObject({
      outcome: 'failed',
      why: expect.stringMatching(/0 of 2 targets in blue are healthy/),
    })
    expect(web.events).toContainEqual(
      expect.objectContaining({ message: expect.stringMatching(/^web is aborted, but 0 of 2/) }),
    )
  })

  it('does not let a paused release go on', async () => {
    const { bg, web } = await setUp()
    await web.release('nginx:2', { pause: true })
    expect((await abort(web.target, web.environment)).outcome).toBe('aborted')
    expect(await bg.weights()).toEqual([100, 0])
  })

  it('after the end brings back the release of before as a whole', async () => {
    const { bg, web } = await setUp()
    const { aws } = bg.context
    await web.release('nginx:2')
    const path = async () => {
      const { TargetGroups } = await aws.elbv2.describeTargetGroups({ TargetGroupArns: [bg.blue] })
      return TargetGroups![0]!.HealthCheckPath
    }
    const before = await path()
    for (const TargetGroupArn of [bg.blue, bg.green])
      await aws.elbv2.modifyTargetGroup({ TargetGroupArn, HealthCheckPath: '/new' })
    await web.release('nginx:3')
    const end = await rollBack(web.target, undefined, web.environment)
    expect(end).toMatchObject({ outcome: 'released', image: 'nginx:2' })
    expect(await path()).toBe(before)
    const releases = await web.environment.book.read('web')
    expect(releases.map(({ number, image, restores }) => [number, image, restores])).toEqual([
      [1, 'nginx:2', undefined],
      [2, 'nginx:3', undefined],
      [3, 'nginx:2', 1],
    ])
    expect(releases[2]!.taskDefinition).toBe(releases[0]!.taskDefinition)
  })

  it('to a number brings back that one, and refuses one that was never good', async () => {
    const { bg, web } = await setUp()
    for (const image of ['nginx:2', 'nginx:3', 'nginx:4']) await web.release(image)
    expect(await rollBack(web.target, 1, web.environment)).toMatchObject({ image: 'nginx:2' })
    await expect(rollBack(web.target, 9, web.environment)).rejects.toMatchObject({
      hint: 'the good ones are 1, 2, 3, 4',
    })
    expect(await bg.weights()).toContain(100)
  })

  it('without a ledger goes by what ECS remembers', async () => {
    const { web } = await setUp()
    await web.release('nginx:2')
    await web.release('nginx:3')
    const book = { ...web.environment.book, read: async () => [] }
    expect(await rollBack(web.target, undefined, { ...web.environment, book })).toMatchObject({
      outcome: 'released',
      image: 'nginx:2',
    })
  })
})
