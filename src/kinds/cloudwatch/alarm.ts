import type {
  ComparisonOperator,
  MetricAlarm,
  PutMetricAlarmInput,
  StandardUnit,
  Statistic,
} from '@aws-sdk/client-cloudwatch'
import { orAbsent } from '../../aws/errors.ts'
import { tagList } from '../../aws/tags.ts'
import { sorted } from '../../resources/json.ts'
import type { Kind } from '../../resources/kind.ts'
import { isUnknown } from '../../resources/reference.ts'
import type { Withdrawal } from '../../resources/withdrawal.ts'
import type { AlarmAttributes } from './alarms.ts'
import { alarmArn, alarmsNamed } from './alarms.ts'
import type { MetricQuery } from './metric.ts'
import { awsDimensions, awsQuery, fromAwsDimensions, fromAwsQuery, normalQuery } from './metric.ts'
import { retag, tagsOf } from './tags.ts'

/** What is watched: one metric by the first six, or an expression over several by `metrics`. */
interface Watched {
  readonly namespace?: string | undefined
  readonly metricName?: string | undefined
  readonly dimensions?: Readonly<Record<string, string>> | undefined
  readonly statistic?: Statistic | undefined
  /** A percentile, such as `p95`, in place of `statistic`. */
  readonly extendedStatistic?: string | undefined
  /** Seconds: 10, 20, 30 or a multiple of 60. */
  readonly period?: number | undefined
  readonly unit?: StandardUnit | undefined
  readonly metrics?: readonly MetricQuery[] | undefined
}

const another = { moot: 'another way of saying what is watched takes its place' } as const

const watchedWithdrawn: Withdrawal<Watched> = {
  namespace: another,
  metricName: another,
  dimensions: another,
  statistic: another,
  extendedStatistic: another,
  period: another,
  unit: another,
  metrics: another,
}

export interface AlarmProps extends Watched {
  readonly alarmName: string
  readonly description?: string | undefined
  readonly evaluationPeriods: number
  /** How many of the evaluated periods have to breach. Null: all. */
  readonly datapointsToAlarm?: number | null | undefined
  readonly threshold: number
  readonly comparisonOperator: ComparisonOperator
  readonly treatMissingData: 'missing' | 'notBreaching' | 'breaching' | 'ignore'
  /** ARNs, of SNS topics as a rule. */
  readonly alarmActions: readonly string[]
  readonly okActions?: readonly string[] | undefined
  readonly insufficientDataActions?: readonly string[] | undefined
  readonly actionsEnabled?: boolean | undefined
}

export const alarm: Kind<AlarmProps, AlarmAttributes> = {
  type: 'cloudwatch/alarm',
  label: 'alarm',
  ownership: 'tags',
  replaceOn: ['alarmName'],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['alarmName'], label: 'name' }],
  withdrawn: {
    description: { becomes: '' },
    ...watchedWithdrawn,
    datapointsToAlarm: { becomes: null },
    okActions: { becomes: [] },
    insufficientDataActions: { becomes: [] },
    actionsEnabled: { becomes: true },
  },
  findBy: ['alarmName'],
  seconds: { create: 1, delete: 1 },

  normalise: props => ({
    ...props,
    alarmActions: normalActions(props.alarmActions),
    ...(props.okActions && { okActions: normalActions(props.okActions) }),
    ...(props.insufficientDataActions && {
      insufficientDataActions: normalActions(props.insufficientDataActions),
    }),
    ...(props.metrics && {
      metrics: isUnknown(props.metrics) ? props.metrics : sorted(props.metrics.map(normalQuery)),
    }),
  }),

  read: async (requests, { aws }) => {
    const wanted = requests.map(({ attributes, props }) => attributes?.alarmName ?? props.alarmName!)
    const byName = await alarmsNamed(aws, wanted, 'MetricAlarm')
    return Promise.all(
      requests.map(async ({ attributes, tagsToo }, index) => {
        const one = byName.get(wanted[index]!)
        if (!one) return undefined
        const arn = one.AlarmArn!
        const tags = attributes && !tagsToo ? undefined : await tagsOf(aws, arn)
        // Gone between the two reads.
        if (!attributes && !tags) return undefined
        return { attributes: { alarmName: one.AlarmName!, arn }, props: propsOf(one), tags }
      }),
    )
  },

  create: async ({ props, tags }, context) => {
    await context.aws.cloudwatch.putMetricAlarm({ ...inputOf(props), Tags: tagList(tags) })
    return { alarmName: props.alarmName, arn: alarmArn(props.alarmName, context) }
  },

  update: async ({ attributes, observed, props }, { aws }) => {
    await aws.cloudwatch.putMetricAlarm(inputOf(merged(observed, props)))
    return attributes
  },

  retag: ({ arn }, change, { aws }) => retag(aws, arn, change),

  delete: async ({ attributes: { alarmName } }, { aws }) => {
    await orAbsent(aws.cloudwatch.deleteAlarms({ AlarmNames: [alarmName] }))
  },
}

