import { isSecured } from '../config/front-door.ts'
import type { StackConfig } from '../config/schema/stack.ts'
import { hasLoadBalancer, takesTheRest } from '../config/uses.ts'
import type { Template } from '../resources/reference.ts'
import { text } from '../resources/reference.ts'
import type { After } from '../resources/resource.ts'
import type { Declare, Handle } from './declare.ts'
import { made } from './declare.ts'
import type { Domain } from './domain.ts'
import type { ExistingLoadBalancer } from './existing-load-balancer.ts'
import { listeners, notFound, testListeners } from './listeners.ts'
import type { Names } from './names.ts'
import type { Network } from './network.ts'
import type { Routes } from './routes.ts'
import { routedOf, routes } from './routes.ts'
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

interface Ground {
  readonly network: Network
  readonly groups: SecurityGroups
  readonly domain: Domain | undefined
  /** Somebody else's, used instead of one of our own. */
  readonly shared: ExistingLoadBalancer | undefined
}

export function loadBalancing(
  declare: Declare,
  config: StackConfig,
  { network, groups, domain, shared }: Ground,
  names: Names,
): LoadBalancing | undefined {
  if (!hasLoadBalancer(config)) return undefined
  const loadBalancer = shared?.loadBalancer ?? ownLoadBalancer(declare, config, network, groups, names)

  const routed = routedOf(config)
  const groupsOf = new Map(
    routed.map(({ service, config: one }) => [service, targetGroups(declare, service, one, network, names)]),
  )

  const theRest = routed.find(({ config: one }) => takesTheRest(one))?.service
  const [main, ...others] = shared
    ? [shared.listener]
    : listeners(
        declare,
        config,
        loadBalancer,
        domain,
        theRest === undefined ? notFound : { targetGroupArn: groupsOf.get(theRest)!.targetGroup.out.arn },
      )

  const test = testListeners(declare, config, loadBalancer, domain)
  const targets = routed.map((one): [string, Target] => {
    const { targetGroup, alternate } = groupsOf.get(one.service)!
    const to = { main, others, test, serves: shared === undefined }
    const { rule, testRule } = routes(declare, config, one, { targetGroup, alternate }, to)
    const attached = [rule ?? main, ...(testRule ? [testRule] : [])].map(made)
    return [one.service, { targetGroup, alternate, rule, testRule, port: one.config.port, attached }]
  })
  return { loadBalancer, url: urlOf(config, domain, loadBalancer), targets: new Map(targets) }
}

function ownLoadBalancer(
  declare: Declare,
  config: StackConfig,
  network: Network,
  groups: SecurityGroups,
  names: Names,
): Handle<'elbv2/load-balancer'> {
  const { name = names.of('alb', 'loadBalancer'), idleTimeout, deletionProtection } = config.loadBalancer
  return declare(
    'load-balancer/alb',
    'elbv2/load-balancer',
    {
      name,
      scheme: 'internet-facing',
      vpcId: network.vpc.out.vpcId,
      subnetIds: network.publicSubnets.map(({ out }) => out.subnetId),
      securityGroupIds: [groups.loadBalancer!.out.groupId],
      ...(config.network.ipv6 ? { ipAddressType: 'dualstack' as const } : {}),
      idleTimeout,
      deletionProtection,
    },
    { name, after: network.inbound, origin: 'loadBalancer' },
  )
}

function urlOf(
  config: StackConfig,
  domain: Domain | undefined,
  { out }: Handle<'elbv2/load-balancer'>,
): LoadBalancing['url'] {
  const scheme = isSecured(config) ? 'https' : 'http'
  const port = config.existing.loadBalancer?.port ?? 80
  const place = port === 80 || port === 443 ? '' : `:${port}`
  return domain ? `${scheme}://${domain.config.name}${place}` : text`${scheme}://${out.dnsName}${place}`
}
