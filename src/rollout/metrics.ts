import type { MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch'
import type { Aws } from '../aws/aws.ts'
import { allPages } from '../aws/pages.ts'

/** What a load balancer has measured of one target group in one minute. */
export interface MinuteOfTraffic {
  /** The beginning of the minute, in milliseconds since the epoch. */
  readonly at: number
  readonly requests: number
  /** 5xx responses of targets, and connections that no target has accepted. */
  readonly errors: number
  /** Seconds; undefined where no target has answered. */
  readonly responseTime: number | undefined
}

export interface MetricsWanted {
  readonly loadBalancer: string
  readonly targetGroups: readonly string[]
  /** `p95`. */
  readonly percentile: string
  /** Milliseconds since the epoch, at the beginning of a minute. */
  readonly from: number
  readonly to: number
}

const counts = ['RequestCount', 'HTTPCode_Target_5XX_Count', 'TargetConnectionErrorCount'] as const

/**
 * The minutes in which each of the target groups had requests, oldest first. Without requests a load balancer reports
 * nothing, and it does not report health checks:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
export async function readTraffic(wanted: MetricsWanted, aws: Aws): Promise<MinuteOfTraffic[][]> {
  const { targetGroups, from, to } = wanted
  const results = await allPages<MetricDataResult>(async NextToken => {
    const answer = await aws.cloudwatch.getMetricData({
      MetricDataQueries: targetGroups.flatMap((group, index) => queriesFor(group, index, wanted)),
      StartTime: new Date(from),
      EndTime: new Date(to),
      ScanBy: 'TimestampAscending',
      ...(NextToken && { NextToken }),
    })
    return { rows: answer.MetricDataResults, next: answer.NextToken }
  })
  return targetGroups.map((_group, index) => {
    const valuesOf = (metric: string) => pointsOf(results, `${metric}_${index}`)
    const [requests, answered, refused] = counts.map((_name, at) => valuesOf(`m${at}`))
    const responseTime = valuesOf('time')
    return [...requests!]
      .filter(([, count]) => count > 0)
      .toSorted(([one], [other]) => one - other)
      .map(([at, count]) => ({
        at,
        requests: count,
        errors: Math.min(count, (answered!.get(at) ?? 0) + (refused!.get(at) ?? 0)),
        responseTime: responseTime.get(at),
      }))
  })
}

function queriesFor(
  targetGroup: string,
  index: number,
  { loadBalancer, percentile }: MetricsWanted,
): MetricDataQuery[] {
  const query = (Id: string, MetricName: string, Stat: string): MetricDataQuery => ({
    Id,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/ApplicationELB',
        MetricName,
        Dimensions: [
          { Name: 'LoadBalancer', Value: afterPrefix(loadBalancer, 'loadbalancer/') },
          { Name: 'TargetGroup', Value: `targetgroup/${afterPrefix(targetGroup, 'targetgroup/')}` },
        ],
      },
      Period: 60,
      Stat,
    },
  })
  return [
    ...counts.map((name, at) => query(`m${at}_${index}`, name, 'Sum')),
    query(`time_${index}`, 'TargetResponseTime', percentile),
  ]
}

/** As CloudWatch names load balancers and target groups: the last part of the ARN. */
function afterPrefix(arn: string, prefix: string): string {
  return arn.slice(arn.indexOf(`:${prefix}`) + prefix.length + 1)
}

/** A page may hold a part of a series. */
function pointsOf(results: readonly MetricDataResult[], id: string): Map<number, number> {
  return new Map(
    results
      .filter(({ Id }) => Id === id)
      .flatMap(({ Timestamps = [], Values = [] }) =>
        Timestamps.map((at, index) => [at.getTime(), Values[index] ?? 0] as const),
      ),
  )
}
