import type { Inventory, Item } from '../plan/inventory.ts'
import type { Block, Section, Subject } from './paper.ts'
import { placesOf, wayOut } from './places.ts'

/** One way from a listener to a service. */
export interface Route {
  readonly listener: Item
  /** Paths and hosts; `everything else` for the default. */
  readonly matches: readonly string[]
  /** The header that requests need besides; its value may be a secret. */
  readonly header: string | undefined
  readonly targetGroup: Item
  readonly services: readonly Item[]
}

export function traffic(subject: Subject): Section {
  const { inventory } = subject
  const listeners = inventory.ofType('elbv2/listener', 'elbv2/existing-listener')
  const routes = routesOf(inventory)
  const blocks: Block[] = [
    { kind: 'list', ordered: true, entries: stepsOf(subject, listeners) },
    {
      kind: 'table',
      head: ['Listener', 'Matches', 'Service', 'Port', 'Health check'],
      rows: routes.map(({ listener, matches, header, targetGroup, services }) => [
        portOf(listener),
        [...(matches.length > 0 ? [matches.join(', ')] : []), ...(header ? [`header ${header}`] : [])].join(
          ' and ',
        ),
        services.map(({ name }) => name).join(', ') || targetGroup.name,
        String(targetGroup.props['port']),
        String(targetGroup.props['healthCheckPath']),
      ]),
    },
  ]
  const reached = inventory
    .ofType('ec2/instance')
    .filter(({ props }) => props['associatePublicIp'] === true)
    .map(
      ({ name, attributes }) =>
        `${name} at ${String(attributes['publicIp'] ?? 'an address that AWS will give it')}`,
    )
  const direct: Block[] = [
    {
      kind: 'text',
      text:
        reached.length === 0
          ? 'Nothing of this stack is reached from the internet.'
          : 'There is no load balancer: instances are reached at their own addresses, as far as their security groups let it.',
    },
    ...(reached.length === 0 ? [] : [{ kind: 'list' as const, ordered: false, entries: reached }]),
  ]
  return { id: 'traffic', title: 'Traffic flow', blocks: listeners.length > 0 ? blocks : direct }
}

/** Where listeners send what comes in, most particular first. */
export function routesOf(inventory: Inventory): Route[] {
  const listeners = inventory.ofType('elbv2/listener', 'elbv2/existing-listener')
  const rules = inventory
    .ofType('elbv2/rule')
    .toSorted((a, b) => Number(a.props['priority']) - Number(b.props['priority']))
  const found = [
    ...rules.map(rule => ({
      listener: inventory.named(rule.props['listenerArn']),
      matches: [...texts(rule.props['hostHeaders']), ...texts(rule.props['pathPatterns'])],
      header: (rule.props['httpHeader'] as { readonly name: string } | undefined)?.name,
      to: targetGroupIn(rule.props, inventory),
    })),
    ...listeners.map(listener => ({
      listener,
      matches: ['everything else'],
      header: undefined,
      to: targetGroupIn(listener.props['defaultAction'], inventory),
    })),
  ]
  return found.flatMap(({ listener, matches, header, to }) =>
    listener && to ? [{ listener, matches, header, targetGroup: to, services: behind(to, inventory) }] : [],
  )
}

function targetGroupIn(value: unknown, inventory: Inventory): Item | undefined {
  if (typeof value === 'string') {
    const item = inventory.named(value)
    return item?.type === 'elbv2/target-group' ? item : undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  return Object.values(value)
    .map(member => targetGroupIn(member, inventory))
    .find(Boolean)
}

function behind(targetGroup: Item, inventory: Inventory): Item[] {
  return inventory
    .ofType('ecs/service')
    .filter(({ props }) => targetGroupsOf(props['loadBalancers'], inventory).includes(targetGroup.address))
}

/** Addresses of the target groups anywhere inside: a blue/green service names two. */
function targetGroupsOf(value: unknown, inventory: Inventory): string[] {
  if (typeof value === 'string') {
    const item = inventory.named(value)
    return item?.type === 'elbv2/target-group' ? [item.address] : []
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(member => targetGroupsOf(member, inventory))
}

function stepsOf({ inventory, outputs }: Subject, listeners: readonly Item[]): string[] {
  const [balancer] = inventory.ofType('elbv2/load-balancer', 'elbv2/existing-load-balancer')
  const names = [
    ...new Set(inventory.ofType('route53/record-set').flatMap(({ props }) => texts(props['name']))),
  ]
  const host = String(balancer?.attributes['dnsName'] ?? 'the name that AWS gives it')
  const [edge] = inventory.ofType('cloudfront/distribution')
  const [acl] = inventory.ofType('wafv2/web-acl')
  const services = inventory.ofType('ecs/service')
  const places = [
    ...new Set(services.flatMap(service => placesOf(service, inventory)).map(({ tier }) => tier)),
  ]
  return [
    `A browser asks DNS for ${outputs['url'] ?? names[0] ?? host}.`,
    ...(names.length > 0 ? [`Route 53 answers for ${names.join(', ')} with the load balancer.`] : []),
    ...(edge ? ['CloudFront answers for the files it serves.'] : []),
    ...(acl ? [`The web ACL ${acl.name} inspects the request.`] : []),
    ...(balancer
      ? [
          `The load balancer ${balancer.name} (${String(balancer.props['scheme'])}) takes it at ${listeners.map(listener => describeListener(listener)).join('; ')}.`,
        ]
      : []),
    `Its rules, in the table below, choose a service${places.length > 0 ? `, whose tasks stand in ${places.join(' and ')} subnets` : ''}.`,
    'The answer goes back the same way.',
    ...wayOut(inventory),
  ]
}

function describeListener({ props }: Item): string {
  const action = props['defaultAction'] as { redirect?: { port?: string } } | undefined
  const policy = props['sslPolicy']
  return `${portOf({ props })}${policy === undefined ? '' : ` (${String(policy)})`}${action?.redirect ? `, which redirects to port ${action.redirect.port}` : ''}`
}

function portOf({ props }: Pick<Item, 'props'>): string {
  return `${String(props['protocol'])} ${String(props['port'])}`
}

function texts(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter(one => typeof one === 'string')
}
