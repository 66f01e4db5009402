import { kindOf } from '../src/kinds/index.ts'
import type { Decision } from '../src/plan/decision.ts'
import { referencesIn } from '../src/resources/reference.ts'
import type { Resource } from '../src/resources/resource.ts'
import type { Duration } from '../src/sandbox/durations.ts'
import { durations } from '../src/sandbox/durations.ts'
import { secondsToLeave, secondsToSteady } from './service-times.ts'

/** What a run costs under three ways of ordering the same work, in seconds. */
export interface Costs {
  /** The longest path of what the resources themselves need of each other: no run can be shorter. */
  readonly path: number
  /** What it leads along, and how many seconds each takes of it. */
  readonly steps: readonly Step[]
  /** The same without orders that no prop expresses (`after`). */
  readonly pathOfProps: number
  /** Every step waits for the whole step before. */
  readonly barriers: number
  readonly serial: number
}

export interface Step {
  readonly address: string
  readonly seconds: number
}

const call = durations.write

const makingWaits: Readonly<Record<string, Duration>> = {
  'acm/certificate': 'certificate records',
  'acm/validation': 'certificate issue',
  'autoscaling/group': 'instance start',
  'cloudfront/distribution': 'distribution deploy',
  'ec2/instance': 'instance start',
  'ec2/subnet-ipv6-block': 'ipv6-block associate',
  'ec2/vpc-ipv6-block': 'ipv6-block associate',
  'ec2/nat-gateway': 'nat-gateway create',
  'ec2/vpc-endpoint': 'vpc-endpoint create',
  'ecs/cluster-capacity': 'cluster attachments',
  'efs/access-point': 'access-point create',
  'efs/file-system': 'file-system create',
  'efs/mount-target': 'mount-target create',
  'elasticache/replication-group': 'replication-group create',
  'elbv2/load-balancer': 'load-balancer create',
  'opensearch/domain': 'search-domain create',
  'rds/instance': 'db-instance create',
  'rds/proxy': 'db-proxy create',
  'rds/proxy-target': 'db-proxy target',
  'rds/read-replica': 'db-replica create',
  'route53/record-set': 'record change',
}

const leavingWaits: Readonly<Record<string, Duration>> = {
  'autoscaling/group': 'instance terminate',
  'cloudfront/distribution': 'distribution deploy',
  'ec2/instance': 'instance terminate',
  'ec2/nat-gateway': 'nat-gateway delete',
  'ec2/vpc-endpoint': 'vpc-endpoint delete',
  'ecs/capacity-provider': 'capacity-provider change',
  'ecs/cluster-capacity': 'cluster attachments',
  'efs/access-point': 'access-point create',
  'efs/file-system': 'file-system delete',
  'efs/mount-target': 'mount-target delete',
  'elasticache/replication-group': 'replication-group delete',
  'elbv2/load-balancer': 'load-balancer interfaces',
  'opensearch/domain': 'search-domain delete',
  'rds/instance': 'db-instance delete',
  'rds/proxy': 'db-proxy delete',
  'rds/read-replica': 'db-replica delete',
}

/** Network interfaces that outlive their owner, and hold subnets and security groups. */
const interfaceWaits: Readonly<Record<string, Duration>> = {
  'opensearch/domain': 'search-domain interfaces',
}

const snapshotWaits: Readonly<Record<string, Duration>> = {
  'elasticache/replication-group': 'replication-group final-snapshot',
  'rds/instance': 'db-instance final-snapshot',
}

/** AWS refuses to delete these before a call of its own has taken off what hangs on them: a policy, a role, a VPC. */
const detachedFirst: ReadonlySet<string> = new Set([
  'ec2/internet-gateway',
  'iam/instance-profile',
  'iam/role',
])

/** Props for which AWS has a call of its own after the one that creates. */
const secondCall: Readonly<Record<string, readonly string[]>> = {
  'ec2/internet-gateway': ['vpcId'],
  'ec2/network-acl': ['ingress', 'egress', 'subnetIds'],
  'ec2/route-table': ['routes', 'subnetIds'],
  'ec2/security-group': ['ingress', 'egress'],
  'ec2/subnet': ['mapPublicIpOnLaunch'],
  'ec2/vpc': ['enableDnsHostnames'],
  'ecr/repository': ['lifecyclePolicy'],
  'elbv2/load-balancer': ['idleTimeout'],
  'elbv2/target-group': ['deregistrationDelay'],
  'iam/instance-profile': ['roleName'],
  'iam/role': ['managedPolicyArns', 'inlinePolicies'],
  'logs/log-group': ['retentionInDays'],
  'route53/hosted-zone': ['name'],
  's3/bucket': ['versioned', 'lifecycleRules', 'corsRules'],
}

