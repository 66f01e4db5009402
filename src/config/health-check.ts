import type { ServiceConfig } from './schema/stack.ts'

type Check = Pick<ServiceConfig['healthCheck'], 'interval' | 'timeout'>

/** Seconds after which a check counts as failed: AWS's default, or less where the interval leaves no room for that. */
export function checkTimeout({ interval, timeout }: Check): number {
  return timeout ?? Math.min(5, interval - 1)
}

const usualGrace = 60

/**
 * Seconds after the start of a task in which ECS does not replace it for failed checks. Where the container's own check
 * allows a longer start, so does this.
 */
export function gracePeriod({
  healthCheck,
  containerHealthCheck,
}: Pick<ServiceConfig, 'healthCheck' | 'containerHealthCheck'>): number {
  return healthCheck.gracePeriod ?? Math.max(usualGrace, containerHealthCheck?.startPeriod ?? 0)
}

const day = 86_400

/** Seconds for which the load balancer sends a client to the same task; undefined where it does not. */
export function stickySeconds({ stickiness }: Pick<ServiceConfig, 'stickiness'>): number | undefined {
  if (stickiness === true) return day
  return stickiness ? stickiness.duration : undefined
}
