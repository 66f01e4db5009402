import type { SandboxService } from './service.ts'

export const ecs: SandboxService<'ecs'> = {}
