import type { Container } from '../src/kinds/ecs/container.ts'
import { referencesIn } from '../src/resources/reference.ts'
import type { Resource } from '../src/resources/resource.ts'
import { durations } from '../src/sandbox/durations.ts'
import { usualImage } from '../src/sandbox/ecs/task-times.ts'
import { leavingOf, timelineOf } from '../src/sandbox/ecs/timeline.ts'

type Resources = ReadonlyMap<string, Resource>

/** Seconds from the creation of a service until its tasks are healthy. No target is checked before `from`. */
export function secondsToSteady(service: Resource, resources: Resources, from: number): number {
  const containers = containersOf(service, resources)
  return timelineOf({
    times: {
      placement: durations['task placement'],
      pull: ((containers.length * usualImage) / 100) * durations['image pull per 100 MiB'],
      start: durations['task start'],
      boot: durations['application boot'],
    },
    containerChecks: containers.flatMap(({ healthCheck }) =>
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
    targetChecks: targetsOf(service, resources).map(({ props }) => ({
      interval: Number(props['healthCheckInterval']),
      healthyThreshold: Number(props['healthyThreshold']),
      unhealthyThreshold: Number(props['unhealthyThreshold']),
      first: Number(props['healthCheckInterval']),
      from,
    })),
    gracePeriod: Number(service.props['healthCheckGracePeriod'] ?? 0),
    notice: durations['target health notice'],
  }).healthyAt
}

/** Seconds from the deletion of a service until its tasks are gone. */
export function secondsToLeave(service: Resource, resources: Resources): number {
  const { draining, stopping } = leavingOf({
    deregistrationDelays: targetsOf(service, resources).map(({ props }) =>
      Number(props['deregistrationDelay']),
    ),
    stops: durations['application stop'],
    stopTimeout: Math.max(...containersOf(service, resources).map(({ stopTimeout = 30 }) => stopTimeout)),
  })
  return draining + stopping
}

/** The target group in which its tasks are registered first. */
function targetsOf({ props }: Resource, resources: Resources): Resource[] {
  return referencesIn(props['loadBalancers'])
    .flatMap(({ reference }) => resources.get(reference) ?? [])
    .filter(({ type }) => type === 'elbv2/target-group')
    .slice(0, 1)
}

function containersOf({ props }: Resource, resources: Resources): readonly Container[] {
  const [task] = referencesIn(props['taskDefinitionArn']).flatMap(
    ({ reference }) => resources.get(reference) ?? [],
  )
  return (task?.props['containers'] ?? []) as readonly Container[]
}
