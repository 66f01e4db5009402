import { addressTypes } from '../config/front-door.ts'
import type { StackConfig } from '../config/schema/stack.ts'
import type { Resource } from '../resources/resource.ts'
import { alarms } from './alarms.ts'
import { capacity } from './capacity.ts'
import { behindCdn } from './cdn.ts'
import { cluster } from './cluster.ts'
import { dashboard } from './dashboard.ts'
import { data } from './data.ts'
import { declaration } from './declare.ts'
import { domain, records } from './domain.ts'
import { existing } from './existing.ts'
import { existingLoadBalancer } from './existing-load-balancer.ts'
import type { Facts } from './facts.ts'
import { identity } from './identity.ts'
import { instances } from './instances.ts'
import { loadBalancing } from './load-balancer.ts'
import { logs } from './logs.ts'
import { namesFor } from './names.ts'
import { network } from './network.ts'
import { notifications } from './notifications.ts'
import { registry } from './registry.ts'
import { scaling } from './scaling.ts'
import { search } from './search.ts'
import { securityGroups } from './security-groups.ts'
import { services } from './services.ts'
import { webAcl } from './web-acl.ts'
import { wiring } from './wiring.ts'

/** Everything that a stack consists of. Pure: the same config and facts give the same resources. */
export function describeStack(config: StackConfig, facts: Facts): Resource[] {
  const { declare, resources } = declaration(config.tags)
  const names = namesFor(config)

  const net = network(declare, config, facts, names)
  const shared = existingLoadBalancer(declare, config, net)
  const groups = securityGroups(declare, config, net, shared, names)
  const zone = domain(declare, config)
  const stores = behindCdn(declare, config, data(declare, config, net, groups, facts, names), zone, names)
  const images = registry(declare, config)
  const balancing = loadBalancing(declare, config, { network: net, groups, domain: zone, shared }, names)
  records(declare, zone, balancing, addressTypes(config))
  webAcl(declare, config, balancing, names)
  const compute = cluster(declare, config)
  const room = capacity(declare, config, { network: net, groups, cluster: compute }, facts, names)
  const logGroups = logs(declare, config)
  const searching = search(declare, config, net, groups, facts)
  const wirings = new Map(
    Object.entries(config.services).map(([name, service]) => [
      name,
      wiring(config, service, stores, balancing),
    ]),
  )
  const roles = identity(
    declare,
    config,
    { wirings, registry: images, logGroups, search: searching },
    facts,
    names,
  )
  const awaiting = services(
    declare,
    config,
    {
      network: net,
      groups,
      registry: images,
      cluster: compute,
      capacity: room,
      loadBalancing: balancing,
      logGroups,
      search: searching,
      roles,
      wirings,
    },
    facts,
    names,
  )
  const wiredInstances = new Map(
    Object.entries(config.instances).map(([name, instance]) => [
      name,
      wiring(config, instance, stores, balancing),
    ]),
  )
  instances(declare, config, { network: net, groups, wirings: wiredInstances }, facts, names)
  scaling(declare, config, compute, balancing, awaiting)
  const topics = notifications(declare, config)
  const watching = { cluster: compute, loadBalancing: balancing }
  const watchers = alarms(declare, config, watching, topics, names)
  dashboard(declare, config, watching, watchers, facts)
  existing(declare, config, resources)
  return resources
}
