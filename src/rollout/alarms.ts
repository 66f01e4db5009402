import type { CompositeAlarm, MetricAlarm } from '@aws-sdk/client-cloudwatch'
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/aws.ts'
import { batchesOf } from '../aws/batches.ts'

/** The most alarms that AWS describes by name in one call. */
const alarmsPerCall = 100

/** The alarms of a deployment configuration that AWS does not have: they would never roll anything back. */
export async function missingAlarms(
  configuration: Pick<DeploymentConfiguration, 'alarms'>,
  aws: Aws,
): Promise<string[]> {
  const { names, found } = await readAlarms(configuration, aws)
  const known = new Set(found.map(({ AlarmName }) => AlarmName))
  return names.filter(name => !known.has(name))
}

/** Those that have gone off since that moment, in milliseconds since the epoch; ECS ignores what has gone off before, too. */
export async function ringingAlarms(
  configuration: Pick<DeploymentConfiguration, 'alarms'>,
  since: number,
  aws: Aws,
): Promise<string[]> {
  const { found } = await readAlarms(configuration, aws)
  return found.flatMap(({ AlarmName, StateValue, StateTransitionedTimestamp, StateUpdatedTimestamp }) => {
    const at = (StateTransitionedTimestamp ?? StateUpdatedTimestamp)?.getTime() ?? Infinity
    return AlarmName !== undefined && StateValue === 'ALARM' && at >= since ? [AlarmName] : []
  })
}

async function readAlarms(
  { alarms }: Pick<DeploymentConfiguration, 'alarms'>,
  { cloudwatch }: Aws,
): Promise<{ readonly names: readonly string[]; readonly found: readonly (MetricAlarm | CompositeAlarm)[] }> {
  const names = alarms?.enable ? [...new Set(alarms.alarmNames ?? [])] : []
  const answers = await Promise.all(
    batchesOf(names, alarmsPerCall).map(AlarmNames =>
      cloudwatch.describeAlarms({
        AlarmNames,
        AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
        MaxRecords: alarmsPerCall,
      }),
    ),
  )
  return {
    names,
    found: answers.flatMap(({ MetricAlarms = [], CompositeAlarms = [] }) => [
      ...MetricAlarms,
      ...CompositeAlarms,
    ]),
  }
}
