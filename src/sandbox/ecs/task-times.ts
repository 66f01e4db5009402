import { deregistrationDelay, targetCheckOf } from '../elbv2/target-group.ts'
import type { World } from '../world.ts'
import { behavioursOf } from './image.ts'
import type { RevisionRow, ServiceRow } from './rows.ts'
import { findRevision } from './task-definition.ts'
import type { StartTimes, TaskTimeline } from './timeline.ts'
import { leavingOf, timelineOf } from './timeline.ts'

/** Of an image that nothing is known of: a slim base image and an application. MiB. */
export const usualImage = 150
/** AWS's defaults for what the task definition does not say. Seconds. */
const defaultStopTimeout = 30

/** How long the tasks of a task definition take to start. */
export function startTimesOf(world: World, taskDefinitionArn: string): StartTimes {
  const behaviours = behavioursOf(world, taskDefinitionArn)
  const size = behaviours.reduce((sum, one) => sum + (one.size ?? usualImage), 0)
  return {
    placement: world.seconds('task placement'),
    pull: (size / 100) * world.seconds('image pull per 100 MiB'),
    start: world.seconds('task start'),
    boot: Math.max(...behaviours.map(({ boots }) => boots ?? world.seconds('application boot'))),
  }
}

/**
 * The start of one of several tasks that start at the same time. `share`, more than 0 and at most 1, tells them apart: the
 * last one waits longest for its place, and its first check comes a whole interval after its registration.
 */
export function taskTimeline(
  world: World,
  { healthCheckGracePeriodSeconds: gracePeriod }: ServiceRow,
  { taskDefinitionArn, targetGroupArns }: RevisionRow,
  { times, share, at }: { readonly times: StartTimes; readonly share: number; readonly at: number },
): TaskTimeline {
  const { containerDefinitions = [] } = findRevision(world, taskDefinitionArn) ?? {}
  return timelineOf({
    times: { ...times, placement: (times.placement * (1 + share)) / 2 },
    containerChecks: containerDefinitions.flatMap(({ healthCheck }) =>
      healthCheck
        ? [
            {
              interval: healthCheck.interval ?? 30,
              retries: healthCheck.retries ?? 3,
              startPeriod: healthCheck.startPeriod ?? 0,
            },
          ]
        : [],
    ),
    targetChecks: targetGroupArns.flatMap(arn => {
      const check = targetCheckOf(world, arn)
      if (!check) return []
      const { interval, healthy, unhealthy, from } = check
      return [
        {
          interval,
          healthyThreshold: healthy,
          unhealthyThreshold: unhealthy,
          first: interval * share,
          from: (from - at) / 1000,
        },
      ]
    }),
    gracePeriod,
    notice: world.seconds('target health notice'),
  })
}

/** Milliseconds for which a task of the revision drains and then stops. */
export function leavingTimes(
  world: World,
  { targetGroupArns, taskDefinitionArn }: RevisionRow,
): { readonly draining: number; readonly stopping: number } {
  const { containerDefinitions = [] } = findRevision(world, taskDefinitionArn) ?? {}
  const behaviours = behavioursOf(world, taskDefinitionArn)
  // All containers get the signal at the same time.
  const containers = containerDefinitions.map(({ stopTimeout }, index) =>
    leavingOf({
      deregistrationDelays: targetGroupArns.map(arn => deregistrationDelay(world, arn)),
      stops: behaviours[index]?.stops ?? world.seconds('application stop'),
      // The agent takes 0 for none.
      stopTimeout: stopTimeout || defaultStopTimeout,
    }),
  )
  return {
    draining: Math.max(0, ...containers.map(({ draining }) => draining)) * 1000,
    stopping: Math.max(0, ...containers.map(({ stopping }) => stopping)) * 1000,
  }
}
