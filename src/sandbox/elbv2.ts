import type { SandboxService } from './service.ts'

export const elbv2: SandboxService<'elbv2'> = {}
