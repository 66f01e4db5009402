import type { Action, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { RuleRow as GroupRuleRow } from '../../src/sandbox/ec2/security-group-rule.ts'
import { securityGroups } from '../../src/sandbox/ec2/security-group.ts'
import { revisionOf } from '../../src/sandbox/ecs/rows.ts'
import type { ServiceRow, TaskRow } from '../../src/sandbox/ecs/rows.ts'
import type { ListenerRow, LoadBalancerRow } from '../../src/sandbox/elbv2/rows.ts'
import { rows } from '../../src/sandbox/elbv2/rows.ts'
import { healthyTargets } from '../../src/sandbox/elbv2/target-health.ts'
import { recordSets, wireName } from '../../src/sandbox/route53/rows.ts'
import type { World } from '../../src/sandbox/world.ts'

/** What a client on the internet asks for. */
export interface ClientRequest {
  readonly host: string
  readonly port: number
  readonly path: string
  /** Besides those that every client sends. */
  readonly headers?: Readonly<Record<string, string>>
}

/** Why nobody answers this request at this moment; undefined where a healthy target does, or a fixed response. */
export function unanswered(world: World, request: ClientRequest, redirects = 2): string | undefined {
  const loadBalancer = resolved(world, request.host)
  if (!loadBalancer) return `${request.host} leads to no load balancer`
  if (loadBalancer.activeAt > world.now()) return 'the load balancer is not active yet'
  if (!groupsAllow(world, loadBalancer.groupIds, 'ingress', { port: request.port, from: 'the internet' }))
    return `no security group of the load balancer opens port ${request.port}`
  const listener = rows(world, 'listener')
    .list()
    .find(({ loadBalancerArn, port }) => loadBalancerArn === loadBalancer.arn && port === request.port)
  if (!listener) return `no listener on port ${request.port}`
  const [action] = actionsFor(world, listener, request)
  switch (action?.Type) {
    case 'redirect': {
      const { Protocol, Port = '', Host = '#{host}' } = action.RedirectConfig ?? {}
      if (redirects === 0) return 'the redirects lead in a circle'
      const port = Number(Port.replace('#{port}', String(request.port)) || (Protocol === 'HTTPS' ? 443 : 80))
      const host = Host.replace('#{host}', request.host)
      return unanswered(world, { ...request, host, port }, redirects - 1)
    }
    case 'fixed-response':
      return `the load balancer itself answers with ${action.FixedResponseConfig?.StatusCode}`
    default:
      return unforwarded(world, loadBalancer, action)
  }
}

/** What DNS says of a name: the load balancer's own, or a record that leads to one. */
function resolved(world: World, host: string, hops = 5): LoadBalancerRow | undefined {
  const name = wireName(host)
  const direct = rows(world, 'loadBalancer')
    .list()
    .find(({ dnsName }) => wireName(dnsName) === name)
  if (direct || hops === 0) return direct
  for (const { record } of recordSets(world).list()) {
    if (wireName(record.Name ?? '') !== name) continue
    const target =
      record.Type === 'CNAME'
        ? record.ResourceRecords?.[0]?.Value
        : record.Type === 'A'
          ? record.AliasTarget?.DNSName?.replace(/^dualstack\./, '')
          : undefined
    if (target !== undefined) return resolved(world, target, hops - 1)
  }
  return undefined
}

/** The actions of the first rule that matches, by priority; those of the listener where none does. */
function actionsFor(world: World, listener: ListenerRow, request: ClientRequest): readonly Action[] {
  const rule = rows(world, 'rule')
    .list()
    .filter(({ listenerArn }) => listenerArn === listener.arn)
    .toSorted((a, b) => a.priority - b.priority)
    .find(({ conditions }) => conditions.every(condition => matches(condition, request)))
  return (rule ?? listener).actions
}

function matches(condition: RuleCondition, { host, path, headers = {} }: ClientRequest): boolean {
  const { Field, PathPatternConfig, HostHeaderConfig, HttpHeaderConfig, Values } = condition
  switch (Field) {
    case 'path-pattern':
      return (PathPatternConfig?.Values ?? Values ?? []).some(pattern => fits(pattern, path))
    case 'host-header':
      return (HostHeaderConfig?.Values ?? Values ?? []).some(pattern =>
        fits(pattern.toLowerCase(), host.toLowerCase()),
      )
    case 'http-header': {
      const wanted = HttpHeaderConfig?.HttpHeaderName?.toLowerCase()
      const sent = Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1]
      return (HttpHeaderConfig?.Values ?? []).some(
        pattern => sent !== undefined && fits(pattern.toLowerCase(), sent.toLowerCase()),
      )
    }
    default:
      return false
  }
}

/** `*` stands for any letters, `?` for one. */
export function fits(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`).test(text)
}

/** Each target group that gets any share of the requests needs a healthy target that the load balancer reaches. */
function unforwarded(
  world: World,
  loadBalancer: LoadBalancerRow,
  action: Action | undefined,
): string | undefined {
  const groups = action?.ForwardConfig?.TargetGroups ?? [{ TargetGroupArn: action?.TargetGroupArn }]
  const all = groups.reduce((sum, { Weight = 1 }) => sum + Weight, 0)
  if (all === 0) return 'all weights are 0'
  for (const { TargetGroupArn: arn = '', Weight = 1 } of groups) {
    if (Weight === 0) continue
    const name = rows(world, 'targetGroup').get(arn)?.name ?? arn
    const targets = healthyTargets(world, arn)
    if (targets.length === 0) return `${name} has no healthy target`
    if (!targets.some(target => reaches(world, loadBalancer, { arn, ...target })))
      return `security groups keep the load balancer from the targets of ${name}`
  }
  return undefined
}

interface Target {
  readonly arn: string
  readonly row: ServiceRow
  readonly task: TaskRow
}

function reaches(world: World, { groupIds }: LoadBalancerRow, { arn, row, task }: Target): boolean {
  const revision = revisionOf(row, task.revision)
  const index = revision.targetGroupArns.indexOf(arn)
  const port = revision.loadBalancers[index]?.containerPort ?? rows(world, 'targetGroup').get(arn)?.port ?? 0
  const { securityGroups: own = [] } = revision.networkConfiguration?.awsvpcConfiguration ?? {}
  return (
    groupsAllow(world, groupIds, 'egress', { port, from: own }) &&
    groupsAllow(world, own, 'ingress', { port, from: groupIds })
  )
}

interface Traffic {
  readonly port: number
  /** The security groups of the other end. */
  readonly from: 'the internet' | readonly string[]
}

function groupsAllow(
  world: World,
  ids: readonly string[],
  direction: 'ingress' | 'egress',
  { port, from }: Traffic,
): boolean {
  const allows = ({ protocol, fromPort, toPort, cidr, groupId }: GroupRuleRow) =>
    (protocol === '-1' || (protocol === 'tcp' && (fromPort ?? 0) <= port && port <= (toPort ?? 65_535))) &&
    // Blocks narrower than everything hold the other end too: those of the stack's own network.
    (from === 'the internet' ? cidr === '0.0.0.0/0' : cidr !== undefined || from.includes(groupId ?? ''))
  return ids.some(id => securityGroups(world).get(id)?.[direction].some(allows))
}
