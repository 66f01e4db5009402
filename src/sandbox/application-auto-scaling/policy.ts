import type { TargetTrackingScalingPolicyConfiguration } from '@aws-sdk/client-application-auto-scaling'
import { loadBalancersOf } from '../elbv2/action.ts'
import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import { policies, targetOf } from './rows.ts'

const policiesInPage = 10

export const policyOperations = {
  putScalingPolicy: (input, world) => {
    const { PolicyName = '', ResourceId = '' } = input
    targetOf(world, ResourceId)
    assertMetric(world, input.TargetTrackingScalingPolicyConfiguration)
    const key = `${ResourceId} ${PolicyName}`
    const before = policies(world).get(key)
    const arn =
      before?.PolicyARN ??
      world.arn(
        'autoscaling',
        `scalingPolicy:${world.id('', 36)}:resource/ecs/${ResourceId}:policyName/${PolicyName}`,
      )
    policies(world).set(key, {
      ...input,
      PolicyName,
      ResourceId,
      PolicyARN: arn,
      ServiceNamespace: 'ecs',
      ScalableDimension: 'ecs:service:DesiredCount',
      PolicyType: input.PolicyType ?? 'StepScaling',
      created: before?.created ?? world.now(),
    })
    const alarm = (which: string) => {
      const AlarmName = `TargetTracking-${ResourceId}-${which}-${arn.split(':')[6]}`
      return { AlarmName, AlarmARN: world.arn('cloudwatch', `alarm:${AlarmName}`) }
    }
    return { PolicyARN: arn, Alarms: [alarm('AlarmHigh'), alarm('AlarmLow')] }
  },

  describeScalingPolicies: ({ PolicyNames, ResourceId, NextToken }, world) => {
    const rows = policies(world)
      .list()
      .filter(
        row =>
          (PolicyNames?.includes(row.PolicyName!) ?? true) &&
          (ResourceId === undefined || row.ResourceId === ResourceId) &&
          world.visible(row.created),
      )
    const start = Number(NextToken ?? 0)
    const end = start + policiesInPage
    return {
      ScalingPolicies: rows
        .slice(start, end)
        .map(({ created, ...row }) => ({ ...row, CreationTime: new Date(created) })),
      ...(end < rows.length && { NextToken: String(end) }),
    }
  },

  deleteScalingPolicy: ({ PolicyName, ResourceId }, world) => {
    if (!policies(world).delete(`${ResourceId} ${PolicyName}`))
      throw awsFault('ObjectNotFoundException', `No scaling policy found for policy name: ${PolicyName}`)
    return {}
  },
} satisfies Partial<SandboxService<'applicationAutoScaling'>>

/** AWS looks whether the target group of a resource label gets traffic from that load balancer. */
function assertMetric(world: World, tracking: TargetTrackingScalingPolicyConfiguration | undefined): void {
  const { PredefinedMetricType, ResourceLabel = '' } = tracking?.PredefinedMetricSpecification ?? {}
  if (PredefinedMetricType !== 'ALBRequestCountPerTarget') return
  const [balancer = '', group = ''] = ResourceLabel.split('/targetgroup/')
  const targetGroupArn = world.arn('elasticloadbalancing', `targetgroup/${group}`)
  const balancerArn = world.arn('elasticloadbalancing', `loadbalancer/${balancer}`)
  if (!loadBalancersOf(world, targetGroupArn).includes(balancerArn))
    throw awsFault(
      'ValidationException',
      `The load balancer does not route traffic to the target group: ${ResourceLabel}`,
    )
}
