import type { SandboxService } from '../service.ts'
import { distributionOperations } from './distribution.ts'
import { originAccessControlOperations } from './origin-access-control.ts'

export const cloudfront: SandboxService<'cloudfront'> = {
  ...distributionOperations,
  ...originAccessControlOperations,
}
