import type { Service } from '@aws-sdk/client-ecs'
import type { Listener, Rule } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Aws } from '../aws/aws.ts'
import type { Endpoint } from './checks.ts'

/** How a rule of an Application Load Balancer is reached: its listener's port and what its conditions ask for. */
export async function endpointOf(aws: Aws, rule: string): Promise<Endpoint | undefined> {
  const places = placesIn(rule)
  if (!places) return undefined
  const [rules, listeners, balancers] = await Promise.all([
    aws.elbv2.describeRules({ RuleArns: [rule] }),
    aws.elbv2.describeListeners({ ListenerArns: [places.listener] }),
    aws.elbv2.describeLoadBalancers({ LoadBalancerArns: [places.loadBalancer] }),
  ])
  const host = balancers.LoadBalancers?.[0]?.DNSName
  const listener = listeners.Listeners?.[0]
  return host && listener ? { url: urlOf(listener, host), headers: headersOf(rules.Rules?.[0]) } : undefined
}

/** `…:listener-rule/app/<name>/<balancer>/<listener>/<rule>` holds the ARNs of the listener and of the balancer. */
function placesIn(rule: string): { readonly listener: string; readonly loadBalancer: string } | undefined {
  const [, start, path] = /^(.+):listener-rule\/(.+)\/[^/]+$/.exec(rule) ?? []
  if (start === undefined || path === undefined) return undefined
  return {
    listener: `${start}:listener/${path}`,
    loadBalancer: `${start}:loadbalancer/${path.split('/').slice(0, -1).join('/')}`,
  }
}

/** A header with a wildcard in its pattern cannot be guessed, and is left to the check itself. */
function headersOf(rule: Rule | undefined): Record<string, string> {
  return Object.fromEntries(
    (rule?.Conditions ?? []).flatMap(({ Field, HttpHeaderConfig, HostHeaderConfig, Values }) => {
      const [name, value] =
        Field === 'host-header'
          ? ['host', (HostHeaderConfig?.Values ?? Values)?.[0]]
          : Field === 'http-header'
            ? [HttpHeaderConfig?.HttpHeaderName, HttpHeaderConfig?.Values?.[0]]
            : []
      return name && value && !/[*?]/.test(value) ? [[name, value]] : []
    }),
  )
}

/** Where a service behind a load balancer is reached when none of its rules is known: the balancer's first listener. */
export async function endpointOfService(
  aws: Aws,
  { loadBalancers = [] }: Service,
): Promise<Endpoint | undefined> {
  const group = loadBalancers.find(({ targetGroupArn }) => targetGroupArn)?.targetGroupArn
  if (!group) return undefined
  const { TargetGroups = [] } = await aws.elbv2.describeTargetGroups({ TargetGroupArns: [group] })
  const balancer = TargetGroups[0]?.LoadBalancerArns?.[0]
  if (!balancer) return undefined
  const [{ LoadBalancers = [] }, { Listeners = [] }] = await Promise.all([
    aws.elbv2.describeLoadBalancers({ LoadBalancerArns: [balancer] }),
    aws.elbv2.describeListeners({ LoadBalancerArn: balancer }),
  ])
  const host = LoadBalancers[0]?.DNSName
  const listener = Listeners.find(({ Protocol }) => Protocol === 'HTTPS') ?? Listeners[0]
  return host && listener ? { url: urlOf(listener, host), headers: {} } : undefined
}

function urlOf({ Protocol = 'HTTP', Port = 80 }: Listener, host: string): string {
  const scheme = Protocol.toLowerCase()
  const standard = (scheme === 'http' && Port === 80) || (scheme === 'https' && Port === 443)
  return `${scheme}://${host}${standard ? '' : `:${Port}`}`
}
