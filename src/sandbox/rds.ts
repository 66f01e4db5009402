import type { SandboxService } from './service.ts'

export const rds: SandboxService<'rds'> = {}
