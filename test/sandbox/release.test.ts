import { describe, expect, it } from 'vitest'
import { setAlarmState } from '../../src/sandbox/alarm-state.ts'
import { behave } from '../../src/sandbox/ecs/image.ts'
import { sandboxContext } from '../support/context.ts'
import { blueGreen } from '../support/blue-green.ts'

const v2 = 'nginx:2'
const pause = (stage: 'POST_TEST_TRAFFIC_SHIFT' | 'PRE_PRODUCTION_TRAFFIC_SHIFT') => ({
  lifecycleHooks: [
    {
      targetType: 'PAUSE' as const,
      lifecycleStages: [stage],
      timeoutConfiguration: { timeoutInMinutes: 30, action: 'ROLLBACK' as const },
    },
  ],
})
const bakes = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 } as const

describe('a blue/green deployment of the embedded AWS', () => {
  it('goes through every stage, and moves all traffic to the other target group', async () => {
    const bg = await blueGreen(sandboxContext())
    expect(await bg.weights()).toEqual([100, 0])
    const arn = await bg.release(v2)
    expect(await bg.follow(arn)).toEqual([
      'PRE_SCALE_UP',
      'SCALE_UP',
      'POST_SCALE_UP',
      'TEST_TRAFFIC_SHIFT',
      'POST_TEST_TRAFFIC_SHIFT',
      'PRODUCTION_TRAFFIC_SHIFT',
      'POST_PRODUCTION_TRAFFIC_SHIFT',
      'BAKE_TIME',
      'CLEAN_UP',
      'SUCCESSFUL',
    ])
    expect(await bg.weights()).toEqual([0, 100])
    expect([await bg.health(bg.blue), await bg.health(bg.green)]).toEqual([[], ['healthy', 'healthy']])
    const { createdAt, finishedAt } = await bg.deployment(arn)
    expect((Number(finishedAt) - Number(createdAt)) / 60_000).toBeGreaterThan(5)
  })

  it('lets the groups take turns: the next one comes back to the first', async () => {
    const bg = await blueGreen(sandboxContext())
    await bg.follow(await bg.release(v2))
    await bg.follow(await bg.release('nginx:3'))
    expect(await bg.weights()).toEqual([100, 0])
  })

  it('shows two fleets while it bakes, and who has the traffic', async () => {
    const bg = await blueGreen(sandboxContext())
    const arn = await bg.release(v2)
    await bg.follow(arn, ({ lifecycleStage }) => lifecycleStage === 'BAKE_TIME')
    const now = await bg.deployment(arn)
    expect(now.targetServiceRevision).toMatchObject({
      requestedTaskCount: 2,
      runningTaskCount: 2,
      requestedProductionTrafficWeight: 100,
      requestedTestTrafficWeight: 100,
    })
    expect(now.sourceServiceRevisions).toMatchObject([
      { runningTaskCount: 2, requestedProductionTrafficWeight: 0 },
    ])
    expect(await bg.health(bg.blue)).toEqual(['healthy', 'healthy'])
  })

  it('keeps traffic on healthy tasks at every moment', async () => {
    const bg = await blueGreen(sandboxContext())
    const arn = await bg.release(v2)
    const sick: unknown[] = []
    await bg.follow(arn, () => {
      sick.push(...bg.traffic().filter(({ healthy }) => !healthy))
      return false
    })
    expect(sick).toEqual([])
  })

  it('says which target group a revision is registered with', async () => {
    const bg = await blueGreen(sandboxContext())
    const arn = await bg.release(v2)
    await bg.follow(arn)
    const { targetServiceRevision } = await bg.deployment(arn)
    const { serviceRevisions } = await bg.context.aws.ecs.describeServiceRevisions({
      serviceRevisionArns: [targetServiceRevision!.arn!],
    })
    expect(serviceRevisions![0]!.resolvedConfiguration!.loadBalancers).toEqual([
      { targetGroupArn: bg.green, productionListenerRule: bg.rule },
    ])
  })

  it('rolls back at once where the rule does not hold both groups', async () => {
    const bg = await blueGreen(sandboxContext())
    for (const RuleArn of [bg.rule, bg.testRule])
      await bg.context.aws.elbv2.modifyRule({
        RuleArn,
        Actions: [{ Type: 'forward', TargetGroupArn: bg.blue }],
      })
    // Some rule of the load balancer has to use the other group, or the update itself is refused.
    await expect(bg.release(v2)).rejects.toThrow('does not have an associated load balancer')
    const { Rules } = await bg.context.aws.elbv2.describeRules({ RuleArns: [bg.rule] })
    await bg.context.aws.elbv2.createRule({
      ListenerArn: Rules![0]!.RuleArn!.replace(':listener-rule/', ':listener/').replace(/\/[^/]+$/, ''),
      Priority: 2,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/other'] } }],
      Actions: [{ Type: 'forward', TargetGroupArn: bg.green }],
    })
    const arn = await bg.release(v2)
    expect((await bg.follow(arn)).at(-1)).toBe('ROLLBACK_SUCCESSFUL')
    expect((await bg.deployment(arn)).statusReason).toContain('must be associated')
  })
})

