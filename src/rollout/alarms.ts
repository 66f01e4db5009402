import type { DeploymentConfiguration } from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/aws.ts'
import { batchesOf } from '../aws/batches.ts'

/** The most alarms that AWS describes by name in one call. */
const alarmsPerCall = 100

/** The alarms of a deployment configuration that AWS does not have: they would never roll anything back. */
export async function missingAlarms(
  { alarms }: Pick<DeploymentConfiguration, 'alarms'>,
  { cloudwatch }: Aws,
): Promise<string[]> {
  if (!alarms?.enable) return []
  const names = [...new Set(alarms.alarmNames ?? [])]
  const answers = await Promise.all(
    batchesOf(names, alarmsPerCall).map(AlarmNames =>
      cloudwatch.describeAlarms({
        AlarmNames,
        AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
        MaxRecords: alarmsPerCall,
      }),
    ),
  )
  const found = new Set(
    answers
      .flatMap(({ MetricAlarms = [], CompositeAlarms = [] }) => [...MetricAlarms, ...CompositeAlarms])
      .map(({ AlarmName }) => AlarmName),
  )
  return names.filter(name => !found.has(name))
}
