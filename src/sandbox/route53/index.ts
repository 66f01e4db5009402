import type { SandboxService } from '../service.ts'
import { hostedZoneOperations } from './hosted-zone.ts'
import { recordSetOperations } from './record-set.ts'

export const route53: SandboxService<'route53'> = { ...hostedZoneOperations, ...recordSetOperations }
