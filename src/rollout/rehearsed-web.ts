import type { Aws } from '../aws/aws.ts'
import type { Web } from '../effects/programs.ts'
import { readHealth, sharesOf } from './traffic.ts'

/** The web of a rehearsal, where nothing listens: an address answers 200 when a target behind its port is healthy. */
export function rehearsedWeb(aws: Aws): Web {
  return {
    async status(url) {
      const { hostname, protocol, port } = new URL(url)
      const wanted = Number(port || (protocol === 'https:' ? 443 : 80))
      const { LoadBalancers = [] } = await aws.elbv2.describeLoadBalancers({})
      const balancer = LoadBalancers.find(({ DNSName }) => DNSName?.toLowerCase() === hostname)
      if (!balancer) throw new Error(`there is no ${hostname}`)
      const { Listeners = [] } = await aws.elbv2.describeListeners({
        LoadBalancerArn: balancer.LoadBalancerArn,
      })
      const listener = Listeners.find(({ Port }) => Port === wanted)
      if (!listener) throw new Error(`nothing listens on port ${wanted}`)
      const { Rules = [] } = await aws.elbv2.describeRules({ ListenerArn: listener.ListenerArn })
      const groups = Rules.flatMap(({ Actions = [] }) =>
        Object.entries(sharesOf(Actions)).flatMap(([group, share]) => (share > 0 ? [group] : [])),
      )
      const found = await Promise.all([...new Set(groups)].map(group => readHealth(aws, group)))
      return found.some(({ healthy }) => healthy > 0) ? 200 : 503
    },
    // Nothing of the embedded AWS goes out into the world.
    post: async () => 200,
    // The embedded AWS gives addresses that carry what they stand for.
    text: async url => Buffer.from(url.replace(/^data:[^,]*,/, ''), 'base64').toString(),
  }
}
