import type { CompositeAlarm, MetricAlarm } from '@aws-sdk/client-cloudwatch'
import type { Aws } from '../../aws/aws.ts'
import type { KindContext } from '../../resources/kind.ts'
import { batchesOf } from '../../aws/batches.ts'

export interface AlarmAttributes {
  readonly alarmName: string
  readonly arn: string
}

interface AlarmOf {
  readonly MetricAlarm: MetricAlarm
  readonly CompositeAlarm: CompositeAlarm
}

/** AWS takes this many names in one call, and gives half of them unless asked for more. */
const names = 100

/** The alarms of one type that exist, by name. */
export async function alarmsNamed<T extends keyof AlarmOf>(
  aws: Aws,
  wanted: readonly string[],
  type: T,
): Promise<ReadonlyMap<string, AlarmOf[T]>> {
  const batches = batchesOf(wanted, names)
  const pages = await Promise.all(
    batches.map(AlarmNames =>
      // Composite alarms are left out unless they are asked for.
      aws.cloudwatch.describeAlarms({ AlarmNames, AlarmTypes: [type], MaxRecords: names }),
    ),
  )
  const found = pages.flatMap(page => (page[`${type}s`] ?? []) as AlarmOf[T][])
  return new Map(found.map(one => [one.AlarmName!, one]))
}

export function alarmArn(
  alarmName: string,
  { partition, region, account }: Pick<KindContext, 'partition' | 'region' | 'account'>,
): string {
  return `arn:${partition}:cloudwatch:${region}:${account}:alarm:${alarmName}`
}
