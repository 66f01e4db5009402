import type { SandboxService } from './service.ts'

export const elasticache: SandboxService<'elasticache'> = {}
