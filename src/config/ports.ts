import type { StackConfig } from './schema/stack.ts'
import { hasLoadBalancer } from './uses.ts'

/** The ports below 1024 that the stack opens to the world, in order. Those above are open to answers anyway. */
export function openPortsOf(config: StackConfig): number[] {
  return hasLoadBalancer(config) ? [80, 443] : []
}
