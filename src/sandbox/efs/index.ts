import type { SandboxService } from '../service.ts'
import { accessPointOperations } from './access-point.ts'
import { fileSystemOperations } from './file-system.ts'
import { mountTargetOperations } from './mount-target.ts'
import { tagOperations } from './tags.ts'

export const efs: SandboxService<'efs'> = {
  ...fileSystemOperations,
  ...mountTargetOperations,
  ...accessPointOperations,
  ...tagOperations,
}
