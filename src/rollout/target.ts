import { DepGraph } from 'dependency-graph'
import { suggestion } from '../config/findings.ts'
import type { ServiceConfig, StackConfig } from '../config/schema/stack.ts'
import { ProvisionError } from '../errors.ts'
import { clusterNameOf } from '../steps/cluster.ts'
import { serviceNameOf } from '../steps/names.ts'

/** A service to release to, and where AWS has it. */
export interface Target {
  /** Its key in the config; also the name of its container. */
  readonly name: string
  readonly config: ServiceConfig
  readonly cluster: string
  readonly serviceName: string
  /** The name that people find the load balancer by. */
  readonly domain?: string | undefined
}

/** The services of that name, those that others come `after` first. Throws with code `usage` on an unknown name. */
export function targetsOf(config: StackConfig, names: readonly string[]): Target[] {
  const known = Object.keys(config.services)
  const unknown = names.find(name => !known.includes(name))
  if (unknown !== undefined)
    throw new ProvisionError({
      code: 'usage',
      message: `there is no service ${unknown}`,
      hint: suggestion(unknown, known) ?? `the services are: ${known.join(', ')}`,
    })
  const graph = new DepGraph<void>()
  for (const name of known) graph.addNode(name)
  for (const [name, { after }] of Object.entries(config.services))
    for (const other of after) graph.addDependency(name, other)
  return graph
    .overallOrder()
    .filter(name => names.includes(name))
    .map(name => ({
      name,
      config: config.services[name]!,
      cluster: clusterNameOf(config),
      serviceName: serviceNameOf(config, name),
      domain: config.domain?.name,
    }))
}
