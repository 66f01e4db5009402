import type { Aws } from '../aws/aws.ts'
import { untilAnswered } from '../aws/until-answered.ts'
import { startCount } from '../config/task-counts.ts'
import type { Clock } from '../effects/clock.ts'
import { tasksText } from '../resources/whole-tasks.ts'
import type { Release } from '../state/release.ts'
import type { Live } from './live.ts'
import { isOver, listDeployments } from './live.ts'
import { setBounds } from './scaling-settings.ts'
import { quickConfiguration } from './strategy.ts'
import type { Target } from './target.ts'
import type { ReleaseWish } from './wish.ts'

/** Milliseconds for which the tasks of a failed start may be stopping. */
const emptying = 15 * 60_000
const interval = 5000

interface Surroundings {
  readonly aws: Aws
  readonly clock: Clock
}

/**
 * How many tasks a release has to start: as many as the config says, where the service runs none because its image or a
 * secret was missing until now. Undefined where it runs some, and where the config wants none.
 */
export function tasksToStart({ service, target }: Live): number | undefined {
  const count = startCount(target.config)
  return (service.desiredCount ?? 0) === 0 && count > 0 ? count : undefined
}

/** What is said, before it begins, of a release to a service without tasks. */
export function startNotes(
  { target: { name }, service }: Live,
  starts: number | undefined,
  { strategy, canaryPercent, steps, stepPercent, stepMinutes, bakeMinutes, until }: ReleaseWish,
): string[] {
  if (starts === undefined)
    return (service.desiredCount ?? 0) === 0
      ? [`${name}: desired count 0, as the config says: no task runs this version`]
      : []
  const ignored = [
    ...((strategy ?? 'ROLLING') === 'ROLLING' ? [] : ['--strategy']),
    ...(canaryPercent === undefined ? [] : ['--canary']),
    ...(steps === undefined ? [] : ['--steps']),
    ...(stepPercent === undefined ? [] : ['--step']),
    ...(stepMinutes === undefined ? [] : ['--step-minutes']),
    ...(bakeMinutes === undefined ? [] : ['--bake']),
    ...(until === undefined ? [] : ['--until']),
  ]
  if (ignored.length === 0) return []
  return [
    `${name}: this release starts ${tasksText(starts)} where none runs, so there is no traffic to shift: ${ignored.join(' and ')} ${ignored.length > 1 ? 'have' : 'has'} no effect on it`,
  ]
}

/** Has autoscaling keep the tasks that a release has started. Before that, AWS would start tasks of the old version. */
export async function keepStarted({ target }: Live, { aws, clock }: Surroundings): Promise<void> {
  const { scaling } = target.config
  if (scaling) await untilAnswered(() => setBounds(target, scaling, aws), clock)
}

/**
 * Takes a service back to no task, as it was before a release that was to start it. Harmless when repeated. Where ECS
 * does not go back by itself, it is given its version of before, and followed until none of its tasks is left.
 */
export async function backToNoTask(
  live: Live,
  { previous }: Pick<Release, 'previous'>,
  surroundings: Surroundings,
  version: 'put back' | 'left to ECS',
): Promise<void> {
  const { aws, clock } = surroundings
  const { cluster, serviceName, config } = live.target
  // Autoscaling would raise the count to its minimum again.
  if (config.scaling) {
    const { max } = config.scaling
    await untilAnswered(() => setBounds(live.target, { min: 0, max }, aws), clock)
  }
  await untilAnswered(
    () =>
      aws.ecs.updateService({
        cluster,
        service: serviceName,
        desiredCount: 0,
        ...(version === 'put back' && {
          taskDefinition: previous,
          deploymentConfiguration: quickConfiguration(live),
        }),
      }),
    clock,
  )
  if (version === 'put back') await untilEmpty(live.target, surroundings)
}

async function untilEmpty(target: Target, { aws, clock }: Surroundings): Promise<void> {
  const until = clock.monotonic() + emptying
  do {
    await clock.sleep(interval)
    const [{ services: [service] = [] }, deployments] = await Promise.all([
      aws.ecs.describeServices({ cluster: target.cluster, services: [target.serviceName] }),
      listDeployments(target, aws),
    ])
    const left = (service?.runningCount ?? 0) + (service?.pendingCount ?? 0)
    if (left === 0 && deployments.every(({ status }) => isOver(status))) return
  } while (clock.monotonic() < until)
}
