import type { MetricDataQuery, MetricDataResult, MetricStat } from '@aws-sdk/client-cloudwatch'
import { requestsTo } from '../ecs/requests.ts'
import { loadBalancersOf } from '../elbv2/action.ts'
import { SandboxGap, awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'

const minute = 60_000
const queriesAtMost = 500

export const metricOperations = {
  getMetricData: ({ MetricDataQueries = [], StartTime, EndTime }, world) => {
    if (MetricDataQueries.length > queriesAtMost)
      throw awsFault(
        'ValidationError',
        `The collection MetricDataQueries must not have more than ${queriesAtMost}`,
      )
    if (Number(StartTime) >= Number(EndTime))
      throw awsFault('ValidationError', 'The parameter StartTime must be less than the parameter EndTime.')
    return {
      MetricDataResults: MetricDataQueries.map(query =>
        resultOf(world, query, Number(StartTime), Number(EndTime)),
      ),
    }
  },
} satisfies Partial<SandboxService<'cloudwatch'>>

function resultOf(
  world: World,
  { Id, MetricStat: stat, Expression }: MetricDataQuery,
  from: number,
  to: number,
): MetricDataResult {
  if (!stat || Expression !== undefined) throw new SandboxGap('GetMetricData has no metric math')
  if (stat.Period !== 60) throw new SandboxGap('GetMetricData knows periods of 60 seconds only')
  const shown = world.now() - world.seconds('load balancer metrics') * 1000
  const points: [Date, number][] = []
  for (let start = Math.floor(from / minute) * minute; start < to; start += minute) {
    const value = start + minute <= shown ? valueOf(world, stat, start) : undefined
    if (value !== undefined) points.push([new Date(start), value])
  }
  return {
    Id,
    Label: stat.Metric?.MetricName,
    Timestamps: points.map(([at]) => at),
    Values: points.map(([, value]) => value),
    StatusCode: 'Complete',
  }
}

/** Undefined where the load balancer sends nothing to CloudWatch: without requests, and for a count of 0. */
function valueOf(world: World, { Metric, Stat }: MetricStat, start: number): number | undefined {
  const { Namespace, MetricName, Dimensions = [] } = Metric ?? {}
  const dimension = (name: string) => Dimensions.find(({ Name }) => Name === name)?.Value
  const group = world.arn('elasticloadbalancing', dimension('TargetGroup') ?? '')
  const balancer = world.arn('elasticloadbalancing', `loadbalancer/${dimension('LoadBalancer')}`)
  if (Namespace !== 'AWS/ApplicationELB') throw new SandboxGap(`GetMetricData has no ${Namespace}`)
  if (!loadBalancersOf(world, group).includes(balancer)) return undefined
  const { count, errors, refused, responseTime } = requestsTo(world, group, start, start + minute)
  if (count === 0) return undefined
  switch (`${MetricName} ${Stat?.replace(/\d+$/, '')}`) {
    case 'RequestCount Sum':
      return count
    case 'HTTPCode_Target_5XX_Count Sum':
      return errors === 0 ? undefined : errors
    case 'TargetConnectionErrorCount Sum':
      return refused === 0 ? undefined : refused
    case 'TargetResponseTime p':
      return responseTime
    default:
      throw new SandboxGap(`GetMetricData has no ${Stat} of ${MetricName}`)
  }
}
