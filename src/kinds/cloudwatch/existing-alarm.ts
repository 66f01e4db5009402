import type { Kind } from '../../resources/kind.ts'
import { existing } from '../existing.ts'
import { alarmsNamed } from './alarms.ts'

export interface ExistingAlarmProps {
  readonly alarmName: string
}

/** An alarm that somebody else owns, on a metric or on other alarms. */
export const existingAlarm: Kind<ExistingAlarmProps, ExistingAlarmProps> = {
  ...existing("aws cloudwatch describe-alarms --query '[MetricAlarms,CompositeAlarms][].AlarmName'"),
  type: 'cloudwatch/existing-alarm',
  label: 'existing alarm',
  findBy: ['alarmName'],

  read: async (requests, { aws }) => {
    const names = requests.map(({ props, attributes }) => props.alarmName ?? attributes?.alarmName ?? '')
    const [metric, composite] = await Promise.all([
      alarmsNamed(aws, names, 'MetricAlarm'),
      alarmsNamed(aws, names, 'CompositeAlarm'),
    ])
    return names.map(alarmName =>
      metric.has(alarmName) || composite.has(alarmName)
        ? { attributes: { alarmName }, props: { alarmName }, tags: undefined }
        : undefined,
    )
  },
}
