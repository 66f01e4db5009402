import type { ScalingPolicy } from '@aws-sdk/client-application-auto-scaling'
import type { Aws } from '../../aws/aws.ts'
import { batchesOf } from '../../aws/batches.ts'
import { orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import { sorted } from '../../resources/json.ts'
import type { Kind, KindContext } from '../../resources/kind.ts'
import { isUnknown } from '../../resources/reference.ts'
import { desiredCount } from './dimension.ts'
import type { RequestsPerTarget } from './requests-metric.ts'
import { awsRequestsMetric, fromCustomized, fromPredefined } from './requests-metric.ts'

/** Target tracking: as many tasks as keep the metric at its target. */
export interface PolicyProps {
  readonly policyName: string
  /** `service/<cluster>/<service>`. */
  readonly resourceId: string
  readonly metric:
    'ECSServiceAverageCPUUtilization' | 'ECSServiceAverageMemoryUtilization' | 'ALBRequestCountPerTarget'
  /** With `ALBRequestCountPerTarget` only. */
  readonly requests?: RequestsPerTarget | undefined
  /** Percent, or requests a minute. */
  readonly targetValue: number
  /** Seconds. */
  readonly scaleInCooldown: number
  readonly scaleOutCooldown: number
}

export interface PolicyAttributes {
  readonly policyName: string
  readonly resourceId: string
  readonly arn: string
}

/** AWS takes this many names in one call. */
const namesAtOnce = 50

export const policy: Kind<PolicyProps, PolicyAttributes> = {
  type: 'application-autoscaling/policy',
  label: 'scaling policy',
  ownership: 'parent',
  replaceOn: ['policyName', 'resourceId'],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['policyName', 'resourceId'], label: 'name' }],
  withdrawn: { requests: { moot: 'it comes and goes with the metric, and a policy is written as a whole' } },
  findBy: ['policyName', 'resourceId'],
  seconds: { create: 1, delete: 1 },

  normalise: props =>
    props.requests && !isUnknown(props.requests) && !isUnknown(props.requests.targetGroupArns)
      ? {
          ...props,
          requests: { ...props.requests, targetGroupArns: sorted(props.requests.targetGroupArns) },
        }
      : props,

  read: async (requests, context) => {
    const wanted = requests.map(({ attributes, props }) => attributes ?? (props as PolicyAttributes))
    const found = await policiesNamed(
      context.aws,
      wanted.map(({ policyName }) => policyName),
    )
    return wanted.map(({ policyName, resourceId }) => {
      const one = found.find(
        ({ PolicyName, ResourceId }) => PolicyName === policyName && ResourceId === resourceId,
      )
      return (
        one && {
          attributes: { policyName, resourceId, arn: one.PolicyARN! },
          props: propsOf(one, context),
          tags: undefined,
        }
      )
    })
  },

  create: async ({ props }, { aws }) => {
    const { policyName, resourceId } = props
    return { policyName, resourceId, arn: await put(aws, props) }
  },

  update: async ({ attributes, props }, { aws }) => ({ ...attributes, arn: await put(aws, props) }),

  // The alarms that AWS has made for it go with it.
  delete: async ({ attributes: { policyName, resourceId } }, { aws }) => {
    await orAbsent(
      aws.applicationAutoScaling.deleteScalingPolicy({
        ...desiredCount,
        PolicyName: policyName,
        ResourceId: resourceId,
      }),
    )
  },
}

async function put(aws: Aws, props: PolicyProps): Promise<string> {
  const { PolicyARN } = await aws.applicationAutoScaling.putScalingPolicy({
    ...desiredCount,
    PolicyName: props.policyName,
    ResourceId: props.resourceId,
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: props.targetValue,
      ...(props.requests
        ? awsRequestsMetric(props.requests)
        : { PredefinedMetricSpecification: { PredefinedMetricType: props.metric } }),
      ScaleInCooldown: props.scaleInCooldown,
      ScaleOutCooldown: props.scaleOutCooldown,
    },
  })
  return PolicyARN!
}

async function policiesNamed(aws: Aws, names: readonly string[]): Promise<ScalingPolicy[]> {
  const unique = [...new Set(names)]
  const batches = batchesOf(unique, namesAtOnce)
  const found = await Promise.all(
    batches.map(PolicyNames =>
      allPages(async NextToken => {
        const page = await aws.applicationAutoScaling.describeScalingPolicies({
          ...desiredCount,
          PolicyNames,
          ...(NextToken && { NextToken }),
        })
        return { rows: page.ScalingPolicies, next: page.NextToken }
      }),
    ),
  )
  return found.flat()
}

function propsOf(
  { PolicyName = '', ResourceId = '', TargetTrackingScalingPolicyConfiguration: tracking }: ScalingPolicy,
  { partition, region, account }: KindContext,
): PolicyProps {
  const prefix = `arn:${partition}:elasticloadbalancing:${region}:${account}`
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: customized } =
    tracking ?? {}
  const requests =
    predefined?.PredefinedMetricType === 'ALBRequestCountPerTarget'
      ? fromPredefined(predefined, prefix)
      : customized && fromCustomized(customized, prefix)
  return {
    policyName: PolicyName,
    resourceId: ResourceId,
    metric: requests
      ? 'ALBRequestCountPerTarget'
      : (predefined?.PredefinedMetricType as PolicyProps['metric']),
    ...(requests && { requests }),
    targetValue: tracking?.TargetValue ?? 0,
    scaleInCooldown: tracking?.ScaleInCooldown ?? 300,
    scaleOutCooldown: tracking?.ScaleOutCooldown ?? 300,
  }
}
