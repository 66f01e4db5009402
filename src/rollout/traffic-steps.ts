import type { ServiceDeployment } from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/aws.ts'
import { untilAnswered } from '../aws/until-answered.ts'
import type { Clock } from '../effects/clock.ts'
import type { RunEvent } from '../events/event.ts'
import { ringingAlarms } from './alarms.ts'
import type { Begun } from './begin-release.ts'
import type { Answer } from './follower.ts'
import type { PauseEnvironment } from './pause.ts'
import { isGoingBack, pausesOf, shareOf } from './progress.ts'
import { readNewShare, setNewShare } from './traffic.ts'
import { newTargetGroups } from './verify.ts'

/** True where ECS waits before its first step, or between its first step and its last one. */
export function isBetweenSteps({ release }: Begun, now: ServiceDeployment): boolean {
  // ECS reports the hook's stage under the name of the stage that follows it.
  const before = ['PRE_PRODUCTION_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT']
  return release.steps !== undefined && before.includes(now.lifecycleStage ?? '') && pausesOf(now).length > 0
}

export interface StepsEnvironment {
  readonly aws: Aws
  readonly clock: Clock
  readonly signal?: AbortSignal | undefined
  readonly say: (event: RunEvent) => void
  /** Runs the checks with that share of the traffic, in percent, on the new version. */
  readonly check: (share: number) => Promise<boolean>
  /** Compares the metrics of both versions; undefined where that is no gate of this release. */
  readonly compare: PauseEnvironment['compare']
}

/**
 * Moves production traffic from step to step, each for its minutes, from the share that the rule has now, and lets ECS
 * take the last step. A run that was killed is continued like this; of two that follow the same release, one finds that
 * the other has taken a step and gives it its whole time. Before each step the checks have to pass, and no alarm of the
 * deployment may have gone off since the release began.
 */
export async function takeSteps(
  { live, release }: Begun,
  now: ServiceDeployment,
  { aws, clock, signal, say, check, compare }: StepsEnvironment,
): Promise<Answer> {
  const { ends, target } = live
  const { steps } = release
  const began = now.createdAt?.getTime() ?? release.started
  const [group] = await newTargetGroups(now, aws)
  if (!ends || !steps || group === undefined) return 'continue'
  const { shares, minutes } = steps
  const wait = () => clock.sleep(minutes * 60_000, signal)
  let share = await readNewShare(aws, ends, group)
  if (share === undefined) return 'continue'
  // ECS has given its own step its time already.
  if (share !== shares[0]) await wait()
  for (;;) {
    const found = await readNewShare(aws, ends, group)
    if (!isWaiting(await look(now, aws), now)) return 'wait'
    if (found !== share) {
      if (found === undefined || !shares.includes(found)) {
        const message = `${target.name}: the weights of its production rule were changed outside the release: ${found} % on the new version, where the release had set ${share} %`
        say({ type: 'note', level: 'warning', message })
        return 'leave'
      }
      share = found
      await wait()
      continue
    }
    if (!(await check(share))) return 'rollback'
    const compared = compare ? await compare(now) : 'passed'
    if (compared !== 'passed') return compared
    const ringing = await ringingAlarms(now.deploymentConfiguration ?? {}, began, aws)
    if (ringing.length > 0) {
      const message = `${target.name}: ${ringing.join(', ')} went off with ${share} % of the traffic on the new version: rolling back`
      say({ type: 'note', level: 'warning', message })
      return 'alarm'
    }
    const next = shares.find(one => one > (share ?? 0)) ?? 100
    if (next >= 100) return 'continue'
    // The checks may have taken long, and ECS may have gone back meanwhile.
    if (!isWaiting(await look(now, aws), now)) return 'wait'
    await untilAnswered(() => setNewShare(aws, ends, { group, percent: next }), clock)
    const after = await look(now, aws)
    if (!isWaiting(after, now)) {
      // ECS has moved the traffic at the same moment: what it has asked for counts.
      const percent = isGoingBack(after) ? 0 : shareOf(after)
      await untilAnswered(() => setNewShare(aws, ends, { group, percent }), clock)
      return 'wait'
    }
    share = next
    const { name: service } = target
    const then = shares.find(one => one > next) ?? 100
    const reason = `${share} % of production traffic on the new version; ${then} % after ${minutes} min`
    say({ type: 'release.stage', service, stage: 'PRODUCTION_TRAFFIC_SHIFT', status: 'IN_PROGRESS', share })
    say({ type: 'release.waiting', service, reason })
    await wait()
  }
}

async function look({ serviceDeploymentArn }: ServiceDeployment, aws: Aws): Promise<ServiceDeployment> {
  const { serviceDeployments: [now] = [] } = await aws.ecs.describeServiceDeployments({
    serviceDeploymentArns: [serviceDeploymentArn!],
  })
  return now ?? {}
}

/** True while ECS waits at the pause that it waited at before. */
function isWaiting(now: ServiceDeployment, before: ServiceDeployment): boolean {
  const waits = pausesOf(now).map(({ hookId }) => hookId)
  return !isGoingBack(now) && pausesOf(before).every(({ hookId }) => waits.includes(hookId))
}

/**
 * Gives the previous version all the traffic again, where a step has left the new one a share of it while ECS goes back
 * or has gone back. ECS sets the weights as well; that it does so where it has not set them itself is not documented.
 */
export async function takeStepsBack(
  { live: { ends }, release }: Begun,
  now: ServiceDeployment,
  { aws, clock }: Pick<StepsEnvironment, 'aws' | 'clock'>,
): Promise<void> {
  if (!ends || !release.steps) return
  if (!isGoingBack(now) && now.status !== 'ROLLBACK_SUCCESSFUL') return
  const [group] = await newTargetGroups(now, aws)
  const share = group === undefined ? undefined : await readNewShare(aws, ends, group)
  if (group === undefined || share === undefined || share === 0 || share === 100) return
  await untilAnswered(() => setNewShare(aws, ends, { group, percent: 0 }), clock)
}
