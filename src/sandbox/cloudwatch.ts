import type { SandboxService } from './service.ts'

export const cloudwatch: SandboxService<'cloudwatch'> = {}
