import { logEventOperations } from '../log-events.ts'
import type { SandboxService } from '../service.ts'
import { logGroupOperations } from './log-group.ts'
import { metricFilterOperations } from './metric-filter.ts'
import { subscriptionFilterOperations } from './subscription-filter.ts'

export const logs: SandboxService<'logs'> = {
  ...logGroupOperations,
  ...logEventOperations,
  ...metricFilterOperations,
  ...subscriptionFilterOperations,
}
