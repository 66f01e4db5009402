import type { StackConfig } from '../config/schema/stack.ts'
import type { Declare } from './declare.ts'
import { ready } from './declare.ts'
import type { LoadBalancing } from './load-balancer.ts'
import type { Names } from './names.ts'

/** The web application firewall before the load balancer. */
export function webAcl(
  declare: Declare,
  config: StackConfig,
  loadBalancing: LoadBalancing | undefined,
  names: Names,
): void {
  const { waf } = config.loadBalancer
  if (!waf || !loadBalancing) return
  const { managedRules, rateLimit, mode } = waf
  const name = names.ofStack('alb', 'webAcl')
  const origin = 'loadBalancer.waf'
  const count = mode === 'count'
  const acl = declare(
    'load-balancer/web-acl',
    'wafv2/web-acl',
    {
      name,
      rules: [
        ...(rateLimit === undefined ? [] : [{ name: 'rate-limit', rateLimit, count }]),
        ...managedRules.map(managedGroup => ({ name: managedGroup, managedGroup, count })),
      ],
    },
    { name, origin },
  )
  declare(
    'load-balancer/web-acl.association',
    'wafv2/association',
    { webAclArn: acl.out.arn, resourceArn: loadBalancing.loadBalancer.out.arn },
    // WAF does not find a load balancer that is still being set up.
    { after: [ready(loadBalancing.loadBalancer)], origin },
  )
}
