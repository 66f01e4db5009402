import type { Inventory, Item } from '../plan/inventory.ts'
import { dataItems } from './dependencies.ts'
import type { Subject } from './paper.ts'
import type { Tier } from './places.ts'
import { allPlaces, placesOf } from './places.ts'
import type { Line } from './ways.ts'
import { linesOf } from './ways.ts'

export interface Shape {
  readonly id: string
  readonly lines: readonly string[]
  readonly look: 'outside' | 'edge' | 'compute' | 'data' | 'region'
  /** AWS has nothing of it yet. */
  readonly planned: boolean
}

export interface Frame {
  readonly id: string
  readonly lines: readonly string[]
  readonly look: 'vpc' | 'public' | 'private' | 'isolated' | 'cluster' | 'region'
  readonly shapes: readonly Shape[]
  readonly frames: readonly Frame[]
}

/** The architecture as boxes and lines, before any layout. */
export interface Picture {
  readonly outside: readonly Shape[]
  readonly frames: readonly Frame[]
  readonly lines: readonly Line[]
}

/** Pure. */
export function pictureOf(subject: Subject): Picture {
  const { inventory } = subject
  const [vpc] = inventory.ofType('ec2/vpc', 'ec2/existing-vpc')
  const edges = inventory.ofType('elbv2/load-balancer', 'elbv2/existing-load-balancer', 'ec2/nat-gateway')
  const compute = inventory.ofType('ecs/service', 'ec2/instance', 'autoscaling/group')
  const data = [
    ...inventory.ofType('rds/proxy'),
    ...dataItems(inventory),
    ...inventory.ofType('rds/read-replica', 'opensearch/domain'),
  ]
  const standing = [...edges, ...compute, ...data].map(item => ({ item, tier: tierOf(item, inventory) }))
  const within = (tier: Tier | undefined) =>
    standing.filter(resident => resident.tier === tier).map(({ item }) => item)
  const tiers = (['public', 'private', 'isolated'] as const).flatMap(tier =>
    tierFrame(tier, within(tier), inventory),
  )
  const frames: Frame[] = [
    ...(vpc
      ? [
          {
            id: 'vpc',
            lines: [`VPC ${vpc.name}  ${String(vpc.props['cidrBlock'] ?? '')}`.trim()],
            look: 'vpc' as const,
            shapes: endpointsOf(inventory),
            frames: tiers,
          },
        ]
      : []),
    regionFrame(within(undefined), inventory),
  ].filter(({ shapes, frames: inner }) => shapes.length + inner.length > 0)
  return { outside: outsideOf(inventory), frames, lines: linesOf(subject) }
}

/** All in one: they stand in the same subnets, or in none. */
function endpointsOf(inventory: Inventory): Shape[] {
  const endpoints = inventory.ofType('ec2/vpc-endpoint')
  if (endpoints.length === 0) return []
  // `com.amazonaws.us-east-1.ecr.api`
  const names = endpoints.map(({ props }) => String(props['serviceName']).split('.').slice(3).join('.'))
  return [
    {
      id: 'endpoints',
      lines: ['VPC endpoints', ...(names.length <= 6 ? names : [String(names.length)])],
      look: 'edge',
      planned: endpoints.every(({ stands }) => !stands),
    },
  ]
}

/** The least protected of the tiers that it stands in. */
function tierOf(item: Item, inventory: Inventory): Tier | undefined {
  const tiers = new Set(placesOf(item, inventory).map(({ tier }) => tier))
  return (['public', 'private', 'isolated'] as const).find(tier => tiers.has(tier))
}

function tierFrame(tier: Tier, items: readonly Item[], inventory: Inventory): Frame[] {
  const places = allPlaces(inventory).filter(place => place.tier === tier)
  if (places.length === 0) return []
  const services = items.filter(({ type }) => type === 'ecs/service')
  const [cluster] = inventory.ofType('ecs/cluster', 'ecs/existing-cluster')
  return [
    {
      id: tier,
      lines: [
        `${tier[0]!.toUpperCase()}${tier.slice(1)} subnets`,
        ...places.map(({ zone, subnet }) => `${zone}  ${String(subnet.props['cidrBlock'] ?? subnet.name)}`),
      ],
      look: tier,
      shapes: items.filter(item => !services.includes(item)).map(item => shapeOf(item, inventory)),
      frames:
        services.length === 0
          ? []
          : [
              {
                id: `${tier}-cluster`,
                lines: [`ECS cluster ${cluster?.name ?? ''}`.trim()],
                look: 'cluster',
                shapes: services.map(service => shapeOf(service, inventory)),
                frames: [],
              },
            ],
    },
  ]
}

