import type { Inventory, Item } from '../plan/inventory.ts'
import type { Branch, Section, Subject } from './paper.ts'

/** The prop that names what a resource stands in. */
const inside: Readonly<Record<string, string>> = {
  'ec2/egress-only-internet-gateway': 'vpcId',
  'ec2/internet-gateway': 'vpcId',
  'ec2/nat-gateway': 'subnetId',
  'ec2/network-acl': 'vpcId',
  'ec2/route-table': 'vpcId',
  'ec2/security-group': 'vpcId',
  'ec2/subnet': 'vpcId',
  'ec2/subnet-ipv6-block': 'subnetId',
  'ec2/vpc-endpoint': 'vpcId',
  'ec2/vpc-ipv6-block': 'vpcId',
  'ec2/instance': 'subnetId',
  'ecs/service': 'clusterArn',
  'efs/access-point': 'fileSystemId',
  'efs/mount-target': 'fileSystemId',
  'elbv2/existing-listener': 'loadBalancerArn',
  'elbv2/listener': 'loadBalancerArn',
  'elbv2/rule': 'listenerArn',
  'route53/record-set': 'zoneId',
}

export function tree({ inventory }: Subject): Section {
  const children = new Map<string, Item[]>()
  const roots: Item[] = []
  for (const item of inventory.items) {
    const parent = parentOf(item, inventory)
    if (parent) children.set(parent.address, [...(children.get(parent.address) ?? []), item])
    else roots.push(item)
  }
  const branchOf = (item: Item): Branch => ({
    text: textOf(item),
    branches: (children.get(item.address) ?? []).map(branchOf),
  })
  const parts = [...new Set(roots.map(partOf))]
  return {
    id: 'resources',
    title: 'Resources',
    blocks: [
      {
        kind: 'tree',
        branches: parts.map(part => ({
          text: part,
          branches: roots.filter(root => partOf(root) === part).map(branchOf),
        })),
      },
    ],
  }
}

function parentOf(item: Item, inventory: Inventory): Item | undefined {
  const prop = inside[item.type]
  const holder = prop === undefined ? undefined : inventory.named(item.props[prop])
  if (holder && holder !== item) return holder
  // `data/database.subnets` is a part of `data/database`.
  const dot = item.address.indexOf('.')
  return dot === -1 ? undefined : inventory.at(item.address.slice(0, dot))
}

function partOf({ address }: Item): string {
  return address.split('/')[0]!
}

function textOf({ label, name, attributes, stands, borrowed, props }: Item): string {
  const id = Object.values(attributes).find(value => /^[a-z]+-[0-9a-f]{8,17}$/.test(String(value)))
  return [
    `${label} ${name}`,
    typeof props['cidrBlock'] === 'string' ? props['cidrBlock'] : '',
    typeof id === 'string' ? `(${id})` : '',
    stands ? '' : '[not made yet]',
    borrowed ? "[not this stack's own]" : '',
  ]
    .filter(part => part !== '')
    .join(' ')
}
