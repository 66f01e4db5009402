import type { StackConfig } from '../config/schema/stack.ts'
import { usesOf } from '../config/uses.ts'
import type { Inventory, Item } from '../plan/inventory.ts'
import { dataNamed } from './dependencies.ts'
import type { Subject } from './paper.ts'
import { routesOf } from './traffic.ts'

export interface Line {
  readonly from: string
  readonly to: string
  readonly text: string
  /** Not the way of a request. */
  readonly aside: boolean
}

/** The ways of requests, from the internet to the data, and what goes on beside them. Pure. */
export function linesOf({ inventory, config }: Subject): Line[] {
  return [
    ...entrances(inventory),
    ...uses(inventory, config),
    ...inventory.ofType('ec2/nat-gateway').map(({ address }) => aside(address, 'internet', 'out')),
    ...inventory.ofType('rds/read-replica').flatMap(replica => {
      const source = inventory.named(replica.props['sourceIdentifier'])
      return source ? [aside(source.address, replica.address, 'copies')] : []
    }),
  ]
}

/** From the internet to the services and instances. */
function entrances(inventory: Inventory): Line[] {
  const [balancer] = inventory.ofType('elbv2/load-balancer', 'elbv2/existing-load-balancer')
  const [firewall] = inventory.ofType('wafv2/web-acl')
  const listeners = inventory.ofType('elbv2/listener', 'elbv2/existing-listener')
  const listening = listeners.map(({ props }) => `${String(props['protocol'])} ${String(props['port'])}`)
  const ways = new Map<string, string[]>()
  // Test traffic goes where everybody's requests go.
  for (const { services, matches } of routesOf(inventory).filter(({ header }) => header === undefined))
    for (const { address } of services)
      ways.set(address, [...new Set([...(ways.get(address) ?? []), ...matches])])
  const reachable = inventory
    .ofType('ec2/instance')
    .filter(({ props }) => props['associatePublicIp'] === true)
  return [
    ...(balancer && firewall
      ? [way('internet', firewall.address), way(firewall.address, balancer.address, listening.join(', '))]
      : []),
    ...(balancer && !firewall ? [way('internet', balancer.address, listening.join(', '))] : []),
    ...inventory.ofType('cloudfront/distribution').flatMap(({ address, props }) => {
      const origin = inventory.named(props['originDomainName'])
      return [way('internet', address), ...(origin ? [way(address, origin.address)] : [])]
    }),
    ...reachable.map(({ address }) => way('internet', address)),
    ...(balancer
      ? [...ways].map(([service, matches]) => way(balancer.address, service, matches.join(', ')))
      : []),
  ]
}

/** From what runs to what it uses: to a database with a proxy through that. */
function uses(inventory: Inventory, { services, instances }: StackConfig): Line[] {
  const users = [
    ...Object.entries(services).map(([name, service]) => ({
      from: `services/${name}`,
      named: usesOf(service).map(use => use.name),
    })),
    ...Object.entries(instances).map(([name, instance]) => ({
      from: `instances/${name}`,
      named: instance.uses,
    })),
  ]
  const used = users.flatMap(({ from, named }) =>
    named.flatMap(name => {
      const to = dataNamed(name, inventory)
      return to ? [{ from, to, proxy: inventory.at(`${to.address}.proxy`) }] : []
    }),
  )
  const proxied = new Map(used.flatMap(({ to, proxy }) => (proxy ? [[proxy, to] as const] : [])))
  return [
    ...used.map(({ from, to, proxy }) => way(from, (proxy ?? to).address, portOf(to))),
    ...[...proxied].map(([proxy, to]) => way(proxy.address, to.address)),
  ]
}

function portOf({ type, props, attributes }: Item): string {
  if (type === 'efs/file-system') return 'NFS 2049'
  const port = props['port'] ?? attributes['port']
  return port === undefined ? '' : `port ${String(port)}`
}

function way(from: string, to: string, text = ''): Line {
  return { from, to, text, aside: false }
}

function aside(from: string, to: string, text: string): Line {
  return { from, to, text, aside: true }
}