/** When something has come about, and what came about last of all that it had to wait for. */
interface Moment {
  readonly at: number
  readonly address: string
  readonly before: Moment | undefined
}

interface Times {
  readonly id: Moment
  readonly ready: Moment
  /** From when AWS takes changes of it, too. */
  readonly settled: Moment
}

function moment(address: string, seconds: number, before: readonly (Moment | undefined)[]): Moment {
  const last = lastOf(before)
  return { address, at: (last?.at ?? 0) + seconds, before: last }
}

function lastOf(moments: readonly (Moment | undefined)[]): Moment | undefined {
  return moments
    .flatMap(one => one ?? [])
    .reduce<Moment | undefined>((last, one) => (last && last.at >= one.at ? last : one), undefined)
}

/** What leads to a moment, first things first; what happens to one resource in a row is one step. */
function stepsTo(end: Moment | undefined): Step[] {
  const steps: Step[] = []
  for (let now = end; now; now = now.before) {
    const seconds = now.at - (now.before?.at ?? 0)
    const next = steps[0]
    if (next?.address === now.address) steps[0] = { ...next, seconds: next.seconds + seconds }
    else steps.unshift({ address: now.address, seconds })
  }
  return steps
}

export function costsOfUp(resources: readonly Resource[]): Costs {
  const all = { after: true }
  return {
    path: latest(pathsOfUp(resources, all)),
    steps: stepsTo(lastOf([...pathsOfUp(resources, all).values()].map(({ ready }) => ready))),
    pathOfProps: latest(pathsOfUp(resources, { after: false })),
    barriers: steps(resources, ({ address }) => address).reduce(
      (total, step) => total + latest(pathsOfUp(step, all)),
      0,
    ),
    serial: resources.reduce((total, resource) => total + latest(pathsOfUp([resource], all)), 0),
  }
}

/** When each has its id and is ready, were everything else to start as soon as it can. */
function pathsOfUp(
  resources: readonly Resource[],
  { after }: { readonly after: boolean },
): Map<string, Times> {
  const byAddress = new Map(resources.map(resource => [resource.address, resource]))
  const times = new Map<string, Times>()
  const when = (address: string, milestone: keyof Times): Moment | undefined => {
    const resource = byAddress.get(address)
    return resource && timesOf(resource)[milestone]
  }
  const [loadBalancer] = resources.filter(({ type }) => type === 'elbv2/load-balancer')
  const waitsOf = (resource: Resource, id: number): ReturnType<typeof makingWait> => {
    if (resource.type !== 'ecs/service' || resource.props['desiredCount'] === 0) return makingWait(resource)
    const active = (loadBalancer && when(loadBalancer.address, 'ready'))?.at ?? 0
    const ready = secondsToSteady(resource, byAddress, active - id)
    return { ready, settled: ready }
  }
  const timesOf = (resource: Resource): Times => {
    const known = times.get(resource.address)
    if (known) return known
    const { late = [] } = kindOf(resource.type)
    const needs = (wanted: (prop: string) => boolean) =>
      Object.entries(resource.props)
        .filter(([prop]) => wanted(prop))
        .flatMap(([, value]) => referencesIn(value))
        .map(({ reference, attribute }) => {
          const type = byAddress.get(reference)?.type
          const isLate = type !== undefined && (kindOf(type).readyAttributes ?? []).includes(attribute)
          const there = when(reference, isLate ? 'ready' : 'id')
          return there && moment(reference, propagation(type, resource.type), [there])
        })
    const ordered = after
      ? resource.after.map(({ address, needs: milestone }) => when(address, milestone))
      : []
    const { address } = resource
    const id = moment(address, call, [...needs(prop => !late.includes(prop)), ...ordered])
    const finished = moment(address, hasSecondCall(resource) ? call : 0, [
      id,
      ...needs(prop => late.includes(prop)),
    ])
    const { ready: readyAfter, settled: settledAfter } = waitsOf(resource, id.at)
    const ready = lastOf([finished, moment(address, readyAfter, [id])])!
    const result = { id, ready, settled: lastOf([ready, moment(address, settledAfter, [id])])! }
    times.set(address, result)
    return result
  }
  resources.forEach(timesOf)
  return times
}

