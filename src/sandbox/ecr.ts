import { imageOperations } from './ecr/image.ts'
import { scanOperations } from './ecr/scan.ts'
import { repositoryOperations } from './ecr/repository.ts'
import { pushExpected } from './ecr/simulated.ts'
import { tokenOperations } from './ecr/token.ts'
import type { SandboxService } from './service.ts'

export { pushImage } from './ecr/image.ts'
export { repositoryNames } from './ecr/repository.ts'
export { simulateImages } from './ecr/simulated.ts'

export const ecr: SandboxService<'ecr'> = {
  ...repositoryOperations,
  ...imageOperations,
  ...scanOperations,
  ...tokenOperations,
  createRepository: (input, world) => {
    const created = repositoryOperations.createRepository(input, world)
    pushExpected(world, created.repository.repositoryName)
    return created
  },
}
