import { movesTraffic } from '../config/deployment.ts'
import type { ServiceConfig, StackConfig } from '../config/schema/stack.ts'
import type { Declare, Handle } from './declare.ts'
import { healthCheckProps } from './health-check.ts'
import type { Names } from './names.ts'
import type { Network } from './network.ts'

export type TargetGroup = Handle<'elbv2/target-group'>

export interface TargetGroups {
  readonly targetGroup: TargetGroup
  /** The other one, where releases move the traffic from one to the other. Which of them is live, AWS knows. */
  readonly alternate: TargetGroup | undefined
}

export function targetGroups(
  declare: Declare,
  config: StackConfig,
  service: string,
  { port, healthCheck, ...rest }: ServiceConfig & { readonly port: number },
  network: Network,
  names: Names,
): TargetGroups {
  const place = config.existing.vpc?.id ?? config.network.cidr
  const group = (suffix: string) => {
    // A new VPC or port means a new target group, made while the listener still sends traffic to the old one.
    const name = names.hashed(`${service}${suffix}`, { port, cidr: place }, 'targetGroup')
    return declare(
      `load-balancer/${service}.targets${suffix}`,
      'elbv2/target-group',
      {
        name,
        protocol: 'HTTP',
        port,
        vpcId: network.vpc.out.vpcId,
        targetType: 'ip',
        ...healthCheckProps(healthCheck),
        // AWS waits 300 seconds by default before an old task may stop.
        deregistrationDelay: 30,
      },
      { name, origin: `services.${service}` },
    )
  }
  return { targetGroup: group(''), alternate: movesTraffic(rest) ? group('-b') : undefined }
}
