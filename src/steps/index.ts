import type { StackConfig } from '../config/schema/stack.ts'
import type { Resource } from '../resources/resource.ts'
import { cluster } from './cluster.ts'
import { data } from './data.ts'
import { declaration } from './declare.ts'
import { domain, records } from './domain.ts'
import type { Facts } from './facts.ts'
import { identity } from './identity.ts'
import { instances } from './instances.ts'
import { loadBalancing } from './load-balancer.ts'
import { namesFor } from './names.ts'
import { network } from './network.ts'
import { alarms, logGroups } from './observability.ts'
import { registry } from './registry.ts'
import { securityGroups } from './security-groups.ts'
import { services } from './services.ts'
import { webAcl } from './web-acl.ts'
import { wiring } from './wiring.ts'

/** Everything that a stack consists of. Pure: the same config and facts give the same resources. */
export function describeStack(config: StackConfig, facts: Facts): Resource[] {
  const { declare, resources } = declaration(config.tags)
  const names = namesFor(config)

  const net = network(declare, config, facts, names)
  const groups = securityGroups(declare, config, net, names)
  const stores = data(declare, config, net, groups, facts, names)
  const images = registry(declare, config)
  const zone = domain(declare, config)
  const balancing = loadBalancing(declare, config, net, groups, zone, names)
  records(declare, zone, balancing)
  webAcl(declare, config, balancing, names)
  const compute = cluster(declare, config, names)
  const logs = logGroups(declare, config)
  const wirings = new Map(
    Object.entries(config.services).map(([name, service]) => [name, wiring(service, stores, balancing)]),
  )
  const roles = identity(declare, config, { wirings, registry: images, logGroups: logs }, facts, names)
  services(
    declare,
    config,
    {
      network: net,
      groups,
      registry: images,
      cluster: compute,
      loadBalancing: balancing,
      logGroups: logs,
      roles,
      wirings,
    },
    facts,
    names,
  )
  const wiredInstances = new Map(
    Object.entries(config.instances).map(([name, instance]) => [name, wiring(instance, stores, balancing)]),
  )
  instances(declare, config, { network: net, groups, wirings: wiredInstances }, facts, names)
  alarms(declare, config, compute, stores, names)
  return resources
}
