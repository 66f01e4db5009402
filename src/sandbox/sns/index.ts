import type { SandboxService } from '../service.ts'
import { messageOperations } from './message.ts'
import { subscriptionOperations } from './subscription.ts'
import { topicOperations } from './topic.ts'

export const sns: SandboxService<'sns'> = {
  ...topicOperations,
  ...subscriptionOperations,
  ...messageOperations,
}
