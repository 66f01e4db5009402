import type { Deployment } from '../config/deployment.ts'
import { deploymentOf, movesTraffic } from '../config/deployment.ts'
import type { ServiceConfig, StackConfig } from '../config/schema/stack.ts'
import type { CircuitBreaker, DeploymentProps } from '../kinds/ecs/deployment-configuration.ts'
import { usualThreshold } from '../kinds/ecs/deployment-configuration.ts'
import type { LoadBalancerTarget } from '../kinds/ecs/load-balancer.ts'
import type { Input } from '../resources/reference.ts'
import { copied } from '../resources/reference.ts'
import type { Declare, Handle } from './declare.ts'
import type { Facts } from './facts.ts'
import type { LoadBalancing, Target } from './load-balancer.ts'
import type { Names } from './names.ts'
import { trusting } from './trust.ts'

/** The role by which ECS changes listener rules; made when a service's traffic is to be moved. */
export function infrastructureRole(
  declare: Declare,
  config: StackConfig,
  { partition }: Facts,
  names: Names,
): Handle<'iam/role'> | undefined {
  if (!Object.values(config.services).some(movesTraffic)) return undefined
  const roleName = names.ofStack('ecs-infrastructure', 'role')
  return declare(
    'identity/ecs.infrastructure-role',
    'iam/role',
    {
      roleName,
      path: '/',
      assumeRolePolicy: trusting('ecs.amazonaws.com'),
      managedPolicyArns: [
        `arn:${partition}:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers`,
      ],
      inlinePolicies: {},
    },
    { name: roleName, origin: 'services' },
  )
}

/** Alarms that roll a release back: on errors of either target group, whichever has the new version. Gives their names. */
export function rollbackAlarms(
  declare: Declare,
  service: string,
  config: ServiceConfig,
  {
    target,
    loadBalancing,
    names,
  }: { target: Target | undefined; loadBalancing: LoadBalancing | undefined; names: Names },
): readonly Input<string>[] {
  const { alarms } = deploymentOf(config)
  if (alarms !== true) return alarms ?? []
  if (!target || !loadBalancing) return []
  const groups = [
    { suffix: '', group: target.targetGroup },
    ...(target.alternate ? [{ suffix: '-b', group: target.alternate }] : []),
  ]
  return groups.map(({ suffix, group }) => {
    const alarmName = names.ofStack(`${service}-release-errors${suffix}`, 'alarm')
    const alarm = declare(
      `observability/${service}.release-errors${suffix}`,
      'cloudwatch/alarm',
      {
        alarmName,
        description: `More than ${errorsAllowed} errors in a minute: rolls a release of ${service} back`,
        namespace: 'AWS/ApplicationELB',
        metricName: 'HTTPCode_Target_5XX_Count',
        dimensions: {
          LoadBalancer: copied(loadBalancing.loadBalancer.out.fullName),
          TargetGroup: copied(group.out.fullName),
        },
        statistic: 'Sum',
        period: 60,
        evaluationPeriods: 1,
        threshold: errorsAllowed,
        comparisonOperator: 'GreaterThanThreshold',
        // No errors, no data.
        treatMissingData: 'notBreaching',
        alarmActions: [],
      },
      { name: alarmName, origin: `services.${service}.deployment.alarms` },
    )
    return copied(alarm.out.alarmName)
  })
}

const errorsAllowed = 10

const stages = {
  'before-scale-up': 'PRE_SCALE_UP',
  'after-scale-up': 'POST_SCALE_UP',
  'after-test-traffic': 'POST_TEST_TRAFFIC_SHIFT',
  'before-production-traffic': 'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'after-production-traffic': 'POST_PRODUCTION_TRAFFIC_SHIFT',
} as const

/** How new versions take over, all of it: what is left out would be AWS's default, or what a release has left. */
export function deploymentProps(
  config: ServiceConfig,
  alarmNames: readonly Input<string>[],
): { readonly [K in keyof DeploymentProps]: Input<DeploymentProps[K]> } {
  const { strategy, circuitBreaker, pause = [], ...rest } = deploymentOf(config)
  const { maximumPercent = 200, minimumHealthyPercent = 100, stepMinutes } = rest
  return {
    strategy: (
      { rolling: 'ROLLING', 'blue-green': 'BLUE_GREEN', canary: 'CANARY', linear: 'LINEAR' } as const
    )[strategy],
    maximumPercent,
    minimumHealthyPercent,
    circuitBreaker: breakerProps(circuitBreaker),
    ...(strategy !== 'rolling' && { bakeMinutes: rest.bakeMinutes ?? 5 }),
    ...(strategy === 'canary' && {
      canary: { percent: rest.steps?.[0] ?? rest.canaryPercent ?? 5, minutes: stepMinutes ?? 10 },
    }),
    ...(strategy === 'linear' && { linear: { percent: rest.stepPercent ?? 10, minutes: stepMinutes ?? 6 } }),
    rollbackAlarms: alarmNames,
    pauses: pause.map(({ at, timeoutMinutes, onTimeout }) => ({
      stages: [stages[at]],
      timeoutMinutes,
      onTimeout: onTimeout === 'rollback' ? ('ROLLBACK' as const) : ('CONTINUE' as const),
    })),
  }
}

const thresholds = {
  count: 'COUNT',
  'bounded-percent': 'BOUNDED_PERCENT',
  'unbounded-percent': 'UNBOUNDED_PERCENT',
} as const

/** What is AWS's default is left out: it is what a service without these members has. */
function breakerProps(breaker: Deployment['circuitBreaker']): CircuitBreaker {
  if (typeof breaker === 'boolean') return { enable: breaker, rollback: breaker }
  const { threshold, resetOnHealthyTask } = breaker
  const wanted = threshold && { type: thresholds[threshold.type], value: threshold.value }
  const isUsual = wanted?.type === usualThreshold.type && wanted.value === usualThreshold.value
  return {
    enable: true,
    rollback: true,
    ...(wanted && !isUsual && { threshold: wanted }),
    ...(!resetOnHealthyTask && { keepsCount: true }),
  }
}

/** Where the service's tasks are registered, and what ECS moves their traffic with. */
export function loadBalancerTargets(
  container: string,
  target: Target | undefined,
  role: Handle<'iam/role'> | undefined,
): Input<readonly LoadBalancerTarget[]> {
  if (!target) return []
  const { targetGroup, alternate, rule, testRule, port } = target
  return [
    {
      targetGroupArn: copied(targetGroup.out.arn),
      containerName: container,
      containerPort: port,
      ...(alternate &&
        rule &&
        role && {
          shift: {
            alternateTargetGroupArn: copied(alternate.out.arn),
            productionListenerRule: copied(rule.out.arn),
            ...(testRule && { testListenerRule: copied(testRule.out.arn) }),
            roleArn: copied(role.out.arn),
          },
        }),
    },
  ]
}