describe('a canary deployment', () => {
  it('gives the new revision its share, waits, and then all', async () => {
    const bg = await blueGreen(sandboxContext(), {
      strategy: 'CANARY',
      bakeTimeInMinutes: 1,
      canaryConfiguration: { canaryPercent: 20, canaryBakeTimeInMinutes: 3 },
    })
    const arn = await bg.release(v2)
    const seen: number[] = []
    await bg.follow(arn, now => {
      const weight = now.targetServiceRevision!.requestedProductionTrafficWeight!
      if (seen.at(-1) !== weight) seen.push(weight)
      return false
    })
    expect(seen).toEqual([0, 20, 100])
  })
})

describe('a linear deployment', () => {
  it('takes equal steps and stops at all of it', async () => {
    const bg = await blueGreen(sandboxContext(), {
      strategy: 'LINEAR',
      linearConfiguration: { stepPercent: 40, stepBakeTimeInMinutes: 1 },
    })
    const arn = await bg.release(v2)
    const seen: number[] = []
    await bg.follow(arn, now => {
      const weight = now.targetServiceRevision!.requestedProductionTrafficWeight!
      if (seen.at(-1) !== weight) seen.push(weight)
      return false
    })
    expect(seen).toEqual([0, 40, 80, 100])
  })
})

describe('a pause hook', () => {
  it('holds the deployment until it is continued', async () => {
    const bg = await blueGreen(sandboxContext())
    const arn = await bg.release(v2, { ...bakes, ...pause('POST_TEST_TRAFFIC_SHIFT') })
    const held = await bg.follow(arn, ({ lifecycleHookDetails = [] }) => lifecycleHookDetails.length > 0)
    expect(held.at(-1)).toBe('POST_TEST_TRAFFIC_SHIFT')
    await bg.wait(600)
    const { lifecycleHookDetails } = await bg.deployment(arn)
    expect(lifecycleHookDetails).toMatchObject([{ status: 'AWAITING_ACTION', timeoutAction: 'ROLLBACK' }])
    await bg.context.aws.ecs.continueServiceDeployment({
      serviceDeploymentArn: arn,
      hookId: lifecycleHookDetails![0]!.hookId!,
      action: 'CONTINUE',
    })
    expect((await bg.follow(arn)).at(-1)).toBe('SUCCESSFUL')
  })

  it('rolls the deployment back when it is told to', async () => {
    const bg = await blueGreen(sandboxContext())
    const arn = await bg.release(v2, { ...bakes, ...pause('PRE_PRODUCTION_TRAFFIC_SHIFT') })
    await bg.follow(arn, ({ lifecycleHookDetails = [] }) => lifecycleHookDetails.length > 0)
    const { lifecycleHookDetails } = await bg.deployment(arn)
    await bg.context.aws.ecs.continueServiceDeployment({
      serviceDeploymentArn: arn,
      hookId: lifecycleHookDetails![0]!.hookId!,
      action: 'ROLLBACK',
    })
    expect((await bg.follow(arn)).at(-1)).toBe('ROLLBACK_SUCCESSFUL')
    expect(await bg.weights()).toEqual([100, 0])
  })

  it('times out by itself, and then does what it was told to do', async () => {
    const bg = await blueGreen(sandboxContext())
    const arn = await bg.release(v2, { ...bakes, ...pause('POST_TEST_TRAFFIC_SHIFT') })
    expect((await bg.follow(arn)).at(-1)).toBe('ROLLBACK_SUCCESSFUL')
    expect(await bg.deployment(arn)).toMatchObject({
      statusReason: expect.stringContaining('timed out'),
      lifecycleHookDetails: [{ status: 'TIMED_OUT' }],
    })
  })
})

