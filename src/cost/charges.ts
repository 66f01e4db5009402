import type { Inventory, Item } from '../plan/inventory.ts'
import { assumed } from './assumptions.ts'
import type { Charge } from './charge.ts'
import { hours, listIn, months, use } from './charge.ts'
import { cacheCharges, databaseCharges, proxyCharges, replicaCharges, searchCharges } from './data-charges.ts'
import * as prices from './prices.ts'
import { hoursPerMonth } from './prices.ts'

type Charges = (item: Item, inventory: Inventory) => readonly Charge[]

/** The charges by resource type. What costs nothing itself has none; see `free`. */
export const charges: Readonly<Record<string, Charges>> = {
  'ecs/service': fargateCharges,
  'ec2/instance': instanceCharges,
  'autoscaling/group': groupCharges,
  'rds/instance': databaseCharges,
  'rds/read-replica': replicaCharges,
  'rds/proxy': proxyCharges,
  'elasticache/replication-group': cacheCharges,
  'opensearch/domain': searchCharges,
  'elbv2/load-balancer': loadBalancerCharges,
  'ec2/nat-gateway': () => [
    hours('Network', 'NAT gateway', 1, prices.natGateway.hour),
    use('Network', 'data through it', assumed.natData, 'GB', prices.natGateway.gigabyte),
  ],
  'ec2/elastic-ip': () => [hours('Network', 'public IPv4 address', 1, prices.publicAddress)],
  'cloudfront/distribution': () => [
    use('Network', 'data out of the edge', assumed.transferOut, 'GB', prices.edgeTransferOut),
  ],
  'ec2/vpc-endpoint': ({ props }) =>
    props['endpointType'] === 'Interface'
      ? [hours('Network', 'interface endpoint', listIn(props, 'subnetIds').length, prices.interfaceEndpoint)]
      : [],
  'efs/file-system': () => [
    use('Storage', 'files kept', assumed.fileSystem, 'GB-months', prices.efsStandard),
  ],
  'ecr/repository': () => [use('Storage', 'images kept', assumed.images, 'GB-months', prices.ecrStorage)],
  's3/bucket': () => [use('Storage', 'objects kept', assumed.bucket, 'GB-months', prices.s3Standard)],
  'logs/log-group': () => [
    use('Observability', 'log lines taken in', assumed.logs, 'GB', prices.logIngestion),
  ],
  'logs/metric-filter': () => [months('Observability', 'custom metric', 1, prices.customMetric)],
  'application-autoscaling/policy': () => [madeAlarms('by target tracking')],
  'ecs/capacity-provider': () => [madeAlarms('by managed scaling')],
  'cloudwatch/alarm': () => [months('Observability', 'alarm', 1, prices.alarm)],
  'cloudwatch/composite-alarm': () => [months('Observability', 'composite alarm', 1, prices.compositeAlarm)],
  'cloudwatch/dashboard': () => [months('Observability', 'dashboard', 1, prices.dashboard)],
  'route53/hosted-zone': () => [months('Other', 'hosted zone', 1, prices.hostedZone)],
  'secretsmanager/secret': () => [months('Other', 'secret', 1, prices.secret)],
  'wafv2/web-acl': ({ props }) => [
    months('Other', 'web ACL', 1, prices.webAcl.acl),
    months('Other', 'rules of it', listIn(props, 'rules').length, prices.webAcl.rule),
    use(
      'Other',
      'requests inspected',
      assumed.inspectedRequests,
      'million requests',
      prices.webAcl.millionRequests,
    ),
  ],
}

function fargateCharges({ props }: Item, inventory: Inventory): Charge[] {
  // Tasks on instances cost what their instances do.
  if (props['launchType'] !== 'FARGATE' && !onFargate(props)) return []
  const task = inventory.named(props['taskDefinitionArn'])?.props ?? {}
  const count = Number(props['desiredCount'])
  const { vcpu, memory } = prices.fargate[task['cpuArchitecture'] === 'ARM64' ? 'ARM64' : 'X86_64']
  const tasks = `${count} ${count === 1 ? 'task' : 'tasks'}`
  const vcpus = Number(task['cpu']) / 1024
  const gigabytes = Number(task['memory']) / 1024
  const time = count * hoursPerMonth
  return [
    {
      group: 'Compute',
      what: `${tasks} with ${vcpus} vCPU`,
      quantity: time * vcpus,
      unit: 'vCPU-hours',
      price: vcpu,
    },
    {
      group: 'Compute',
      what: `${tasks} with ${gigabytes} GB`,
      quantity: time * gigabytes,
      unit: 'GB-hours',
      price: memory,
    },
    ...(props['assignPublicIp'] === true
      ? [hours('Network', 'public IPv4 address', count, prices.publicAddress)]
      : []),
  ]
}

function onFargate(props: Item['props']): boolean {
  return listIn(props, 'capacityProviderStrategy').some(share =>
    String((share as { capacityProvider?: unknown }).capacityProvider).startsWith('FARGATE'),
  )
}

function instanceCharges({ props }: Item): Charge[] {
  const running = props['state'] === 'stopped' ? 0 : 1
  const type = String(props['instanceType'])
  return [
    hours('Compute', type, running, prices.ec2[type]),
    volume(props, 1),
    ...(props['associatePublicIp'] === true
      ? [hours('Network', 'public IPv4 address', running, prices.publicAddress)]
      : []),
  ]
}

function groupCharges({ props }: Item, inventory: Inventory): Charge[] {
  const template = inventory.named(props['launchTemplateId'])?.props ?? {}
  const type = String(template['instanceType'])
  const count = Number(props['minSize'])
  return [
    hours('Compute', `${type}, as many as its minimum`, count, prices.ec2[type]),
    volume(template, count),
  ]
}

function volume(props: Item['props'], count: number): Charge {
  const type = String(props['rootVolumeType'])
  return {
    group: 'Storage',
    what: `root volume ${type}`,
    quantity: Number(props['rootVolumeSize']) * count,
    unit: 'GB-months',
    price: prices.volumes[type],
  }
}

function loadBalancerCharges({ props }: Item): Charge[] {
  const facing = props['scheme'] !== 'internal'
  return [
    hours('Network', 'load balancer', 1, prices.loadBalancer.hour),
    use(
      'Network',
      'load balancer capacity units',
      assumed.loadBalancerUnits * hoursPerMonth,
      'LCU-hours',
      prices.loadBalancer.capacityUnitHour,
    ),
    ...(facing
      ? [
          hours('Network', 'public IPv4 address', listIn(props, 'subnetIds').length, prices.publicAddress),
          use('Network', 'data out to the internet', assumed.transferOut, 'GB', prices.dataTransferOut),
        ]
      : []),
  ]
}

/** Two that AWS makes by itself, to scale out and in. */
function madeAlarms(by: string): Charge {
  return months('Observability', `alarms made ${by}`, 2, prices.alarm)
}
