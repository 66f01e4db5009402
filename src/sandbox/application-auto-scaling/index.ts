import type { SandboxService } from '../service.ts'
import { policyOperations } from './policy.ts'
import { scheduledActionOperations } from './scheduled-action.ts'
import { tagOperations } from './tags.ts'
import { targetOperations } from './target.ts'

export const applicationAutoScaling: SandboxService<'applicationAutoScaling'> = {
  ...targetOperations,
  ...policyOperations,
  ...scheduledActionOperations,
  ...tagOperations,
}
