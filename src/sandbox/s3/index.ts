import type { SandboxService } from '../service.ts'
import { bucketOperations } from './bucket.ts'
import { settingOperations } from './settings.ts'

export const s3: SandboxService<'s3'> = { ...bucketOperations, ...settingOperations }
