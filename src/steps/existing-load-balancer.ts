import type { StackConfig } from '../config/schema/stack.ts'
import { hasLoadBalancer } from '../config/uses.ts'
import type { Declare, Handle } from './declare.ts'
import type { Listener } from './listeners.ts'
import type { Network } from './network.ts'

export interface ExistingLoadBalancer {
  readonly loadBalancer: Handle<'elbv2/existing-load-balancer'>
  readonly listener: Listener
}

/** A load balancer that somebody else owns, and the one of its listeners that rules are added to. */
export function existingLoadBalancer(
  declare: Declare,
  config: StackConfig,
  { vpc }: Network,
): ExistingLoadBalancer | undefined {
  if (!config.existing.loadBalancer || !hasLoadBalancer(config)) return undefined
  const { name, port } = config.existing.loadBalancer
  const origin = 'existing.loadBalancer'
  const loadBalancer = declare(
    'existing/load-balancer',
    'elbv2/existing-load-balancer',
    { name, vpcId: vpc.out.vpcId },
    { name, origin },
  )
  const listener = declare(
    'existing/listener',
    'elbv2/existing-listener',
    { loadBalancerArn: loadBalancer.out.arn, port },
    { name: `${name}:${port}`, origin },
  )
  return { loadBalancer, listener }
}