/** AWS replaces an alarm as a whole: what is not declared, such as actions added by hand, is put back as it was. */
function merged(observed: AlarmProps, props: AlarmProps): AlarmProps {
  const declared = Object.fromEntries(
    Object.entries(props).filter(([, value]) => value !== undefined),
  ) as unknown as AlarmProps
  const { namespace, metricName, dimensions, period, unit, metrics, statistic, extendedStatistic, ...rest } =
    observed
  if (declared.metrics || metrics) return { ...rest, ...declared }
  const measure = declared.statistic || declared.extendedStatistic ? {} : { statistic, extendedStatistic }
  return { namespace, metricName, dimensions, period, unit, ...measure, ...rest, ...declared }
}

function normalActions(actions: readonly string[]): readonly string[] {
  return isUnknown(actions) ? actions : sorted(actions)
}

function propsOf(one: MetricAlarm): AlarmProps {
  return {
    alarmName: one.AlarmName!,
    description: one.AlarmDescription ?? '',
    ...watchedOf(one),
    evaluationPeriods: one.EvaluationPeriods ?? 0,
    datapointsToAlarm: one.DatapointsToAlarm ?? null,
    threshold: one.Threshold ?? 0,
    comparisonOperator: one.ComparisonOperator!,
    treatMissingData: (one.TreatMissingData ?? 'missing') as AlarmProps['treatMissingData'],
    alarmActions: sorted(one.AlarmActions ?? []),
    okActions: sorted(one.OKActions ?? []),
    insufficientDataActions: sorted(one.InsufficientDataActions ?? []),
    actionsEnabled: one.ActionsEnabled ?? true,
  }
}

function watchedOf(one: MetricAlarm): Watched {
  if (one.Metrics?.length) return { metrics: sorted(one.Metrics.map(fromAwsQuery)) }
  return {
    namespace: one.Namespace ?? '',
    metricName: one.MetricName ?? '',
    dimensions: fromAwsDimensions(one.Dimensions),
    statistic: one.Statistic,
    extendedStatistic: one.ExtendedStatistic,
    period: one.Period ?? 0,
    unit: one.Unit,
  }
}

function inputOf(props: AlarmProps): PutMetricAlarmInput {
  return {
    AlarmName: props.alarmName,
    ...(props.description && { AlarmDescription: props.description }),
    ...(props.metrics ? { Metrics: props.metrics.map(awsQuery) } : metricOf(props)),
    EvaluationPeriods: props.evaluationPeriods,
    ...(props.datapointsToAlarm != null && { DatapointsToAlarm: props.datapointsToAlarm }),
    Threshold: props.threshold,
    ComparisonOperator: props.comparisonOperator,
    TreatMissingData: props.treatMissingData,
    AlarmActions: [...props.alarmActions],
    ...(props.okActions?.length && { OKActions: [...props.okActions] }),
    ...(props.insufficientDataActions?.length && {
      InsufficientDataActions: [...props.insufficientDataActions],
    }),
    ...(props.actionsEnabled === false && { ActionsEnabled: false }),
  }
}

function metricOf({ namespace, metricName, dimensions, period, unit, ...props }: AlarmProps) {
  return {
    Namespace: namespace,
    MetricName: metricName,
    Dimensions: awsDimensions(dimensions ?? {}),
    ...(props.statistic && { Statistic: props.statistic }),
    ...(props.extendedStatistic && { ExtendedStatistic: props.extendedStatistic }),
    Period: period,
    ...(unit && { Unit: unit }),
  }
}
