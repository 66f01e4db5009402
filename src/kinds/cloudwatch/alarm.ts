import type { ComparisonOperator, MetricAlarm, Statistic } from '@aws-sdk/client-cloudwatch'
import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import { fromTagList, tagList } from '../../aws/tags.ts'
import { sorted } from '../../resources/json.ts'
import type { Kind } from '../../resources/kind.ts'
import { isUnknown } from '../../resources/reference.ts'

export interface AlarmProps {
  readonly alarmName: string
  readonly description?: string | undefined
  readonly namespace: string
  readonly metricName: string
  readonly dimensions: Readonly<Record<string, string>>
  readonly statistic: Statistic
  /** Seconds: 10, 20, 30 or a multiple of 60. */
  readonly period: number
  readonly evaluationPeriods: number
  readonly threshold: number
  readonly comparisonOperator: ComparisonOperator
  readonly treatMissingData: 'missing' | 'notBreaching' | 'breaching' | 'ignore'
  /** ARNs, of SNS topics as a rule. */
  readonly alarmActions: readonly string[]
}

export interface AlarmAttributes {
  readonly alarmName: string
  readonly arn: string
}

/** AWS takes this many names in one call, and gives half of them unless asked for more. */
const names = 100

export const alarm: Kind<AlarmProps, AlarmAttributes> = {
  type: 'cloudwatch/alarm',
  label: 'alarm',
  ownership: 'tags',
  replaceOn: ['alarmName'],
  replacement: 'create-first',
  findBy: ['alarmName'],
  seconds: { create: 1, delete: 1 },

  normalise: props => ({
    ...props,
    alarmActions: isUnknown(props.alarmActions) ? props.alarmActions : sorted(props.alarmActions),
  }),

  read: async (requests, { aws }) => {
    const wanted = requests.map(({ attributes, props }) => attributes?.alarmName ?? props.alarmName!)
    const found = await alarmsNamed(aws, wanted)
    const byName = new Map(found.map(one => [one.AlarmName, one]))
    return Promise.all(
      requests.map(async ({ attributes }, index) => {
        const one = byName.get(wanted[index])
        if (!one) return undefined
        const arn = one.AlarmArn!
        const tagging = attributes
          ? undefined
          : await orAbsent(aws.cloudwatch.listTagsForResource({ ResourceARN: arn }))
        // Gone between the two reads.
        if (!attributes && !tagging) return undefined
        return {
          attributes: { alarmName: one.AlarmName!, arn },
          props: propsOf(one),
          tags: tagging && fromTagList(tagging.Tags),
        }
      }),
    )
  },

  create: async ({ props, tags }, { aws, partition, region, account }) => {
    await aws.cloudwatch.putMetricAlarm({ ...inputOf(props), Tags: tagList(tags) })
    const { alarmName } = props
    return { alarmName, arn: `arn:${partition}:cloudwatch:${region}:${account}:alarm:${alarmName}` }
  },

  update: async ({ attributes, props }, { aws }) => {
    // AWS replaces an alarm as a whole: whatever is left out would be reset.
    await aws.cloudwatch.putMetricAlarm(inputOf(props))
    return attributes
  },

  retag: async ({ arn }, { set, remove }, { aws }) => {
    if (Object.keys(set).length > 0)
      await aws.cloudwatch.tagResource({ ResourceARN: arn, Tags: tagList(set) })
    if (remove.length > 0) await aws.cloudwatch.untagResource({ ResourceARN: arn, TagKeys: [...remove] })
  },

  delete: async ({ attributes: { alarmName } }, { aws }) => {
    await orAbsent(aws.cloudwatch.deleteAlarms({ AlarmNames: [alarmName] }))
  },
}

async function alarmsNamed(aws: Aws, wanted: readonly string[]): Promise<MetricAlarm[]> {
  const batches = Array.from({ length: Math.ceil(wanted.length / names) }, (_, index) =>
    wanted.slice(index * names, (index + 1) * names),
  )
  const pages = await Promise.all(
    batches.map(AlarmNames => aws.cloudwatch.describeAlarms({ AlarmNames, MaxRecords: names })),
  )
  return pages.flatMap(({ MetricAlarms }) => MetricAlarms ?? [])
}

function propsOf(one: MetricAlarm): AlarmProps {
  return {
    alarmName: one.AlarmName!,
    description: one.AlarmDescription,
    namespace: one.Namespace ?? '',
    metricName: one.MetricName ?? '',
    dimensions: Object.fromEntries((one.Dimensions ?? []).map(({ Name, Value }) => [Name, Value])),
    statistic: one.Statistic!,
    period: one.Period ?? 0,
    evaluationPeriods: one.EvaluationPeriods ?? 0,
    threshold: one.Threshold ?? 0,
    comparisonOperator: one.ComparisonOperator!,
    treatMissingData: (one.TreatMissingData ?? 'missing') as AlarmProps['treatMissingData'],
    alarmActions: sorted(one.AlarmActions ?? []),
  }
}

function inputOf(props: AlarmProps) {
  return {
    AlarmName: props.alarmName,
    ...(props.description === undefined ? {} : { AlarmDescription: props.description }),
    Namespace: props.namespace,
    MetricName: props.metricName,
    Dimensions: Object.entries(props.dimensions).map(([Name, Value]) => ({ Name, Value })),
    Statistic: props.statistic,
    Period: props.period,
    EvaluationPeriods: props.evaluationPeriods,
    Threshold: props.threshold,
    ComparisonOperator: props.comparisonOperator,
    TreatMissingData: props.treatMissingData,
    AlarmActions: [...props.alarmActions],
  }
}
