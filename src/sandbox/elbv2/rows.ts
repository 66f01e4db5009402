import type {
  Action,
  LoadBalancerSchemeEnum,
  ProtocolEnum,
  RuleCondition,
  TargetTypeEnum,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Table, World } from '../world.ts'
import { elbFault } from './fault.ts'

export interface LoadBalancerRow {
  readonly arn: string
  readonly name: string
  readonly dnsName: string
  readonly scheme: LoadBalancerSchemeEnum
  readonly vpcId: string
  readonly created: number
  readonly activeAt: number
  zones: { readonly subnetId: string; readonly zone: string; readonly interfaceId: string }[]
  groupIds: string[]
  ipAddressType: 'ipv4' | 'dualstack'
  readonly attributes: Record<string, string>
}

export interface TargetGroupRow {
  readonly arn: string
  readonly name: string
  readonly protocol: ProtocolEnum
  readonly port: number
  readonly vpcId: string
  readonly targetType: TargetTypeEnum
  readonly created: number
  healthCheck: {
    readonly path: string
    readonly interval: number
    readonly timeout: number
    readonly healthy: number
    readonly unhealthy: number
    readonly matcher: string
  }
  readonly attributes: Record<string, string>
}

export interface ListenerRow {
  readonly arn: string
  readonly loadBalancerArn: string
  readonly created: number
  port: number
  protocol: ProtocolEnum
  certificateArn?: string | undefined
  sslPolicy?: string | undefined
  actions: Action[]
}

export interface RuleRow {
  readonly arn: string
  readonly listenerArn: string
  readonly created: number
  priority: number
  conditions: RuleCondition[]
  actions: Action[]
  /** What it forwarded to before, and until when (milliseconds since the epoch); oldest first. */
  past?: readonly { readonly until: number; readonly actions: readonly Action[] }[]
}

interface Rows {
  readonly loadBalancer: LoadBalancerRow
  readonly targetGroup: TargetGroupRow
  readonly listener: ListenerRow
  readonly rule: RuleRow
}

const nouns = {
  loadBalancer: { table: 'elbv2/load-balancer', code: 'LoadBalancerNotFound', label: 'load balancers' },
  targetGroup: { table: 'elbv2/target-group', code: 'TargetGroupNotFound', label: 'target groups' },
  listener: { table: 'elbv2/listener', code: 'ListenerNotFound', label: 'listeners' },
  rule: { table: 'elbv2/rule', code: 'RuleNotFound', label: 'rules' },
} as const satisfies Record<keyof Rows, object>

export function rows<Noun extends keyof Rows>(world: World, noun: Noun): Table<Rows[Noun]> {
  return world.table<Rows[Noun]>(nouns[noun].table)
}

export function visibleRows<Noun extends keyof Rows>(world: World, noun: Noun): Rows[Noun][] {
  return rows(world, noun)
    .list()
    .filter(({ created }) => world.visible(created))
}

/** The row, or AWS's error for an ARN that does not exist. */
export function rowOf<Noun extends keyof Rows>(
  world: World,
  noun: Noun,
  arn: string | undefined,
): Rows[Noun] {
  const row = rows(world, noun).get(arn ?? '')
  if (!row || !world.visible(row.created)) throw notFound(noun, arn)
  return row
}

/** What a describe call selects: the listed ARNs or names, each of which has to exist, or everything. */
export function selected<Noun extends 'loadBalancer' | 'targetGroup'>(
  world: World,
  noun: Noun,
  { arns, names }: { readonly arns: string[] | undefined; readonly names: string[] | undefined },
): Rows[Noun][] {
  if (arns) return arns.map(arn => rowOf(world, noun, arn))
  const visible = visibleRows(world, noun)
  if (!names) return visible
  return names.map(name => {
    const row = visible.find(candidate => candidate.name === name)
    if (!row) throw notFound(noun, name)
    return row
  })
}

export function notFound(noun: keyof Rows, key: string | undefined): Error {
  const { code, label } = nouns[noun]
  return elbFault(code, `One or more ${label} not found: '${key}'`)
}
