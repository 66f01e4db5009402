import type { SandboxService } from './service.ts'

export const logs: SandboxService<'logs'> = {}