describe('a rollback', () => {
  it('is a flip of weights while the deployment bakes', async () => {
    const bg = await blueGreen(sandboxContext())
    const arn = await bg.release(v2)
    await bg.follow(arn, ({ lifecycleStage }) => lifecycleStage === 'BAKE_TIME')
    await bg.context.aws.ecs.stopServiceDeployment({ serviceDeploymentArn: arn })
    await bg.wait(15)
    expect(await bg.weights()).toEqual([100, 0])
    expect(await bg.deployment(arn)).toMatchObject({ status: 'ROLLBACK_IN_PROGRESS' })
    expect((await bg.follow(arn)).at(-1)).toBe('ROLLBACK_SUCCESSFUL')
    const { services } = await bg.context.aws.ecs.describeServices({
      cluster: bg.cluster,
      services: [bg.service],
    })
    expect(services![0]).toMatchObject({ taskDefinition: bg.first, runningCount: 2 })
  })

  it('starts the old tasks again when they are on their way out', async () => {
    const bg = await blueGreen(sandboxContext())
    const arn = await bg.release(v2)
    await bg.follow(arn, ({ lifecycleStage }) => lifecycleStage === 'CLEAN_UP')
    await bg.wait(5)
    await bg.context.aws.ecs.stopServiceDeployment({ serviceDeploymentArn: arn })
    expect((await bg.follow(arn)).at(-1)).toBe('ROLLBACK_SUCCESSFUL')
    expect([await bg.weights(), await bg.health(bg.blue)]).toEqual([
      [100, 0],
      ['healthy', 'healthy'],
    ])
  })

  it('comes from an alarm that goes off during the deployment, not from one that was on before', async () => {
    const context = sandboxContext()
    const bg = await blueGreen(context)
    const alarms = { enable: true, rollback: true, alarmNames: ['noisy', 'errors'] }
    setAlarmState(context.world, 'noisy', 'ALARM')
    const arn = await bg.release(v2, { ...bakes, alarms })
    await bg.follow(arn, ({ lifecycleStage }) => lifecycleStage === 'BAKE_TIME')
    setAlarmState(context.world, 'errors', 'ALARM')
    expect((await bg.follow(arn)).at(-1)).toBe('ROLLBACK_SUCCESSFUL')
    expect(await bg.deployment(arn)).toMatchObject({
      alarms: { status: 'TRIGGERED', triggeredAlarmNames: ['errors'] },
    })
  })

  it.each([
    ['as AWS does it', {}, 3],
    ['after twice as many failed tasks', { thresholdConfiguration: { type: 'COUNT', value: 6 } } as const, 6],
    [
      'after a share of the desired count, without bounds',
      { thresholdConfiguration: { type: 'UNBOUNDED_PERCENT', value: 50 } } as const,
      1,
    ],
    [
      'after a share of the desired count, within bounds',
      { thresholdConfiguration: { type: 'BOUNDED_PERCENT', value: 400 } } as const,
      8,
    ],
  ])('comes from the circuit breaker %s', async (_name, more, threshold) => {
    const context = sandboxContext()
    const bg = await blueGreen(context)
    behave(context.world, v2, { exits: { exitCode: 3 } })
    const deploymentCircuitBreaker = { enable: true, rollback: true, ...more }
    const arn = await bg.release(v2, { ...bakes, deploymentCircuitBreaker })
    await bg.follow(arn, ({ status }) => status !== 'IN_PROGRESS')
    expect(await bg.deployment(arn)).toMatchObject({
      deploymentCircuitBreaker: { threshold, failureCount: threshold },
    })
  })

  it('comes from the circuit breaker, with stopped tasks and their last words to look at', async () => {
    const context = sandboxContext()
    const bg = await blueGreen(context)
    behave(context.world, v2, { exits: { exitCode: 3, lines: ['cannot reach the database'] } })
    const arn = await bg.release(v2, {
      ...bakes,
      deploymentCircuitBreaker: { enable: true, rollback: true },
    })
    expect((await bg.follow(arn)).at(-1)).toBe('ROLLBACK_SUCCESSFUL')
    expect(await bg.deployment(arn)).toMatchObject({ deploymentCircuitBreaker: { status: 'TRIGGERED' } })
    const { aws } = context
    const { taskArns } = await aws.ecs.listTasks({
      cluster: bg.cluster,
      serviceName: 'web',
      desiredStatus: 'STOPPED',
    })
    const { tasks } = await aws.ecs.describeTasks({ cluster: bg.cluster, tasks: taskArns! })
    expect(tasks![0]).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [{ name: 'app', exitCode: 3 }],
    })
    const { events } = await aws.logs.getLogEvents({
      logGroupName: '/shop/web',
      logStreamName: `app/app/${tasks![0]!.taskArn!.split('/').at(-1)}`,
    })
    expect(events).toMatchObject([{ message: 'cannot reach the database' }])
  })

  it('needs a day without a circuit breaker: then the stage times out', async () => {
    const context = sandboxContext()
    const bg = await blueGreen(context)
    behave(context.world, v2, { unhealthy: {} })
    const arn = await bg.release(v2)
    await bg.wait(23 * 3600)
    expect(await bg.deployment(arn)).toMatchObject({ status: 'IN_PROGRESS', lifecycleStage: 'SCALE_UP' })
    expect(await bg.health(bg.green)).toEqual(['unhealthy', 'unhealthy'])
    await bg.wait(2 * 3600)
    expect(await bg.deployment(arn)).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' })
  })
})

