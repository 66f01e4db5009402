import { deploymentOf } from '../config/deployment.ts'
import type { ServiceConfig } from '../config/schema/stack.ts'
import { takesTheRest } from '../config/uses.ts'
import type { Declare, Handle } from './declare.ts'
import type { Listener } from './listeners.ts'
import type { TargetGroups } from './target-groups.ts'

/** A service that the load balancer sends requests to. */
export interface Routed {
  readonly service: string
  readonly config: ServiceConfig & { readonly port: number; readonly paths: readonly string[] }
  /** Of its listener rule. */
  readonly priority: number
}

export interface Routes {
  /** Undefined for the service that gets what no rule takes, unless its traffic is moved by a rule. */
  readonly rule: Handle<'elbv2/rule'> | undefined
  /** Where the new version can be tried before it has any traffic. */
  readonly testRule: Handle<'elbv2/rule'> | undefined
}

/** The last of all rules. */
const theRestPriority = 50_000

/** In the order of the config, tens apart unless they say otherwise. */
export function routedOf(services: Readonly<Record<string, ServiceConfig>>): Routed[] {
  return Object.entries(services).flatMap(([service, config], index) => {
    const { paths, port } = config
    if (!paths || port === undefined) return []
    const usual = takesTheRest(config) ? theRestPriority : (index + 1) * 10
    return [{ service, config: { ...config, paths, port }, priority: config.priority ?? usual }]
  })
}

/** The rules by which requests reach a service; weighted where releases move its traffic between two groups. */
export function routes(
  declare: Declare,
  { service, config, priority }: Routed,
  { targetGroup, alternate }: TargetGroups,
  listeners: {
    readonly main: Listener
    readonly others: readonly Listener[]
    readonly test: TestListener
    /** The names that requests have to ask for; any, when there are none. */
    readonly hosts: readonly string[]
    /** The main listener sends on by itself what no rule takes. */
    readonly serves: boolean
  },
): Routes {
  const { testPort, testHeader } = deploymentOf(config)
  const paths = takesTheRest(config) ? ['/*'] : config.paths
  const ruleOn = (listener: Listener, address: string, more: { readonly header?: typeof testHeader } = {}) =>
    declare(
      address,
      'elbv2/rule',
      {
        listenerArn: listener.out.arn,
        priority: more.header ? priority - 1 : priority,
        pathPatterns: paths,
        ...(listeners.hosts.length > 0 ? { hostHeaders: listeners.hosts } : {}),
        httpHeader: more.header && { name: more.header.name, values: [more.header.value] },
        targetGroupArn: targetGroup.out.arn,
        ...(alternate && { alternateTargetGroupArn: alternate.out.arn, weights: [100, 0] }),
      },
      { origin: `services.${service}.paths` },
    )
  // A rolling deployment needs no rule for what the listener sends on by itself.
  if (!alternate && listeners.serves && takesTheRest(config)) return { rule: undefined, testRule: undefined }
  const rule = ruleOn(listeners.main, `load-balancer/${service}.rule`)
  for (const listener of listeners.others) ruleOn(listener, `load-balancer/${service}.http-rule`)
  if (!alternate) return { rule, testRule: undefined }
  const testRule = testHeader
    ? ruleOn(listeners.main, `load-balancer/${service}.test-rule`, { header: testHeader })
    : ruleOn(listeners.test(testPort!), `load-balancer/${service}.test-rule`)
  return { rule, testRule }
}

export type TestListener = (port: number) => Listener

/** Listeners on ports of their own, each made when the first service asks for it. */
export function testListeners(declare: Declare, loadBalancer: Handle<'elbv2/load-balancer'>): TestListener {
  const known = new Map<number, Listener>()
  return port => {
    const listener =
      known.get(port) ??
      declare(
        `load-balancer/test-${port}`,
        'elbv2/listener',
        {
          loadBalancerArn: loadBalancer.out.arn,
          port,
          protocol: 'HTTP',
          defaultAction: {
            fixedResponse: { statusCode: '404', contentType: 'text/plain', messageBody: 'Not found' },
          },
        },
        { origin: 'loadBalancer' },
      )
    known.set(port, listener)
    return listener
  }
}
