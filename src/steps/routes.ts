import { deploymentOf } from '../config/deployment.ts'
import type { Priorities, RuleConditions } from '../config/listener-rules.ts'
import { conditionsOf, prioritiesOf, testConditionsOf } from '../config/listener-rules.ts'
import type { ServiceConfig, StackConfig } from '../config/schema/stack.ts'
import { takesTheRest } from '../config/uses.ts'
import type { HttpHeader } from '../kinds/elbv2/test-header.ts'
import type { Declare, Handle } from './declare.ts'
import type { Listener, TestListener } from './listeners.ts'
import type { TargetGroups } from './target-groups.ts'

/** A service that the load balancer sends requests to. */
export interface Routed {
  readonly service: string
  readonly config: ServiceConfig & { readonly port: number; readonly paths: readonly string[] }
  /** Of its listener rules. */
  readonly priorities: Priorities
}

export interface Routes {
  /** Undefined for the service that gets what no rule takes, unless its traffic is moved by a rule. */
  readonly rule: Handle<'elbv2/rule'> | undefined
  /** Of test traffic: where the new version is reached before it has any production traffic. */
  readonly testRule: Handle<'elbv2/rule'> | undefined
}

/** In the order of the config. */
export function routedOf(stack: StackConfig): Routed[] {
  const priorities = prioritiesOf(stack)
  return Object.entries(stack.services).flatMap(([service, config]) => {
    const { paths, port } = config
    const own = priorities.get(service)
    return paths && port !== undefined && own
      ? [{ service, config: { ...config, paths, port }, priorities: own }]
      : []
  })
}

interface RuleOptions {
  readonly listener: Listener
  readonly priority: number
  readonly conditions: RuleConditions
  readonly header?: HttpHeader
}

/** The rules by which requests reach a service; weighted where releases move its traffic between two groups. */
export function routes(
  declare: Declare,
  stack: StackConfig,
  { service, config, priorities }: Routed,
  { targetGroup, alternate }: TargetGroups,
  listeners: {
    readonly main: Listener
    readonly others: readonly Listener[]
    readonly test: TestListener
    /** The main listener sends on by itself what no rule takes. */
    readonly serves: boolean
  },
): Routes {
  const { testPort, testHeader } = deploymentOf(config)
  const conditions = conditionsOf(stack, config)
  const ruleAt = (
    address: string,
    { listener, priority, conditions: { paths, hosts }, header }: RuleOptions,
  ) =>
    declare(
      address,
      'elbv2/rule',
      {
        listenerArn: listener.out.arn,
        priority,
        ...(paths.length > 0 ? { pathPatterns: paths } : {}),
        ...(hosts.length > 0 ? { hostHeaders: hosts } : {}),
        httpHeader: header,
        targetGroupArn: targetGroup.out.arn,
        ...(alternate && { alternateTargetGroupArn: alternate.out.arn, weights: [100, 0] }),
      },
      { origin: `services.${service}.paths` },
    )
  // A rolling deployment needs no rule for what the listener sends on by itself.
  if (!alternate && listeners.serves && takesTheRest(config)) return { rule: undefined, testRule: undefined }
  const own = { priority: priorities.rule, conditions }
  const rule = ruleAt(`load-balancer/${service}.rule`, { listener: listeners.main, ...own })
  for (const listener of listeners.others) ruleAt(`load-balancer/${service}.http-rule`, { listener, ...own })
  if (!alternate) return { rule, testRule: undefined }
  if (testPort !== undefined)
    return {
      rule,
      testRule: ruleAt(`load-balancer/${service}.test-rule`, { listener: listeners.test(testPort), ...own }),
    }
  if (!testHeader || priorities.test === undefined) return { rule, testRule: undefined }
  // An address of its own: whichever of the two is left, the other one exists before it goes.
  const testRule = ruleAt(`load-balancer/${service}.test-header-rule`, {
    listener: listeners.main,
    priority: priorities.test,
    conditions: testConditionsOf(conditions),
    header: {
      name: testHeader.name,
      values: testHeader.value === undefined ? 'generated' : [testHeader.value],
    },
  })
  return { rule, testRule }
}
