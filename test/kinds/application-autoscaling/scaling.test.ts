import {
  ApplicationAutoScalingClient,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling'
import { describe, expect, it } from 'vitest'
import type { PolicyProps } from '../../../src/kinds/application-autoscaling/policy.ts'
import { policy } from '../../../src/kinds/application-autoscaling/policy.ts'
import { scheduledAction } from '../../../src/kinds/application-autoscaling/scheduled-action.ts'
import { target } from '../../../src/kinds/application-autoscaling/target.ts'
import { service } from '../../../src/kinds/ecs/service.ts'
import type { SandboxContext } from '../../support/context.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import { describeKindLife, settle } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'
import { fargateService } from '../ecs/parts.ts'

const address = 'scaling/web'
const token = '0123456789abcdef0123456789abcdef'
const resourceId = 'service/shop/web'
const props = { resourceId, minCapacity: 1, maxCapacity: 4 }
const cpu: PolicyProps = {
  policyName: 'cpu',
  resourceId,
  metric: 'ECSServiceAverageCPUUtilization',
  targetValue: 70,
  scaleInCooldown: 120,
  scaleOutCooldown: 60,
}
const elb = (resource: string) => `arn:aws:elasticloadbalancing:us-east-1:123456789012:${resource}`
const requests = (...groups: string[]): PolicyProps => ({
  ...cpu,
  metric: 'ALBRequestCountPerTarget',
  requests: {
    loadBalancerArn: elb('loadbalancer/app/shop/1'),
    targetGroupArns: groups.map(group => elb(`targetgroup/${group}`)),
  },
})

/** A steady service of two tasks. */
async function withService(context: SandboxContext) {
  const request = { address, props: await fargateService(context), tags: tagsFor(address), token }
  return settle(service, await service.create(request, context), context)
}

async function withTarget(context: SandboxContext): Promise<void> {
  await withService(context)
  await target.create({ address, props, tags: tagsFor(address), token }, context)
}

describeKindLife<typeof target>({
  kind: target,
  props: async context => {
    await withService(context)
    return props
  },
  changes: [{ maxCapacity: 6 }, { minCapacity: 2 }],
})

describeKindLife<typeof policy>({
  kind: policy,
  props: async context => {
    await withTarget(context)
    return cpu
  },
  changes: [{ targetValue: 60 }, { scaleInCooldown: 300 }, { metric: 'ECSServiceAverageMemoryUtilization' }],
})

describeKindLife<typeof scheduledAction>({
  kind: scheduledAction,
  props: async context => {
    await withTarget(context)
    return {
      scheduledActionName: 'night',
      resourceId,
      schedule: 'cron(0 20 * * ? *)',
      timezone: 'UTC',
      minCapacity: 0,
      maxCapacity: 0,
    }
  },
  changes: [{ schedule: 'cron(0 21 * * ? *)' }, { timezone: 'Europe/Berlin' }],
})

describe('application-autoscaling/target', () => {
  it('is registered in one call that carries its tags', async () => {
    const autoScaling = stubbed(ApplicationAutoScalingClient)
    autoScaling.on(RegisterScalableTargetCommand).resolves({ ScalableTargetARN: 'arn:target' })
    const made = await target.create({ address, props, tags: { Name: 'web' }, token }, mockedContext())
    expect(made).toEqual({ resourceId, arn: 'arn:target' })
    expect(autoScaling.calls().map(call => call.args[0].input)).toEqual([
      {
        ServiceNamespace: 'ecs',
        ScalableDimension: 'ecs:service:DesiredCount',
        ResourceId: resourceId,
        MinCapacity: 1,
        MaxCapacity: 4,
        Tags: { Name: 'web' },
      },
    ])
  })

  it('sends only the bound that changes', async () => {
    const autoScaling = stubbed(ApplicationAutoScalingClient)
    autoScaling.on(RegisterScalableTargetCommand).resolves({ ScalableTargetARN: 'arn:target' })
    const attributes = { resourceId, arn: 'arn:target' }
    await target.update!(
      {
        address,
        attributes,
        observed: props,
        props: { ...props, maxCapacity: 9 },
        changed: ['maxCapacity'],
      },
      mockedContext(),
    )
    expect(autoScaling.calls()[0]?.args[0].input).toMatchObject({ MaxCapacity: 9 })
    expect(autoScaling.calls()[0]?.args[0].input).not.toHaveProperty('MinCapacity')
  })

  it('brings the running count between its bounds at once', async () => {
    const context = sandboxContext()
    const attributes = (await withService(context)) as { clusterArn: string }
    await target.create({ address, props: { ...props, minCapacity: 3 }, tags: {}, token }, context)
    const { services } = await context.aws.ecs.describeServices({
      cluster: attributes.clusterArn,
      services: ['web'],
    })
    expect(services?.[0]?.desiredCount).toBe(3)
  })

  it('waits for a service that Application Auto Scaling does not see yet', async () => {
    const context = sandboxContext()
    const before = context.clock.now()
    await expect(target.create({ address, props, tags: {}, token }, context)).rejects.toThrow(/doesn't exist/)
    expect(context.clock.now() - before).toBeGreaterThan(60_000)
  })

  it('takes its policies with it', async () => {
    const context = sandboxContext()
    await withTarget(context)
    const attributes = await policy.create({ address, props: cpu, tags: {}, token }, context)
    await target.delete({ address, attributes: { resourceId, arn: '' }, dataMayGo: false }, context)
    expect(await policy.read([readRequest(address, cpu, attributes)], context)).toEqual([undefined])
    await policy.delete({ address, attributes, dataMayGo: false }, context)
  })
})

describe('application-autoscaling/policy', () => {
  const put = async (wanted: PolicyProps) => {
    const autoScaling = stubbed(ApplicationAutoScalingClient)
    autoScaling.on(PutScalingPolicyCommand).resolves({ PolicyARN: 'arn:policy', Alarms: [] })
    await policy.create({ address, props: wanted, tags: {}, token }, mockedContext())
    const { input } = autoScaling.calls()[0]!.args[0] as PutScalingPolicyCommand
    return input.TargetTrackingScalingPolicyConfiguration!
  }

  it('names the one target group by the label that AWS wants', async () => {
    expect(await put(requests('web/1'))).toEqual({
      TargetValue: 70,
      PredefinedMetricSpecification: {
        PredefinedMetricType: 'ALBRequestCountPerTarget',
        ResourceLabel: 'app/shop/1/targetgroup/web/1',
      },
      ScaleInCooldown: 120,
      ScaleOutCooldown: 60,
    })
  })

  it('adds up the requests of two target groups, so that a swap changes nothing', async () => {
    const { PredefinedMetricSpecification, CustomizedMetricSpecification } = await put(
      requests('web-a/1', 'web-b/2'),
    )
    expect(PredefinedMetricSpecification).toBeUndefined()
    const queries = CustomizedMetricSpecification!.Metrics!
    expect(queries.map(({ ReturnData, Expression }) => ReturnData && Expression)).toEqual([
      false,
      false,
      'FILL(m1, 0) + FILL(m2, 0)',
    ])
    expect(queries[1]?.MetricStat).toEqual({
      Metric: {
        Namespace: 'AWS/ApplicationELB',
        MetricName: 'RequestCountPerTarget',
        Dimensions: [
          { Name: 'LoadBalancer', Value: 'app/shop/1' },
          { Name: 'TargetGroup', Value: 'targetgroup/web-b/2' },
        ],
      },
      Stat: 'Sum',
    })
  })

  it('reads back the requests of two target groups, in whatever order', async () => {
    const context = sandboxContext()
    await withTarget(context)
    const wanted = requests('web-b/2', 'web-a/1')
    const made = await policy.create({ address, props: wanted, tags: {}, token }, context)
    const [observed] = await policy.read([readRequest(address, wanted, made)], context)
    expect(observed?.props).toEqual(policy.normalise!(wanted))
  })

  it('is refused for a target group that gets no traffic from the load balancer', async () => {
    const context = sandboxContext()
    await withTarget(context)
    const wanted = { address, props: requests('web/1'), tags: {}, token }
    await expect(policy.create(wanted, context)).rejects.toThrow(/does not route traffic/)
  })

  it('is read with all others in as few calls as AWS has pages', async () => {
    const context = sandboxContext()
    await withTarget(context)
    const names = Array.from({ length: 11 }, (_, index) => `p${index}`)
    for (const policyName of names)
      await policy.create({ address, props: { ...cpu, policyName }, tags: {}, token }, context)
    context.calls.length = 0
    const found = await policy.read(
      names.map(policyName => readRequest(policyName, { ...cpu, policyName })),
      context,
    )
    expect(found.map(one => one?.attributes.policyName)).toEqual(names)
    expect(context.calls).toHaveLength(2)
  })
})
