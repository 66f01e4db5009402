import type { Service } from '@aws-sdk/client-ecs'
import type { Listener, LoadBalancer, Rule } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Aws } from '../aws/aws.ts'
import { liveHeader } from '../kinds/elbv2/test-header.ts'
import type { Endpoint } from './checks.ts'

/**
 * How a rule of an Application Load Balancer is reached: its listener's port and what its conditions ask for. `domain`: the
 * name that people find the load balancer by.
 */
export async function endpointOf(
  aws: Aws,
  rule: string,
  domain: string | undefined,
): Promise<Endpoint | undefined> {
  const places = placesIn(rule)
  if (!places) return undefined
  const [rules, listeners, balancers] = await Promise.all([
    aws.elbv2.describeRules({ RuleArns: [rule] }),
    aws.elbv2.describeListeners({ ListenerArns: [places.listener] }),
    aws.elbv2.describeLoadBalancers({ LoadBalancerArns: [places.loadBalancer] }),
  ])
  return reached(aws, {
    balancer: balancers.LoadBalancers?.[0],
    listener: listeners.Listeners?.[0],
    rule: rules.Rules?.[0],
    domain,
  })
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

/** Where a service behind a load balancer is reached when none of its rules is known: the balancer's first listener. */
export async function endpointOfService(
  aws: Aws,
  { loadBalancers = [] }: Service,
  domain: string | undefined,
): Promise<Endpoint | undefined> {
  const group = loadBalancers.find(({ targetGroupArn }) => targetGroupArn)?.targetGroupArn
  if (!group) return undefined
  const { TargetGroups = [] } = await aws.elbv2.describeTargetGroups({ TargetGroupArns: [group] })
  const arn = TargetGroups[0]?.LoadBalancerArns?.[0]
  if (!arn) return undefined
  const [{ LoadBalancers = [] }, { Listeners = [] }] = await Promise.all([
    aws.elbv2.describeLoadBalancers({ LoadBalancerArns: [arn] }),
    aws.elbv2.describeListeners({ LoadBalancerArn: arn }),
  ])
  const listener = Listeners.find(({ Protocol }) => Protocol === 'HTTPS') ?? Listeners[0]
  return reached(aws, { balancer: LoadBalancers[0], listener, rule: undefined, domain })
}

interface Place {
  readonly balancer: LoadBalancer | undefined
  readonly listener: Listener | undefined
  readonly rule: Rule | undefined
  readonly domain: string | undefined
}

async function reached(aws: Aws, { balancer, listener, rule, domain }: Place): Promise<Endpoint | undefined> {
  const own = balancer?.DNSName
  if (!own || !listener) return undefined
  const host = hostIn(rule)
  const testHeader = testHeaderIn(rule)
  const headers = testHeader ? { [testHeader.name]: testHeader.value } : {}
  if (listener.Protocol !== 'HTTPS')
    return { url: urlOf(listener, own), headers: { ...(host && { host }), ...headers }, testHeader }
  // AWS's own name for it is in no certificate.
  const named = host ?? domain
  const name = named ?? (await certificateName(aws, listener))
  return {
    url: urlOf(listener, named ?? own),
    headers,
    ...(name && { connect: { host: own, name } }),
    testHeader,
  }
}

/** A host with a wildcard in its pattern cannot be guessed, and is left to the check itself. */
function hostIn(rule: Rule | undefined): string | undefined {
  const condition = rule?.Conditions?.find(({ Field }) => Field === 'host-header')
  const [host = '*'] = condition?.HostHeaderConfig?.Values ?? condition?.Values ?? []
  return /[*?]/.test(host) ? undefined : host
}

/** With a value that the rule takes: a request without one would reach the version of before. */
function testHeaderIn(rule: Rule | undefined): Endpoint['testHeader'] {
  const { name, values: [pattern] = [] } = liveHeader(rule?.Conditions) ?? {}
  return name === undefined || pattern === undefined
    ? undefined
    : { name, value: pattern.replaceAll(/[*?]/g, 'x') }
}

/** A name that the listener's certificate is for; undefined where ACM does not have it. */
async function certificateName(aws: Aws, { Certificates = [] }: Listener): Promise<string | undefined> {
  const arn = Certificates[0]?.CertificateArn
  if (!arn?.includes(':acm:')) return undefined
  const { Certificate } = await aws.acm.describeCertificate({ CertificateArn: arn })
  return Certificate?.DomainName?.replace('*', 'www')
}

function urlOf({ Protocol = 'HTTP', Port = 80 }: Listener, host: string): string {
  const scheme = Protocol.toLowerCase()
  const standard = (scheme === 'http' && Port === 80) || (scheme === 'https' && Port === 443)
  return `${scheme}://${host}${standard ? '' : `:${Port}`}`
}
