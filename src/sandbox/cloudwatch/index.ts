import type { SandboxService } from '../service.ts'
import { alarmOperations } from './alarm.ts'
import { compositeAlarmOperations } from './composite-alarm.ts'
import { dashboardOperations } from './dashboard.ts'
import { metricOperations } from './metric-data.ts'
import { tagOperations } from './tags.ts'

export const cloudwatch: SandboxService<'cloudwatch'> = {
  ...alarmOperations,
  ...compositeAlarmOperations,
  ...dashboardOperations,
  ...metricOperations,
  ...tagOperations,
}
