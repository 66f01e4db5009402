import type { SandboxService } from '../service.ts'
import { clusterOperations } from './cluster.ts'
import { serviceOperations } from './service.ts'
import { tagOperations } from './tags.ts'
import { taskDefinitionOperations } from './task-definition.ts'

export const ecs: SandboxService<'ecs'> = {
  ...clusterOperations,
  ...taskDefinitionOperations,
  ...serviceOperations,
  ...tagOperations,
}
