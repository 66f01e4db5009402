import type { SandboxService } from '../service.ts'
import { listenerOperations } from './listener.ts'
import { listenerCertificateOperations } from './listener-certificate.ts'
import { loadBalancerOperations } from './load-balancer.ts'
import { ruleOperations } from './rule.ts'
import { tagOperations } from './tags.ts'
import { targetGroupOperations } from './target-group.ts'
import { targetHealthOperations } from './target-health.ts'

export { trafficOf } from './target-health.ts'

export const elbv2: SandboxService<'elbv2'> = {
  ...loadBalancerOperations,
  ...targetGroupOperations,
  ...targetHealthOperations,
  ...listenerOperations,
  ...listenerCertificateOperations,
  ...ruleOperations,
  ...tagOperations,
}
