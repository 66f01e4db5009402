/**
 * When a task starts, is healthy, fails and is gone: pure arithmetic, in seconds. All moments of a task's start count
 * from the moment at which ECS decides to start it.
 */

/** What happens before the load balancer or a container's health check has a say. Seconds. */
export interface StartTimes {
  /** Until Fargate has a host with a network interface, or ECS an instance. */
  readonly placement: number
  /** Until all images are there. */
  readonly pull: number
  /** Until all containers run. */
  readonly start: number
  /** From then on until the application answers. */
  readonly boot: number
}

/** A container's own health check: the first one comes an interval after the container's start. Seconds. */
export interface ContainerCheck {
  readonly interval: number
  /** Failures in a row that make it unhealthy. */
  readonly retries: number
  /** In which failures do not count. */
  readonly startPeriod: number
}

/** A target group's health check. Seconds. */
export interface TargetCheck {
  readonly interval: number
  readonly healthyThreshold: number
  readonly unhealthyThreshold: number
  /** Of the first check, from when the target is registered: more than 0 and at most the interval. */
  readonly first: number
  /** No target is checked before: the load balancer is not active yet. From the task's creation. */
  readonly from?: number
}

export interface TaskConditions {
  readonly times: StartTimes
  /** Of each container that has one. */
  readonly containerChecks?: readonly ContainerCheck[]
  /** Of each target group. */
  readonly targetChecks?: readonly TargetCheck[]
  /** Seconds after the start of the containers in which ECS replaces no task for its health. */
  readonly gracePeriod?: number
  /** Until ECS knows what the load balancer knows. */
  readonly notice: number
}

/** Seconds since the task's creation. */
export interface TaskTimeline {
  /** `PROVISIONING` ends and `PENDING` begins. */
  readonly placedAt: number
  /** `PENDING` ends and `ACTIVATING` begins. */
  readonly pulledAt: number
  /** The containers run, and the targets are registered. */
  readonly runningAt: number
  /** Undefined without target groups. */
  readonly target?: TargetTimeline
  /** When ECS counts it as healthy. */
  readonly healthyAt: number
  /** When ECS replaces it since it failed its checks first; it is never healthy then. */
  readonly failsAt?: number
}

export interface TargetTimeline {
  /** When it has failed the checks that make it unhealthy, before the application answered. */
  readonly unhealthyAt?: number
  readonly healthyAt: number
  /** When it is unhealthy if the application never answers. */
  readonly gaveUpAt: number
}

/** Without a load balancer and a container health check ECS counts a task as healthy so many seconds after it runs. */
export const secondsWithoutCheck = 40

/**
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/load-balancer-healthcheck.html: a newly registered target
 * needs one successful check, whatever its healthy threshold; that one counts for a target that was unhealthy before.
 */
export function timelineOf({
  times,
  containerChecks = [],
  targetChecks = [],
  gracePeriod = 0,
  notice,
}: TaskConditions): TaskTimeline {
  const placedAt = times.placement
  const pulledAt = placedAt + times.pull
  const runningAt = pulledAt + times.start
  const answersAt = runningAt + times.boot
  const containers = containerChecks.map(check => containerTimeline(check, runningAt, answersAt))
  const targets = targetChecks.map(check => targetTimeline(check, runningAt, answersAt))
  const target = targets.length > 0 ? slowest(targets) : undefined
  const healthyAt = Math.max(
    ...containers.map(one => one.healthyAt),
    target ? target.healthyAt + notice : containers.length > 0 ? 0 : runningAt + secondsWithoutCheck,
  )
  const replaced = [...containers, ...targets].flatMap(one => {
    if (one.unhealthyAt === undefined) return []
    const at = Math.max(one.unhealthyAt, runningAt + gracePeriod)
    return at < one.healthyAt ? [at] : []
  })
  return {
    placedAt,
    pulledAt,
    runningAt,
    ...(target && { target }),
    healthyAt,
    ...(replaced.length > 0 && { failsAt: Math.min(...replaced) }),
  }
}

/**
 * Seconds from when ECS decides to stop a task until it is gone. Its targets drain for the whole deregistration delay:
 * also an idle one is shown as `draining` until then
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html), and ECS sends
 * SIGTERM after that. The application ends by itself, or is killed after the stop timeout.
 */
export function leavingOf({
  deregistrationDelays,
  stops,
  stopTimeout,
}: {
  readonly deregistrationDelays: readonly number[]
  /** Seconds that the application takes to end after SIGTERM. */
  readonly stops: number
  readonly stopTimeout: number
}): { readonly draining: number; readonly stopping: number } {
  return { draining: Math.max(0, ...deregistrationDelays), stopping: Math.min(stops, stopTimeout) }
}

function targetTimeline(
  { interval, healthyThreshold, unhealthyThreshold, first, from = 0 }: TargetCheck,
  registeredAt: number,
  answersAt: number,
): TargetTimeline {
  const firstAt = Math.max(registeredAt, from) + first
  const failures = failuresBefore(answersAt, firstAt, interval)
  const gaveUpAt = firstAt + (unhealthyThreshold - 1) * interval
  const passedAt = firstAt + failures * interval
  return failures < unhealthyThreshold
    ? { healthyAt: passedAt, gaveUpAt }
    : { healthyAt: passedAt + (healthyThreshold - 1) * interval, unhealthyAt: gaveUpAt, gaveUpAt }
}

/** One success makes a container healthy. */
function containerTimeline(
  { interval, retries, startPeriod }: ContainerCheck,
  startedAt: number,
  answersAt: number,
): { readonly healthyAt: number; readonly unhealthyAt?: number } {
  const firstAt = startedAt + interval
  const healthyAt = firstAt + failuresBefore(answersAt, firstAt, interval) * interval
  // The first failure that counts is that of the first check after the start period.
  const countedFrom = firstAt + failuresBefore(startedAt + startPeriod, firstAt, interval) * interval
  const unhealthyAt = countedFrom + (retries - 1) * interval
  return { healthyAt, ...(unhealthyAt < healthyAt && { unhealthyAt }) }
}

/** Of checks that begin at `firstAt`, those before the application answers. */
function failuresBefore(answersAt: number, firstAt: number, interval: number): number {
  return Math.max(0, Math.ceil((answersAt - firstAt) / interval))
}

/** Of a task with several target groups, ECS waits for the last one. */
function slowest(targets: readonly TargetTimeline[]): TargetTimeline {
  const unhealthy = targets.flatMap(({ unhealthyAt }) => unhealthyAt ?? [])
  return {
    healthyAt: Math.max(...targets.map(({ healthyAt }) => healthyAt)),
    gaveUpAt: Math.min(...targets.map(({ gaveUpAt }) => gaveUpAt)),
    ...(unhealthy.length > 0 && { unhealthyAt: Math.min(...unhealthy) }),
  }
}
