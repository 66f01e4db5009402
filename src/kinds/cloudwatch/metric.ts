import type { MetricDataQuery, MetricStat } from '@aws-sdk/client-cloudwatch'
import { isUnknown } from '../../resources/reference.ts'

export interface Metric {
  readonly namespace: string
  readonly metricName: string
  readonly dimensions: Readonly<Record<string, string>>
  /** `Sum`, `Average`, … or a percentile such as `p95`. */
  readonly statistic: string
  /** Seconds. */
  readonly period: number
}

/** A metric, or an expression over those that stand beside it by their ids. */
export interface MetricQuery {
  readonly id: string
  readonly metric?: Metric | undefined
  readonly expression?: string | undefined
  readonly label?: string | undefined
  /** True for the one that is watched. Default: false. */
  readonly watched?: boolean | undefined
}

export function normalQuery(query: MetricQuery): MetricQuery {
  if (isUnknown(query)) return query
  const { id, metric, expression, label, watched = false } = query
  return {
    id,
    watched,
    ...(metric && { metric }),
    ...(expression !== undefined && { expression }),
    ...(label !== undefined && { label }),
  }
}

export function awsQuery({ id, metric, expression, label, watched = false }: MetricQuery): MetricDataQuery {
  return {
    Id: id,
    ...(metric && { MetricStat: awsMetric(metric) }),
    ...(expression !== undefined && { Expression: expression }),
    ...(label !== undefined && { Label: label }),
    ReturnData: watched,
  }
}

export function fromAwsQuery({ Id = '', MetricStat, Expression, Label, ReturnData }: MetricDataQuery) {
  return normalQuery({
    id: Id,
    metric: MetricStat && fromAwsMetric(MetricStat),
    expression: Expression,
    label: Label,
    // AWS watches what does not say otherwise.
    watched: ReturnData ?? true,
  })
}

export function awsDimensions(dimensions: Readonly<Record<string, string>>) {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }))
}

export function fromAwsDimensions(
  list: readonly { readonly Name?: string | undefined; readonly Value?: string | undefined }[] = [],
): Record<string, string> {
  return Object.fromEntries(list.map(({ Name = '', Value = '' }) => [Name, Value]))
}

function awsMetric({ namespace, metricName, dimensions, statistic, period }: Metric): MetricStat {
  return {
    Metric: { Namespace: namespace, MetricName: metricName, Dimensions: awsDimensions(dimensions) },
    Stat: statistic,
    Period: period,
  }
}

function fromAwsMetric({ Metric, Stat = '', Period = 0 }: MetricStat): Metric {
  return {
    namespace: Metric?.Namespace ?? '',
    metricName: Metric?.MetricName ?? '',
    dimensions: fromAwsDimensions(Metric?.Dimensions),
    statistic: Stat,
    period: Period,
  }
}
