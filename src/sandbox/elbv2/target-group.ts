import type { ModifyTargetGroupInput } from '@aws-sdk/client-elastic-load-balancing-v2'
import { canonical } from '../../resources/json.ts'
import type { SandboxService } from '../service.ts'
import { tagged } from '../tagged.ts'
import type { World } from '../world.ts'
import { dropTargetsOf } from './target-health.ts'
import { forwardsOf, loadBalancersOf } from './action.ts'
import { elbFault, validationError } from './fault.ts'
import type { TargetGroupRow } from './rows.ts'
import { rowOf, rows, selected } from './rows.ts'
import { tagNew } from './tags.ts'

const defaultHealthCheck = {
  path: '/',
  interval: 30,
  timeout: 5,
  healthy: 5,
  unhealthy: 2,
  matcher: '200',
}

const delayKey = 'deregistration_delay.timeout_seconds'

const defaultAttributes = {
  [delayKey]: '300',
  'slow_start.duration_seconds': '0',
  'stickiness.enabled': 'false',
  'stickiness.type': 'lb_cookie',
  'stickiness.lb_cookie.duration_seconds': '86400',
}

/** Seconds, least and most. */
const limits: Readonly<Record<string, readonly [number, number]>> = {
  [delayKey]: [0, 3600],
  'stickiness.lb_cookie.duration_seconds': [1, 604_800],
}

/** True when a listener or rule forwards to it: before that, ECS refuses to use it. */
export function targetGroupAttached(world: World, arn: string): boolean {
  return loadBalancersOf(world, arn).length > 0
}

/** Seconds for which a target that is deregistered drains; none in a group that is not there. */
export function deregistrationDelay(world: World, arn: string): number {
  return Number(rows(world, 'targetGroup').get(arn)?.attributes[delayKey] ?? 0)
}

/** Its health check, in seconds, and from when on its load balancer checks: milliseconds since the epoch. */
export function targetCheckOf(
  world: World,
  arn: string,
): (TargetGroupRow['healthCheck'] & { readonly from: number }) | undefined {
  const row = rows(world, 'targetGroup').get(arn)
  if (!row) return undefined
  const active = loadBalancersOf(world, arn).map(one => rows(world, 'loadBalancer').get(one)?.activeAt ?? 0)
  return { ...row.healthCheck, from: Math.max(0, ...active) }
}

export function vpcOfTargets(world: World, arn: string): string | undefined {
  return rows(world, 'targetGroup').get(arn)?.vpcId
}

export const targetGroupOperations = {
  createTargetGroup: (input, world) => {
    const { Name = '', Protocol = 'HTTP', Port = 80, VpcId = '', TargetType = 'instance', Tags } = input
    if (!/^(?!-)[A-Za-z0-9-]{1,32}(?<!-)$/.test(Name))
      throw validationError(`Target group name '${Name}' is not valid`)
    if (!world.table('ec2/vpc').get(VpcId)) throw validationError(`The VPC ID '${VpcId}' is not found`)
    const settings = {
      protocol: Protocol,
      port: Port,
      vpcId: VpcId,
      targetType: TargetType,
      healthCheck: healthCheckFrom(input, defaultHealthCheck),
    }
    const twin = rows(world, 'targetGroup')
      .list()
      .find(({ name }) => name === Name)
    if (twin) {
      const { protocol, port, vpcId, targetType, healthCheck } = twin
      if (canonical(settings) !== canonical({ protocol, port, vpcId, targetType, healthCheck }))
        throw elbFault(
          'DuplicateTargetGroupName',
          `A target group with the same name '${Name}' exists, but with different settings`,
        )
      return { TargetGroups: [shown(twin, world)] }
    }
    const arn = world.arn('elasticloadbalancing', `targetgroup/${Name}/${world.id('', 16)}`)
    tagNew(world, arn, Tags)
    const row = rows(world, 'targetGroup').set(arn, {
      arn,
      name: Name,
      ...settings,
      created: world.now(),
      attributes: { ...defaultAttributes },
    })
    return { TargetGroups: [shown(row, world)] }
  },

  describeTargetGroups: ({ TargetGroupArns, Names, LoadBalancerArn }, world) => ({
    TargetGroups: selected(world, 'targetGroup', { arns: TargetGroupArns, names: Names })
      .map(row => shown(row, world))
      .filter(({ LoadBalancerArns }) => !LoadBalancerArn || LoadBalancerArns.includes(LoadBalancerArn)),
  }),

  modifyTargetGroup: (input, world) => {
    const row = rowOf(world, 'targetGroup', input.TargetGroupArn)
    row.healthCheck = healthCheckFrom(input, row.healthCheck)
    return { TargetGroups: [shown(row, world)] }
  },

  describeTargetGroupAttributes: ({ TargetGroupArn }, world) => ({
    Attributes: attributeList(rowOf(world, 'targetGroup', TargetGroupArn)),
  }),

  modifyTargetGroupAttributes: ({ TargetGroupArn, Attributes = [] }, world) => {
    const row = rowOf(world, 'targetGroup', TargetGroupArn)
    for (const { Key = '', Value = '' } of Attributes) {
      if (!(Key in defaultAttributes))
        throw validationError(`Target group attribute key '${Key}' is not recognized`)
      if (Key in limits) assertWithin(Key, Number(Value), limits[Key]!)
      if (Key === 'stickiness.enabled' && Value === 'true') assertSticky(world, row.arn)
      row.attributes[Key] = Value
    }
    return { Attributes: attributeList(row) }
  },

  deleteTargetGroup: ({ TargetGroupArn = '' }, world) => {
    if (targetGroupAttached(world, TargetGroupArn))
      throw elbFault(
        'ResourceInUse',
        `Target group '${TargetGroupArn}' is currently in use by a listener or a rule`,
      )
    // Deleting what is not there is a success.
    rows(world, 'targetGroup').delete(TargetGroupArn)
    dropTargetsOf(world, TargetGroupArn)
    tagged(world).remove(TargetGroupArn)
    return {}
  },
} satisfies Partial<SandboxService<'elbv2'>>

