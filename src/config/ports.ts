import type { StackConfig } from './schema/stack.ts'
import { hasLoadBalancer } from './uses.ts'

/** The ports below 1024 that the stack opens to the world, in order. Those above are open to answers anyway. */
export function openPortsOf(config: StackConfig): number[] {
  const ofInstances = Object.values(config.instances)
    .flatMap(({ ports }) => ports)
    .map(open => (typeof open === 'number' ? open : open.port))
  const open = new Set([...(hasLoadBalancer(config) ? [80, 443] : []), ...ofInstances])
  return [...open].filter(port => port < 1024).toSorted((a, b) => a - b)
}
