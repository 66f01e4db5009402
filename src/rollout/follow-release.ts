import type { ServiceDeployment } from '@aws-sdk/client-ecs'
import { announcePause } from './announce.ts'
import type { Barrier } from './barrier.ts'
import type { Begun } from './begin-release.ts'
import { diagnose } from './diagnosis.ts'
import { endRelease, variablesOf } from './end-release.ts'
import type { ReleaseEnd, ReleaseEnvironment } from './environment.ts'
import { backToNoTask } from './first-release.ts'
import type { Follower, Subject } from './follower.ts'
import { isAnswerable, metricsGate } from './gate.ts'
import type { PauseEnvironment } from './pause.ts'
import { answerPause, isForPeople } from './pause.ts'
import { isBetweenSteps, takeStepsBack } from './traffic-steps.ts'
import { hasReached } from './until.ts'
import type { ReleaseWish } from './wish.ts'

export interface FollowEnvironment extends ReleaseEnvironment {
  readonly follower: Follower
  /** Where it waits for the other services of the release. */
  readonly barrier: Barrier | undefined
  /**
   * `watch`: someone else answers the pauses, and a wrong answer would move traffic. `leave`: stop following at the next
   * one. `join`: another run of the same command has made them; it may be dead or alive. `join-others`: the same, for one
   * of several services.
   */
  readonly pauses: 'answer' | 'watch' | 'leave' | 'join' | 'join-others'
  /** Pauses that have their answer already, by id. */
  readonly answered?: readonly string[]
}

/** Follows one release that has begun, whoever began it. */
export async function followOne(
  begun: Begun,
  wish: ReleaseWish,
  environment: FollowEnvironment,
): Promise<ReleaseEnd> {
  const { aws, tools, say, clock, follower, barrier, pauses, answered = [] } = environment
  const gate = metricsGate(begun, environment)
  const { live, release, deployment } = begun
  const variables = variablesOf(begun, environment)
  // ECS does not come by every pause in every service.
  let checked = false
  const answer = (now: ServiceDeployment, own: PauseEnvironment['own']) => {
    checked = true
    const { compare } = gate
    return answerPause(begun, wish, now, { aws, tools, say, variables, barrier, compare, own })
  }
  const answers = wish.checks.length > 0 || isAnswerable(begun, pauses === 'join-others')
  const seen = async (now: ServiceDeployment) => {
    if (isForPeople(now.lifecycleStage, release, wish))
      await announcePause(begun, now, undefined, environment)
    return 'wait' as const
  }
  const onPause: Record<FollowEnvironment['pauses'], Subject['onPause']> = {
    answer: now => answer(now, 'all'),
    // The checks of this command say as much as those of the other one.
    join: now => answer(now, answers ? 'all' : 'none'),
    'join-others': now => answer(now, answers ? 'all' : 'last'),
    watch: environment.notices && (now => seen(now)),
    leave: async () => 'leave',
  }
  // Where no checks were asked for, any command may take the steps: who has begun them may be dead.
  const steps = release.abortedBy === undefined && (wish.checks.length > 0 || !release.steps?.checked)
  const others = onPause[pauses]
  const onStep: Subject['onPause'] =
    release.steps && steps
      ? now => (isBetweenSteps(begun, now) ? answer(now, 'all') : (others?.(now) ?? Promise.resolve('wait')))
      : others
  if (pauses === 'watch' && release.steps && !steps && release.abortedBy === undefined)
    say({
      type: 'note',
      level: 'warning',
      message: `${live.target.name}: checks have to pass before each step of this release; with --verify or --http this command takes them where nobody else does`,
    })
  let explained: string[] = []
  const following = follower.follow({
    name: live.target.name,
    deployment,
    deadline: clock.monotonic() + wish.timeout,
    onPause: onStep,
    // The first version of a service has no traffic to move: it is followed to its end.
    ...(wish.until !== undefined &&
      release.starts === undefined && { isFarEnough: now => hasReached(now, wish.until!) }),
    answered,
    onGoingBack: async now => {
      gate.stop()
      await takeStepsBack(begun, now, { aws, clock })
      explained = await diagnose(live, release.taskDefinition, aws)
      // What ECS goes back to has never run, and its image may be missing: ECS would start its tasks for ever.
      if (release.starts !== undefined) await backToNoTask(live, release, { aws, clock }, 'left to ECS')
    },
  })
  const ended = await following.finally(gate.stop)
  return endRelease(begun, ended, wish, environment, { explained, checked, why: gate.why() })
}
