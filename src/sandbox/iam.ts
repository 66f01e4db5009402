import type { SandboxService } from './service.ts'

export const iam: SandboxService<'iam'> = {}