function shapeOf(item: Item, inventory: Inventory): Shape {
  return { id: item.address, lines: wordsOf(item, inventory), look: lookOf(item), planned: !item.stands }
}

function lookOf({ type }: Item): Shape['look'] {
  if (/^(ecs|autoscaling)\/|^ec2\/instance$/.test(type)) return 'compute'
  return /^(elbv2|ec2)\//.test(type) ? 'edge' : 'data'
}

function wordsOf(item: Item, inventory: Inventory): string[] {
  const { type, name, label, props } = item
  const zones = [...new Set(placesOf(item, inventory).map(({ zone }) => zone))]
  if (type === 'ecs/service') {
    const task = inventory.named(props['taskDefinitionArn'])?.props ?? {}
    const count = Number(props['desiredCount'])
    const waiting = item.resource?.awaits !== undefined
    return [
      name,
      waiting ? 'not started yet' : `${count} ${count === 1 ? 'task' : 'tasks'}`,
      `${Number(task['cpu']) / 1024} vCPU, ${Number(task['memory'])} MiB`,
    ]
  }
  if (type === 'rds/instance')
    return [
      `${String(props['engine'])} ${String(props['engineVersion'] ?? '')}`.trim(),
      name,
      `${String(props['instanceClass'])}, ${String(props['allocatedStorage'])} GiB`,
      props['multiAz'] === true ? 'in two zones' : 'in one zone',
    ]
  if (type === 'rds/proxy') return ['Database proxy', name]
  if (type === 'rds/read-replica') return ['Read replica', name, String(props['instanceClass'])]
  if (type === 'elasticache/replication-group')
    return [
      `${String(props['engine'])} ${String(props['engineVersion'] ?? '')}`.trim(),
      name,
      `${String(props['numCacheClusters'])} × ${String(props['nodeType'])}`,
    ]
  if (/^elbv2\/(existing-)?load-balancer$/.test(type)) return ['Application Load Balancer', name]
  if (type === 'ec2/nat-gateway') return ['NAT gateway', name, ...zones]
  if (type === 'ec2/instance') return ['EC2 instance', name, String(props['instanceType']), ...zones]
  if (type === 'autoscaling/group')
    return [
      'Auto Scaling group',
      name,
      `${String(props['minSize'])} to ${String(props['maxSize'])} instances`,
    ]
  return [label, name]
}

function outsideOf(inventory: Inventory): Shape[] {
  const shape = (id: string, lines: string[], planned = false): Shape => ({
    id,
    lines,
    look: 'outside',
    planned,
  })
  return [
    shape('internet', ['Internet']),
    ...inventory
      .ofType('wafv2/web-acl')
      .map(({ address, name, stands }) => shape(address, ['Web application firewall', name], !stands)),
    ...inventory
      .ofType('cloudfront/distribution')
      .map(({ address, name, stands }) => shape(address, ['CloudFront', name], !stands)),
  ]
}

/** What stands in the region and in no subnet, one shape for each service of AWS. */
function regionFrame(stores: readonly Item[], inventory: Inventory): Frame {
  const many = (id: string, title: string, named: boolean, ...types: string[]): Shape[] => {
    const items = inventory.ofType(...types)
    const few = named && items.length <= 4
    return items.length === 0
      ? []
      : [
          {
            id,
            lines: [title, ...(few ? items.map(({ name }) => name) : [String(items.length)])],
            look: 'region',
            planned: items.every(({ stands }) => !stands),
          },
        ]
  }
  return {
    id: 'region',
    lines: ['In the region'],
    look: 'region',
    shapes: [
      ...stores
        .filter(({ type }) => lookOf({ type } as Item) === 'data')
        .map(item => shapeOf(item, inventory)),
      ...many('zone', 'DNS (Route 53)', true, 'route53/hosted-zone'),
      ...many('secrets', 'Secrets (Secrets Manager)', false, 'secretsmanager/secret'),
      ...many('images', 'Images (ECR)', true, 'ecr/repository'),
      ...many('logs', 'Logs (CloudWatch)', true, 'logs/log-group'),
      ...many('alarms', 'Alarms (CloudWatch)', false, 'cloudwatch/alarm', 'cloudwatch/composite-alarm'),
      ...many('topics', 'Topics (SNS)', true, 'sns/topic'),
    ],
    frames: [],
  }
}