describe('an unfinished deployment', () => {
  it('gives way to the next one, which puts things in order first', async () => {
    const bg = await blueGreen(sandboxContext())
    const first = await bg.release(v2)
    await bg.follow(first, ({ lifecycleStage }) => lifecycleStage === 'POST_TEST_TRAFFIC_SHIFT')
    const second = await bg.release('nginx:3')
    expect(await bg.deployment(first)).toMatchObject({
      status: 'STOPPED',
      statusReason: 'Replaced by a new service deployment.',
    })
    const stages = await bg.follow(second)
    expect([stages[0], stages.at(-1)]).toEqual(['RECONCILE_SERVICE', 'SUCCESSFUL'])
    expect(await bg.weights()).toEqual([0, 100])
  })

  it('goes on while nobody asks', async () => {
    const bg = await blueGreen(sandboxContext())
    const arn = await bg.release(v2)
    await bg.wait(3600)
    expect(await bg.weights()).toEqual([0, 100])
    expect(await bg.deployment(arn)).toMatchObject({ status: 'SUCCESSFUL' })
  })
})

describe('a load balancer', () => {
  it('sends requests to unhealthy targets when it has no others', async () => {
    const context = sandboxContext()
    const bg = await blueGreen(context)
    behave(context.world, 'public.ecr.aws/nginx/nginx:1.29', { unhealthy: { from: context.world.now() } })
    expect(bg.traffic()).toEqual([
      { targetGroupArn: bg.blue, share: 1, taskDefinitionArns: [bg.first], healthy: false },
    ])
  })
})

describe('the scaling of a service', () => {
  it('counts for both fleets of a running deployment', async () => {
    const bg = await blueGreen(sandboxContext())
    const arn = await bg.release(v2)
    await bg.follow(arn, ({ lifecycleStage }) => lifecycleStage === 'BAKE_TIME')
    await bg.context.aws.ecs.updateService({ cluster: bg.cluster, service: 'web', desiredCount: 3 })
    await bg.wait(150)
    const { targetServiceRevision, sourceServiceRevisions } = await bg.deployment(arn)
    expect([targetServiceRevision, ...sourceServiceRevisions!].map(one => one!.runningTaskCount)).toEqual([
      3, 3,
    ])
  })
})
