import { checkTimeout } from '../config/health-check.ts'
import type { ServiceConfig } from '../config/schema/stack.ts'

/** A health check as the props of a target group: that of the config, or one that a release has remembered. */
export function healthCheckProps(check: Omit<ServiceConfig['healthCheck'], 'gracePeriod'>) {
  return {
    healthCheckPath: check.path,
    healthCheckInterval: check.interval,
    healthCheckTimeout: checkTimeout(check),
    healthyThreshold: check.healthyThreshold,
    unhealthyThreshold: check.unhealthyThreshold,
    matcher: check.matcher,
  }
}
