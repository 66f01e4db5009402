import type { Inventory, Item } from '../plan/inventory.ts'
import type { Section, Subject } from './paper.ts'
import { allPlaces, placesOf } from './places.ts'

export function zones({ inventory }: Subject): Section {
  const places = allPlaces(inventory)
  return {
    id: 'zones',
    title: 'Availability zones',
    blocks: [
      {
        kind: 'table',
        head: ['Zone', 'Subnet', 'CIDR', 'Access', 'Stands or may stand there'],
        rows: places
          .toSorted((a, b) => a.zone.localeCompare(b.zone))
          .map(({ zone, subnet, tier }) => [
            zone,
            subnet.name,
            String(subnet.props['cidrBlock'] ?? ''),
            tier,
            residentsOf(subnet, inventory)
              .map(({ label, name }) => `${label} ${name}`)
              .join(', ') || 'nothing',
          ]),
      },
      {
        kind: 'text',
        text: 'AWS places the tasks of a service, and a database or cache in one zone, in any of the subnets that they may stand in.',
      },
    ],
  }
}

const residents = new Set([
  'autoscaling/group',
  'ec2/instance',
  'ec2/nat-gateway',
  'ec2/vpc-endpoint',
  'ecs/service',
  'efs/file-system',
  'elasticache/replication-group',
  'elbv2/existing-load-balancer',
  'elbv2/load-balancer',
  'opensearch/domain',
  'rds/instance',
  'rds/read-replica',
])

function residentsOf(subnet: Item, inventory: Inventory): Item[] {
  return inventory.items.filter(
    item => residents.has(item.type) && placesOf(item, inventory).some(place => place.subnet === subnet),
  )
}
