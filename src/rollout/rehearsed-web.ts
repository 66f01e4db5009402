import type { Listener, Rule, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Aws } from '../aws/aws.ts'
import type { StatusOptions, Web } from '../effects/programs.ts'
import { readHealth, sharesOf } from './traffic.ts'

/** The web of the sandbox, where nothing listens: what the load balancer would answer, by its rules and its targets. */
export function rehearsedWeb(aws: Aws): Web {
  return {
    async status(url, { headers, connect }) {
      const { hostname, protocol, port, pathname } = new URL(url)
      const wanted = Number(port || (protocol === 'https:' ? 443 : 80))
      const host = connect?.host.toLowerCase() ?? hostname
      const { LoadBalancers = [] } = await aws.elbv2.describeLoadBalancers({})
      const balancer = LoadBalancers.find(({ DNSName }) => DNSName?.toLowerCase() === host)
      if (!balancer) throw new Error(`there is no ${host}`)
      const { Listeners = [] } = await aws.elbv2.describeListeners({
        LoadBalancerArn: balancer.LoadBalancerArn,
      })
      const listener = Listeners.find(({ Port }) => Port === wanted)
      if (!listener) throw new Error(`nothing listens on port ${wanted}`)
      return statusFrom(aws, await ruleFor(aws, listener, { host: hostname, path: pathname, headers }))
    },
    // Nothing of the embedded AWS goes out into the world.
    post: async () => 200,
    // The embedded AWS gives addresses that carry what they stand for.
    text: async url => Buffer.from(url.replace(/^data:[^,]*,/, ''), 'base64').toString(),
  }
}

interface Request {
  readonly host: string
  readonly path: string
  readonly headers: StatusOptions['headers']
}

/** The first rule that the request matches. The last one, that of the listener's default action, matches all. */
async function ruleFor(aws: Aws, { ListenerArn }: Listener, request: Request): Promise<Rule | undefined> {
  const { Rules = [] } = await aws.elbv2.describeRules({ ListenerArn })
  const order = ({ IsDefault, Priority }: Rule) => (IsDefault ? Infinity : Number(Priority))
  return Rules.toSorted((a, b) => order(a) - order(b)).find(({ Conditions = [] }) =>
    Conditions.every(condition => matches(condition, request)),
  )
}

function matches(
  { Field, Values, PathPatternConfig, HostHeaderConfig, HttpHeaderConfig }: RuleCondition,
  { host, path, headers }: Request,
): boolean {
  const given = (wanted: string) =>
    Object.entries(headers).find(([name]) => name.toLowerCase() === wanted.toLowerCase())?.[1]
  switch (Field) {
    case 'path-pattern':
      return (PathPatternConfig?.Values ?? Values ?? []).some(pattern => fits(pattern, path, ''))
    case 'host-header':
      return (HostHeaderConfig?.Values ?? Values ?? []).some(pattern =>
        fits(pattern, given('host') ?? host, 'i'),
      )
    case 'http-header': {
      const value = given(HttpHeaderConfig?.HttpHeaderName ?? '')
      return (
        value !== undefined && (HttpHeaderConfig?.Values ?? []).some(pattern => fits(pattern, value, 'i'))
      )
    }
    default:
      return false
  }
}

/** `*` stands for any characters, `?` for one. */
function fits(pattern: string, text: string, flags: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`, flags).test(text)
}

async function statusFrom(aws: Aws, rule: Rule | undefined): Promise<number> {
  const { Actions = [] } = rule ?? {}
  const { RedirectConfig, FixedResponseConfig } = Actions[0] ?? {}
  if (FixedResponseConfig) return Number(FixedResponseConfig.StatusCode)
  if (RedirectConfig) return RedirectConfig.StatusCode === 'HTTP_302' ? 302 : 301
  const groups = Object.entries(sharesOf(Actions)).flatMap(([group, share]) => (share > 0 ? [group] : []))
  const found = await Promise.all(groups.map(group => readHealth(aws, group)))
  return found.some(({ healthy }) => healthy > 0) ? 200 : 503
}
