import type { SandboxService } from './service.ts'

export const ecr: SandboxService<'ecr'> = {}
