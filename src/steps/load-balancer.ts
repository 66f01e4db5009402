import { isSecured } from '../config/front-door.ts'
import type { StackConfig } from '../config/schema/stack.ts'
import { hasLoadBalancer, takesTheRest } from '../config/uses.ts'
import type { Template } from '../resources/reference.ts'
import { text } from '../resources/reference.ts'
import type { After } from '../resources/resource.ts'
import type { Declare, Handle } from './declare.ts'
import { made } from './declare.ts'
import type { Domain } from './domain.ts'
import type { Listener } from './listeners.ts'
import { listeners } from './listeners.ts'
import type { Names } from './names.ts'
import type { Network } from './network.ts'
import type { SecurityGroups } from './security-groups.ts'

export interface Target {
  readonly targetGroup: Handle<'elbv2/target-group'>
  readonly port: number
  /** ECS takes a target group only once a load balancer sends traffic to it. */
  readonly attached: After
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
      idleTimeout,
      deletionProtection,
    },
    { name, after: network.inbound, origin },
  )

  const routed = Object.entries(config.services).flatMap(([service, { paths, port, ...rest }], index) =>
    paths && port !== undefined ? [{ ...rest, service, paths, port, order: (index + 1) * 10 }] : [],
  )
  const targetGroups = new Map(
    routed.map(({ service, port, healthCheck }) => {
      // A new VPC or port means a new target group, made while the listener still sends traffic to the old one.
      const place = config.existing.vpc?.id ?? config.network.cidr
      const groupName = names.hashed(service, { port, cidr: place }, 'targetGroup')
      const targetGroup = declare(
        `load-balancer/${service}.targets`,
        'elbv2/target-group',
        {
          name: groupName,
          protocol: 'HTTP',
          port,
          vpcId: network.vpc.out.vpcId,
          targetType: 'ip',
          healthCheckPath: healthCheck.path,
          healthCheckInterval: healthCheck.interval,
          healthCheckTimeout: healthCheck.timeout,
          healthyThreshold: healthCheck.healthyThreshold,
          unhealthyThreshold: healthCheck.unhealthyThreshold,
          matcher: healthCheck.matcher,
          // AWS waits 300 seconds by default before an old task may stop.
          deregistrationDelay: 30,
        },
        { name: groupName, origin: `services.${service}` },
      )
      return [service, targetGroup]
    }),
  )

  const theRest = routed.find(takesTheRest)?.service
  const [main, ...others] = listeners(
    declare,
    config,
    loadBalancer,
    domain,
    theRest === undefined
      ? { fixedResponse: { statusCode: '404', contentType: 'text/plain', messageBody: 'Not found' } }
      : { targetGroupArn: targetGroups.get(theRest)!.out.arn },
  )

  const targets = routed.map(({ service, paths, port, priority, order }): [string, Target] => {
    const targetGroup = targetGroups.get(service)!
    if (service === theRest) return [service, { targetGroup, port, attached: made(main) }]
    const ruleOf = (listener: Listener, address: string) =>
      declare(
        address,
        'elbv2/rule',
        {
          listenerArn: listener.out.arn,
          priority: priority ?? order,
          pathPatterns: paths,
          targetGroupArn: targetGroup.out.arn,
        },
        { origin: `services.${service}.paths` },
      )
    const rule = ruleOf(main, `load-balancer/${service}.rule`)
    for (const listener of others) ruleOf(listener, `load-balancer/${service}.http-rule`)
    return [service, { targetGroup, port, attached: made(rule) }]
  })
  const scheme = isSecured(config) ? 'https' : 'http'
  const url = domain ? `${scheme}://${domain.config.name}` : text`${scheme}://${loadBalancer.out.dnsName}`
  return { loadBalancer, url, targets: new Map(targets) }
}
