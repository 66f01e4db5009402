import type { SandboxService } from './service.ts'

export const efs: SandboxService<'efs'> = {}
