import type { SandboxService } from '../service.ts'
import { capacityProviderOperations } from './capacity-provider.ts'
import { clusterOperations } from './cluster.ts'
import { serviceDeploymentOperations } from './service-deployment.ts'
import { serviceOperations } from './service.ts'
import { tagOperations } from './tags.ts'
import { taskDefinitionOperations } from './task-definition.ts'
import { taskOperations } from './task.ts'

export const ecs: SandboxService<'ecs'> = {
  ...clusterOperations,
  ...capacityProviderOperations,
  ...taskDefinitionOperations,
  ...serviceOperations,
  ...serviceDeploymentOperations,
  ...taskOperations,
  ...tagOperations,
}
