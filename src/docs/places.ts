import type { Inventory, Item } from '../plan/inventory.ts'

/** `public`: a route to an internet gateway. `private`: out through NAT only. `isolated`: neither. */
export type Tier = 'public' | 'private' | 'isolated'

export interface Place {
  readonly subnet: Item
  readonly zone: string
  readonly tier: Tier
}

/** Every subnet, in the order of the stack. */
export function allPlaces(inventory: Inventory): Place[] {
  return inventory.ofType('ec2/subnet', 'ec2/existing-subnet').map(subnet => ({
    subnet,
    zone: String(subnet.props['availabilityZone'] ?? subnet.attributes['availabilityZone'] ?? 'its zone'),
    tier: tierOf(subnet, inventory),
  }))
}

/** The subnets in which it stands, or may stand. */
export function placesOf(item: Item, inventory: Inventory): Place[] {
  const { props, address, type } = item
  // A read replica stands where the instance it follows does.
  const source = inventory.named(props['sourceIdentifier'])
  if (source && source !== item) return placesOf(source, inventory)
  const group = inventory.named(props['subnetGroupName']) ?? inventory.at(`${address}.subnets`)
  const mounts =
    type === 'efs/file-system'
      ? inventory
          .ofType('efs/mount-target')
          .filter(mount => inventory.named(mount.props['fileSystemId']) === item)
      : []
  const ids = [props, group?.props ?? {}, ...mounts.map(mount => mount.props)].flatMap(shown =>
    [shown['subnetIds'], shown['subnetId']].flat(),
  )
  const subnets = new Set(ids.map(id => inventory.named(id)))
  return allPlaces(inventory).filter(({ subnet }) => subnets.has(subnet))
}

/** How what runs here reaches the internet, as sentences. */
export function wayOut(inventory: Inventory): string[] {
  const gateways = inventory.ofType('ec2/nat-gateway')
  const zones = gateways.flatMap(gateway => placesOf(gateway, inventory)).map(({ zone }) => zone)
  const overIpv6 = inventory
    .ofType('ec2/egress-only-internet-gateway')
    .map(({ name }) => `, over IPv6 through ${name}`)
  if (gateways.length > 0)
    return [
      `What private subnets ask of the internet goes out through ${gateways.map(({ name }) => name).join(', ')} in ${zones.join(', ')}${overIpv6.join('')}.`,
    ]
  return inventory.ofType('ec2/internet-gateway').length > 0
    ? ['What the stack asks of the internet goes out through the internet gateway.']
    : []
}

function tierOf(subnet: Item, inventory: Inventory): Tier {
  const tables = inventory
    .ofType('ec2/route-table')
    .filter(({ props }) => list(props['subnetIds']).some(id => inventory.named(id) === subnet))
  const routes = tables.flatMap(({ props }) => list(props['routes'])) as Readonly<Record<string, unknown>>[]
  const leadsTo = (prop: string) => routes.some(route => typeof route[prop] === 'string')
  if (leadsTo('gatewayId')) return 'public'
  if (leadsTo('natGatewayId')) return 'private'
  // Routes of a VPC that somebody else owns are not read: its config says which subnets are which.
  if (subnet.type === 'ec2/existing-subnet') return subnet.address.includes('public') ? 'public' : 'private'
  return 'isolated'
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
