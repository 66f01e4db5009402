import type { Inventory, Item } from '../plan/inventory.ts'
import { assumed } from './assumptions.ts'
import type { Charge, CostGroup } from './charge.ts'
import { costGroups } from './charge.ts'
import { charges } from './charges.ts'
import { free } from './free.ts'
import { hoursPerMonth, priceList, pricePage } from './prices.ts'

export interface CostLine extends Charge {
  readonly address: string
  /** Dollars; undefined where the price table has no price. */
  readonly monthly: number | undefined
  /** The page of AWS that its price is from. */
  readonly source: string | undefined
}

export interface CostSum {
  readonly group: CostGroup
  /** Dollars a month. */
  readonly monthly: number
  readonly lines: readonly CostLine[]
}

/** What a stack costs in a month, as far as a table of list prices can tell. */
export interface Estimate {
  readonly region: string
  readonly prices: typeof priceList
  readonly groups: readonly CostSum[]
  /** Dollars a month: the sum of the groups. */
  readonly monthly: number
  /** The part of it that rests on assumptions about use. */
  readonly byUse: number
  readonly assumptions: readonly string[]
  /** What costs something and is not in the sum, each with the reason. */
  readonly notCounted: readonly string[]
}

/** @param counts tasks of each service once its image is there, by the service's address. Pure. */
export function estimate(
  inventory: Inventory,
  region: string,
  counts: ReadonlyMap<string, number> = new Map(),
): Estimate {
  const own = inventory.items.filter(({ borrowed }) => !borrowed).map(item => started(item, counts))
  const lines = own.flatMap(item =>
    (charges[item.type]?.(item, inventory) ?? [])
      .filter(({ quantity }) => quantity > 0)
      .map(charge => ({
        address: item.address,
        ...charge,
        monthly: charge.price === undefined ? undefined : charge.quantity * charge.price,
        source: pricePage(item.type),
      })),
  )
  const groups = costGroups
    .map(group => ({ group, lines: lines.filter(line => line.group === group) }))
    .filter(sum => sum.lines.length > 0)
    .map(sum => ({ ...sum, monthly: sumOf(sum.lines) }))
  const unknown = own.filter(({ type }) => !(type in charges) && !free.has(type))
  return {
    region,
    prices: priceList,
    groups,
    monthly: sumOf(lines),
    byUse: sumOf(lines.filter(line => line.assumed)),
    assumptions: assumptionsFor(own, region),
    notCounted: [
      ...lines
        .filter(({ price }) => price === undefined)
        .map(({ address, what }) => `${address}: the price table has no ${what}`),
      ...unknown.map(({ address, label }) => `${address}: the price table has no ${label}`),
      ...own
        .filter(({ props }) => String(props['containerInsights'] ?? 'disabled') !== 'disabled')
        .map(({ address }) => `${address}: metrics of Container Insights, charged by number`),
      ...unmeasured(own),
    ],
  }
}

/** What AWS charges by use beside what is assumed above. */
function unmeasured(items: readonly Item[]): string[] {
  const some = (test: (item: Item) => boolean, text: string) => (items.some(test) ? [text] : [])
  return [
    ...some(({ type }) => type === 'ec2/subnet', 'data between Availability Zones'),
    ...some(({ props }) => props['endpointType'] === 'Interface', 'data through interface endpoints'),
    ...some(({ type }) => type === 'route53/hosted-zone', 'DNS queries'),
    ...some(({ type }) => type === 's3/bucket', 'requests to buckets'),
    ...some(({ props }) => Number(props['monitoringInterval'] ?? 0) > 0, 'log lines of enhanced monitoring'),
  ]
}

/** A service that waits for its first image stands at zero tasks: what it will cost is what people ask. */
function started(item: Item, counts: ReadonlyMap<string, number>): Item {
  const count = item.resource?.awaits === undefined ? undefined : counts.get(item.address)
  return count === undefined ? item : { ...item, props: { ...item.props, desiredCount: count } }
}

function sumOf(lines: readonly CostLine[]): number {
  return lines.reduce((sum, { monthly = 0 }) => sum + monthly, 0)
}

function assumptionsFor(items: readonly Item[], region: string): string[] {
  const has = (type: string) => items.some(item => item.type === type)
  const awaiting = items.filter(({ resource }) => resource?.awaits !== undefined)
  const scaled = items.filter(({ type }) => type === 'application-autoscaling/target')
  const spot = JSON.stringify(items.map(({ props }) => props)).includes('FARGATE_SPOT')
  return [
    ...(region === priceList.region
      ? []
      : [`The prices are those of ${priceList.region}; this stack is in ${region}, where they differ.`]),
    `A month has ${hoursPerMonth} hours, and everything runs all the time.`,
    'List prices: no free tier, savings plans, reservations, credits or taxes.',
    ...(awaiting.length > 0 ? ['Services that wait to be started are counted as if they ran.'] : []),
    ...(scaled.length > 0
      ? [`Under auto scaling the present number of tasks counts: ${scaled.map(rangeOf).join(', ')}.`]
      : []),
    ...(spot ? ['Fargate Spot is counted at the price of Fargate.'] : []),
    ...(has('autoscaling/group')
      ? ['Groups of instances are counted at their minimum size, Spot at the on-demand price.']
      : []),
    ...(items.some(({ props }) => props['multiAz'] === true)
      ? ['A database in two zones is counted twice.']
      : []),
    ...(has('rds/instance') ? ['Backups of databases fit into the part that AWS gives.'] : []),
    ...(has('elbv2/load-balancer')
      ? [
          `A load balancer: ${assumed.loadBalancerUnits} capacity units on average, ${assumed.transferOut} GB out.`,
        ]
      : []),
    ...(has('cloudfront/distribution')
      ? [
          `A distribution: ${assumed.transferOut} GB out in North America and Europe; its requests are not counted.`,
        ]
      : []),
    ...(has('ec2/nat-gateway') ? [`A NAT gateway: ${assumed.natData} GB.`] : []),
    ...(has('efs/file-system') ? [`A file system: ${assumed.fileSystem} GB in the standard class.`] : []),
    ...(has('s3/bucket') ? [`A bucket: ${assumed.bucket} GB in the standard class.`] : []),
    ...(has('ecr/repository') ? [`A repository: ${assumed.images} GB of images.`] : []),
    ...(has('logs/log-group') ? [`A log group: ${assumed.logs} GB written.`] : []),
    ...(has('wafv2/web-acl') ? [`A web ACL: ${assumed.inspectedRequests} million requests.`] : []),
  ]
}

function rangeOf({ name, props }: Item): string {
  return `${name} up to ${String(props['maxCapacity'])}`
}