function healthCheckFrom(
  input: Omit<ModifyTargetGroupInput, 'TargetGroupArn'>,
  before: TargetGroupRow['healthCheck'],
): TargetGroupRow['healthCheck'] {
  const healthCheck = {
    path: input.HealthCheckPath ?? before.path,
    interval: input.HealthCheckIntervalSeconds ?? before.interval,
    timeout: input.HealthCheckTimeoutSeconds ?? before.timeout,
    healthy: input.HealthyThresholdCount ?? before.healthy,
    unhealthy: input.UnhealthyThresholdCount ?? before.unhealthy,
    matcher: input.Matcher?.HttpCode ?? before.matcher,
  }
  if (healthCheck.timeout >= healthCheck.interval)
    throw validationError('Health check timeout must be smaller than the interval')
  return healthCheck
}

function assertWithin(key: string, value: number, [least, most]: readonly [number, number]): void {
  if (!(value >= least && value <= most))
    throw validationError(`The value of target group attribute '${key}' must be between ${least} and ${most}`)
}

/** Behind a rule with several groups, clients would have to stay with a group before they can stay with a target. */
function assertSticky(world: World, arn: string): void {
  const listeners = [...rows(world, 'listener').list(), ...rows(world, 'rule').list()]
  const shared = listeners.find(({ actions }) => {
    const groups = new Set(forwardsOf(actions))
    return groups.has(arn) && groups.size > 1
  })
  if (shared)
    throw elbFault(
      'InvalidConfigurationRequest',
      `This target group appears behind a rule with group stickiness disabled (${shared.arn}). You must enable group stickiness before enabling target stickiness`,
    )
}

function attributeList({ attributes }: TargetGroupRow) {
  return Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }))
}

function shown({ arn, healthCheck, ...row }: TargetGroupRow, world: World) {
  return {
    TargetGroupArn: arn,
    TargetGroupName: row.name,
    Protocol: row.protocol,
    ProtocolVersion: 'HTTP1',
    Port: row.port,
    VpcId: row.vpcId,
    TargetType: row.targetType,
    IpAddressType: 'ipv4' as const,
    HealthCheckEnabled: true,
    HealthCheckProtocol: 'HTTP' as const,
    HealthCheckPort: 'traffic-port',
    HealthCheckPath: healthCheck.path,
    HealthCheckIntervalSeconds: healthCheck.interval,
    HealthCheckTimeoutSeconds: healthCheck.timeout,
    HealthyThresholdCount: healthCheck.healthy,
    UnhealthyThresholdCount: healthCheck.unhealthy,
    Matcher: { HttpCode: healthCheck.matcher },
    LoadBalancerArns: loadBalancersOf(world, arn),
  }
}
