import { imageOperations } from './ecr/image.ts'
import { repositoryOperations } from './ecr/repository.ts'
import { tokenOperations } from './ecr/token.ts'
import type { SandboxService } from './service.ts'

export { pushImage } from './ecr/image.ts'

export const ecr: SandboxService<'ecr'> = { ...repositoryOperations, ...imageOperations, ...tokenOperations }
