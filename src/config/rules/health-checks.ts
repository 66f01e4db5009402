import { deploymentOf } from '../deployment.ts'
import { checkTimeout, gracePeriod } from '../health-check.ts'
import type { Finding } from '../problems.ts'
import type { ServiceConfig } from '../schema/stack.ts'

/** What AWS refuses of the health checks, and what no task would ever pass. */
export function healthCheckFindings(service: ServiceConfig): Finding[] {
  const { healthCheck, containerHealthCheck, paths } = service
  const { interval, unhealthyThreshold } = healthCheck
  const timeout = checkTimeout(healthCheck)
  if (timeout >= interval)
    return [
      {
        path: ['healthCheck', 'timeout'],
        message: `${timeout} seconds is not less than the interval of ${interval}`,
        fix: 'Make the interval longer or the timeout shorter.',
      },
    ]
  const startPeriod = containerHealthCheck?.startPeriod ?? 0
  const tolerated = Math.max(gracePeriod(service), unhealthyThreshold * interval)
  return paths && tolerated < startPeriod
    ? [
        {
          path: ['healthCheck', 'gracePeriod'],
          message:
            `ECS replaces a task that does not answer the load balancer within ${tolerated} seconds of its start, and ` +
            `containerHealthCheck.startPeriod allows it ${startPeriod}: a task that needs them never gets healthy`,
          fix: `Set it to ${startPeriod} or more, or remove it.`,
        },
      ]
    : []
}

/** Behind a rule that splits the traffic, AWS wants clients to stay with a target group first, and so with a version. */
export function stickinessFindings(service: ServiceConfig): Finding[] {
  if (!service.stickiness) return []
  const { strategy } = deploymentOf(service)
  const finding = { path: ['stickiness'], atKey: true }
  if (!service.paths)
    return [
      {
        ...finding,
        message: 'means nothing for a service without `paths`',
        fix: 'Remove it, or add `paths`.',
      },
    ]
  return strategy === 'rolling'
    ? []
    : [
        {
          ...finding,
          message: `cannot stand beside ${strategy}: AWS refuses sticky targets behind a rule that splits the traffic between two target groups`,
          fix: 'Remove it, or use a rolling deployment.',
        },
      ]
}
