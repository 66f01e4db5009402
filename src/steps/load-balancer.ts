import { isSecured } from '../config/front-door.ts'
import type { StackConfig } from '../config/schema/stack.ts'
import { hasLoadBalancer, takesTheRest } from '../config/uses.ts'
import type { Template } from '../resources/reference.ts'
import { text } from '../resources/reference.ts'
import type { After } from '../resources/resource.ts'
import type { Declare, Handle } from './declare.ts'
import { made } from './declare.ts'
import type { Domain } from './domain.ts'
import { listeners } from './listeners.ts'
import type { Names } from './names.ts'
import type { Network } from './network.ts'
import type { Routes } from './routes.ts'
import { routedOf, routes, testListeners } from './routes.ts'
import type { SecurityGroups } from './security-groups.ts'
import type { TargetGroups } from './target-groups.ts'
import { targetGroups } from './target-groups.ts'

export interface Target extends TargetGroups, Routes {
  readonly port: number
  /** ECS takes a target group only once a load balancer sends traffic to it. */
  readonly attached: readonly After[]
}

export interface LoadBalancing {
  readonly loadBalancer: Handle<'elbv2/load-balancer'>
  /** Where people find it. */
  readonly url: string | Template
  /** By service. */
  readonly targets: ReadonlyMap<string, Target>
}

export function loadBalancing(
  declare: Declare,
  config: StackConfig,
  network: Network,
  groups: SecurityGroups,
  domain: Domain | undefined,
  names: Names,
): LoadBalancing | undefined {
  if (!hasLoadBalancer(config) || !groups.loadBalancer) return undefined
  const { name = names.of('alb', 'loadBalancer'), idleTimeout, deletionProtection } = config.loadBalancer
  const origin = 'loadBalancer'

  const loadBalancer = declare(
    'load-balancer/alb',
    'elbv2/load-balancer',
    {
      name,
      scheme: 'internet-facing',
      subnetIds: network.publicSubnets.map(({ out }) => out.subnetId),
      securityGroupIds: [groups.loadBalancer.out.groupId],
      ...(config.network.ipv6 ? { ipAddressType: 'dualstack' as const } : {}),
      idleTimeout,
      deletionProtection,
    },
    { name, after: network.inbound, origin },
  )

  const routed = routedOf(config.services)
  const groupsOf = new Map(
    routed.map(({ service, config: one }) => [
      service,
      targetGroups(declare, config, service, one, network, names),
    ]),
  )

  const theRest = routed.find(({ config: one }) => takesTheRest(one))?.service
  const [main, ...others] = listeners(
    declare,
    config,
    loadBalancer,
    domain,
    theRest === undefined
      ? { fixedResponse: { statusCode: '404', contentType: 'text/plain', messageBody: 'Not found' } }
      : { targetGroupArn: groupsOf.get(theRest)!.targetGroup.out.arn },
  )

  const test = testListeners(declare, loadBalancer)
  const targets = routed.map((one): [string, Target] => {
    const { targetGroup, alternate } = groupsOf.get(one.service)!
    const { rule, testRule } = routes(declare, one, { targetGroup, alternate }, { main, others, test })
    const attached = [rule ?? main, ...(testRule ? [testRule] : [])].map(made)
    return [one.service, { targetGroup, alternate, rule, testRule, port: one.config.port, attached }]
  })
  const scheme = isSecured(config) ? 'https' : 'http'
  const url = domain ? `${scheme}://${domain.config.name}` : text`${scheme}://${loadBalancer.out.dnsName}`
  return { loadBalancer, url, targets: new Map(targets) }
}