/** Of a teardown: users go before what they use; of what only was copied, the user has but to be leaving. */
export function costsOfTeardown(decisions: readonly Decision[], desired: readonly Resource[]): Costs {
  const going = decisions.filter(({ action }) => action === 'delete')
  const resources = new Map(desired.map(resource => [resource.address, resource]))
  const seconds = (part: readonly Decision[], after: boolean) =>
    latest(pathsOfTeardown(part, resources, after))
  return {
    path: seconds(going, true),
    steps: stepsTo(lastOf([...pathsOfTeardown(going, resources, true).values()].map(({ ready }) => ready))),
    pathOfProps: seconds(going, false),
    barriers: steps(going, ({ address }) => address).reduce((total, step) => total + seconds(step, true), 0),
    serial: going.reduce((total, decision) => total + seconds([decision], true), 0),
  }
}

function pathsOfTeardown(
  decisions: readonly Decision[],
  resources: ReadonlyMap<string, Resource>,
  after: boolean,
): Map<string, Times> {
  const users = new Map<string, { user: Decision; holds: boolean }[]>()
  const note = (used: string, user: Decision, holds: boolean) =>
    users.set(used, [...(users.get(used) ?? []), { user, holds }])
  for (const decision of decisions) {
    const resource = resources.get(decision.address)
    if (!resource) continue
    for (const { reference, holds } of referencesIn(resource.props)) note(reference, decision, holds)
    if (after) for (const { address, holds = false } of resource.after) note(address, decision, holds)
  }
  const times = new Map<string, Times>()
  // `id`: its deletion has begun; `ready`: it is gone.
  const timesOf = (decision: Decision): Times => {
    const known = times.get(decision.address)
    if (known) return known
    const waits = (users.get(decision.address) ?? [])
      .filter(({ user }) => user !== decision)
      .map(({ user, holds }) => timesOf(user)[holds ? 'ready' : 'id'])
    const { address } = decision
    const id = moment(address, call + (detachedFirst.has(decision.type) ? call : 0), waits)
    const ready = moment(address, leavingWait(decision, resources), [id])
    const result = { id, ready, settled: ready }
    times.set(address, result)
    return result
  }
  decisions.forEach(timesOf)
  return times
}

/** Until then AWS refuses a new role or instance profile to whoever would use it. IAM itself knows it at once. */
function propagation(used: string | undefined, user: string): number {
  if (user.startsWith('iam/')) return 0
  if (used === 'iam/role') return durations['iam propagation']
  // It is known from when its role has been added.
  return used === 'iam/instance-profile' ? call + durations['iam propagation'] : 0
}

/** From the create call until it works, and until AWS takes changes of it. */
function makingWait({ type, props }: Resource): { readonly ready: number; readonly settled: number } {
  const duration = makingWaits[type]
  // An endpoint that is only a route is there at once.
  const waitless =
    props['desiredCount'] === 0 || props['minSize'] === 0 || props['endpointType'] === 'Gateway'
  const settled = duration === undefined || waitless ? 0 : durations[duration]
  // A database works while its first backup is taken; one that keeps none is available at once.
  const ready = type === 'rds/instance' ? settled - durations['db-instance first backup'] : settled
  return { ready, settled: props['backupRetentionDays'] === 0 ? ready : settled }
}

function leavingWait(
  { address, type, snapshot }: Decision,
  resources: ReadonlyMap<string, Resource>,
): number {
  const resource = resources.get(address)
  // A service without tasks has none to drain.
  if (type === 'ecs/service')
    return resource && resource.props['desiredCount'] !== 0 ? secondsToLeave(resource, resources) : 0
  const duration = leavingWaits[type]
  const more = snapshot === undefined ? undefined : snapshotWaits[type]
  return [duration, interfaceWaits[type], more].reduce(
    (total, wait) => total + (wait === undefined ? 0 : durations[wait]),
    0,
  )
}

function hasSecondCall({ type, props }: Resource): boolean {
  return (secondCall[type] ?? []).some(name => {
    const value = props[name]
    return value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0)
  })
}

/** Neighbours in the order of declaration whose addresses begin alike: what a tool of steps would do in one. */
function steps<T>(items: readonly T[], addressOf: (item: T) => string): T[][] {
  const groups: { readonly name: string; readonly items: T[] }[] = []
  for (const item of items) {
    const [name = ''] = addressOf(item).split('/')
    const last = groups.at(-1)
    if (last?.name === name) last.items.push(item)
    else groups.push({ name, items: [item] })
  }
  return groups.map(group => group.items)
}

function latest(times: ReadonlyMap<string, Times>): number {
  return Math.max(0, ...[...times.values()].map(({ ready }) => ready.at))
}
