import { movesTraffic } from '../config/deployment.ts'
import { stickySeconds } from '../config/health-check.ts'
import type { ServiceConfig } from '../config/schema/stack.ts'
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
  service: string,
  config: ServiceConfig & { readonly port: number },
  network: Network,
  names: Names,
): TargetGroups {
  const { port, healthCheck, deregistrationDelay } = config
  const group = (suffix: string) => {
    const name = names.of(`${service}${suffix}`, 'targetGroup')
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
        deregistrationDelay,
        stickiness: stickySeconds(config),
      },
      { name, origin: `services.${service}` },
    )
  }
  return { targetGroup: group(''), alternate: movesTraffic(config) ? group('-b') : undefined }
}
