import type {
  CustomizedMetricSpecification,
  PredefinedMetricSpecification,
  TargetTrackingScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling'
import { sorted } from '../../resources/json.ts'

/** Where the requests come from and where they go: the balancer, and all target groups that a release may swap. */
export interface RequestsPerTarget {
  readonly loadBalancerArn: string
  readonly targetGroupArns: readonly string[]
}

/**
 * AWS's own metric watches one target group. A release that swaps two would leave it watching the empty one, and the
 * service would shrink under load. So with two it is their sum: at each moment of a shift the shares add up.
 */
export function awsRequestsMetric(
  requests: RequestsPerTarget,
): Pick<
  TargetTrackingScalingPolicyConfiguration,
  'PredefinedMetricSpecification' | 'CustomizedMetricSpecification'
> {
  const LoadBalancer = idIn(requests.loadBalancerArn)
  const groups = requests.targetGroupArns.map(idIn)
  if (groups.length === 1)
    return {
      PredefinedMetricSpecification: {
        PredefinedMetricType: 'ALBRequestCountPerTarget',
        ResourceLabel: `${LoadBalancer}/${groups[0]}`,
      },
    }
  const ids = groups.map((_, index) => `m${index + 1}`)
  return {
    CustomizedMetricSpecification: {
      Metrics: [
        ...groups.map((TargetGroup, index) => ({
          Id: ids[index],
          MetricStat: {
            Metric: {
              Namespace: 'AWS/ApplicationELB',
              MetricName: 'RequestCountPerTarget',
              Dimensions: [
                { Name: 'LoadBalancer', Value: LoadBalancer },
                { Name: 'TargetGroup', Value: TargetGroup },
              ],
            },
            Stat: 'Sum',
          },
          ReturnData: false,
        })),
        {
          Id: 'requests',
          // A target group without targets has no data at all.
          Expression: ids.map(id => `FILL(${id}, 0)`).join(' + '),
          ReturnData: true,
        },
      ],
    },
  }
}

/** `prefix` is what ARNs of Elastic Load Balancing begin with in this account and region, up to their last colon. */
export function fromPredefined(
  { ResourceLabel = '' }: PredefinedMetricSpecification,
  prefix: string,
): RequestsPerTarget {
  const [loadBalancer = '', targetGroup = ''] = ResourceLabel.split('/targetgroup/')
  return {
    loadBalancerArn: `${prefix}:loadbalancer/${loadBalancer}`,
    targetGroupArns: [`${prefix}:targetgroup/${targetGroup}`],
  }
}

/** Undefined for any other metric. */
export function fromCustomized(
  { Metrics = [] }: CustomizedMetricSpecification,
  prefix: string,
): RequestsPerTarget | undefined {
  const watched = Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric ?? [])
  if (watched.length === 0 || watched.some(({ MetricName }) => MetricName !== 'RequestCountPerTarget'))
    return undefined
  const values = (name: string) =>
    watched.map(({ Dimensions }) => Dimensions?.find(({ Name }) => Name === name)?.Value ?? '')
  return {
    loadBalancerArn: `${prefix}:loadbalancer/${values('LoadBalancer')[0]}`,
    targetGroupArns: sorted(values('TargetGroup').map(group => `${prefix}:${group}`)),
  }
}

/** `app/<name>/<id>` or `targetgroup/<name>/<id>`: how CloudWatch names what has this ARN. */
function idIn(arn: string): string {
  return arn
    .split(':')
    .at(-1)!
    .replace(/^loadbalancer\//, '')
}
