import type { SandboxService } from '../service.ts'
import { groupOperations } from './group.ts'
import { scheduledActionOperations } from './scheduled-action.ts'

export const autoscaling: SandboxService<'autoscaling'> = {
  ...groupOperations,
  ...scheduledActionOperations,
}
