import type { Release } from '../state/release.ts'
import { announceEnd, announcePause } from './announce.ts'
import type { Begun } from './begin-release.ts'
import { diagnose } from './diagnosis.ts'
import { endpointOfService } from './endpoint.ts'
import type { ReleaseEnd, ReleaseEnvironment } from './environment.ts'
import { backToNoTask } from './first-release.ts'
import type { Ended } from './follower.ts'
import { readLive } from './live.ts'
import type { Verdict } from './outcome.ts'
import { verdictOn } from './outcome.ts'
import { runChecks } from './pause.ts'
import { leaveScaling, record } from './record-end.ts'
import { takeStepsBack } from './traffic-steps.ts'
import type { Until } from './until.ts'
import { reachedText } from './until.ts'
import { whatIsWrong, whatIsWrongInTest } from './verify.ts'
import type { ReleaseWish } from './wish.ts'

/** What is known of a release besides how ECS ended it. */
interface Story {
  /** Why it went back, as far as that could be seen when it began to. */
  readonly explained: readonly string[]
  /** The checks were run at a pause. */
  readonly checked: boolean
  /** What the comparison of both versions' metrics came to, where they did not pass. */
  readonly why: string | undefined
}

/** What a release that ECS has ended, or that was left, has come to; verified, recorded and told. */
export async function endRelease(
  begun: Begun,
  ended: Ended,
  wish: ReleaseWish,
  environment: ReleaseEnvironment,
  { explained, checked, why }: Story,
): Promise<ReleaseEnd> {
  const { live } = begun
  const { name } = live.target
  const release = { ...begun.release, ...(await abortOf(begun, ended, environment)) }
  if (ended.left) {
    // Nobody follows it now, and people may take hours.
    await leaveScaling({ ...begun, release }, environment)
    if (ended.reached && wish.until !== undefined)
      return tell(release, name, await reachedEnd(begun, ended, wish.until, environment), environment)
    const paused = pausedEnd(name, environment)
    await announcePause(begun, ended.deployment, why ?? paused.why, environment)
    return tell(release, name, why === undefined ? paused : { ...paused, why }, environment)
  }
  await takeStepsBack(begun, ended.deployment, environment)
  const judgement = withoutReturn(
    release,
    ended,
    await judged({ ...begun, release }, ended, wish, environment, checked),
  )
  const verdict = judgement.outcome === 'gate-failed' && why !== undefined ? { ...judgement, why } : judgement
  // What was asked for needs no explanation.
  const sound = verdict.outcome === 'released' || verdict.outcome === 'aborted'
  const details = sound
    ? []
    : explained.length > 0
      ? explained
      : await diagnose(live, release.taskDefinition, environment.aws)
  const { configuration: _, ...rest } = release
  const finished: Release = {
    ...rest,
    finished: environment.clock.now(),
    outcome: verdict.outcome,
    ...(verdict.why !== undefined && { why: verdict.why }),
  }
  if (verdict.outcome !== 'released') await undoStart(begun, verdict.outcome, environment)
  const isFirst = await record(begun, finished, 'end', environment)
  const next = nextAfter(verdict, finished, name, environment.again)
  const end = tell(finished, name, { ...verdict, details, next }, environment)
  if (isFirst) announceEnd(finished, end, ended.deployment.lifecycleStage, environment)
  const serves = verdict.outcome === 'gate-failed' && ended.deployment.status === 'SUCCESSFUL'
  // A restart has no other version to go back to, and neither has a service that ran no task.
  const hasReturn = release.starts === undefined && release.previous !== release.taskDefinition
  return serves && hasReturn ? { ...end, serves } : end
}

/** Another run may have been asked to abort it: the ledger says by whom. */
async function abortOf(
  { live, release }: Begun,
  { deployment, left }: Ended,
  { book }: Pick<ReleaseEnvironment, 'book'>,
): Promise<Pick<Release, 'abortedBy'>> {
  if (left || deployment.status !== 'ROLLBACK_SUCCESSFUL' || release.abortedBy !== undefined) return {}
  // A ledger that cannot be read does not keep a release from its end.
  const known = await book.read(live.target.name).catch(() => [])
  const { abortedBy } = known.find(({ number }) => number === release.number) ?? {}
  return abortedBy === undefined ? {} : { abortedBy }
}

async function judged(
  begun: Begun,
  { deployment, cause }: Ended,
  wish: ReleaseWish,
  environment: ReleaseEnvironment,
  checked: boolean,
): Promise<Verdict> {
  const { live, release } = begun
  const verdict = verdictOn(deployment, cause, release.abortedBy)
  if (verdict.outcome !== 'released') return verdict
  const wrong = await whatIsWrong(live, release.taskDefinition, deployment, environment)
  if (wrong !== undefined) return { outcome: 'failed', why: `ECS calls it successful, but ${wrong}` }
  // A rolling deployment has no pause at which the new version alone could be asked, so it is asked now; so is any other
  // one in which nothing was checked: what was to be checked and was not is no success.
  if (checked || wish.checks.length === 0) return verdict
  const endpoint = await endpointOfService(environment.aws, live.service, live.target.domain)
  const variables = variablesOf(begun, environment)
  return (await runChecks(live, wish, endpoint, variables, environment))
    ? verdict
    : { outcome: 'gate-failed', why: 'a check did not pass' }
}

/** Where no task ran before, there is no version that a failed release could have gone back to. */
function withoutReturn({ starts }: Release, { cause }: Ended, verdict: Verdict): Verdict {
  const { outcome, why } = verdict
  const isAsked = cause !== undefined
  return starts !== undefined && outcome === 'rolled-back' && !isAsked ? { outcome: 'failed', why } : verdict
}

/** A release that was to start the service and did not end well leaves no task; unless another one is at work. */
async function undoStart(
  { live, release }: Begun,
  outcome: Verdict['outcome'],
  { aws, clock }: ReleaseEnvironment,
): Promise<void> {
  if (release.starts === undefined || outcome === 'superseded') return
  const [now] = await readLive([live.target], aws)
  if ((now!.service.desiredCount ?? 0) === 0) return
  const stays = now!.service.taskDefinition === release.taskDefinition
  await backToNoTask(now!, release, { aws, clock }, stays ? 'put back' : 'left to ECS')
}

/** What a check may want to know, by variable. */
export function variablesOf(
  { live, release }: Begun,
  { stack, environment }: Pick<ReleaseEnvironment, 'stack' | 'environment'>,
): Record<string, string> {
  return {
    PROVISION_STACK: stack,
    PROVISION_ENVIRONMENT: environment,
    PROVISION_SERVICE: live.target.name,
    PROVISION_IMAGE: release.image,
    PROVISION_RELEASE: String(release.number),
    ...(release.digest && { PROVISION_DIGEST: release.digest }),
  }
}

/** Takes back a start that went well, because of something else; recorded as the end of its release. */
export async function takeBackStart(
  begun: Begun,
  why: string,
  environment: ReleaseEnvironment,
): Promise<ReleaseEnd> {
  const { name } = begun.live.target
  const { configuration: _, ...rest } = begun.release
  const verdict = { outcome: 'rolled-back', why } as const
  const finished: Release = { ...rest, finished: environment.clock.now(), ...verdict }
  await undoStart(begun, verdict.outcome, environment)
  await record(begun, finished, 'taken back', environment)
  const next = nextAfter(verdict, finished, name, environment.again)
  const end = tell(finished, name, { ...verdict, details: [], next }, environment)
  announceEnd(finished, end, undefined, environment)
  return end
}

function tell(
  { number, image, started, action, starts }: Release,
  service: string,
  what: Pick<ReleaseEnd, 'outcome' | 'why' | 'details' | 'next' | 'reached'>,
  { say, clock }: ReleaseEnvironment,
): ReleaseEnd {
  const took = clock.now() - started
  const more = { ...(action && { action }), ...(starts !== undefined && { starts }) }
  const end: ReleaseEnd = { service, number, image, took, ...more, ...what }
  say({ type: 'release.finished', ...end })
  return end
}

/** Of a release that was to be followed to a stage only: looked at like one that is over, as far as it has come. */
async function reachedEnd(
  { live, release }: Begun,
  { deployment }: Ended,
  until: Until,
  environment: ReleaseEnvironment,
): Promise<Pick<ReleaseEnd, 'outcome' | 'why' | 'details' | 'next' | 'reached'>> {
  const { name } = live.target
  const { why, next } = reachedText(name, until, deployment, environment.again)
  const look = until === 'test-traffic' ? whatIsWrongInTest : whatIsWrong
  const wrong = await look(live, release.taskDefinition, deployment, environment)
  if (wrong === undefined) return { outcome: 'running', why, details: [], next, reached: until }
  const details = await diagnose(live, release.taskDefinition, environment.aws)
  return { outcome: 'failed', why: `it has come to ${until}, but ${wrong}; it goes on in ECS`, details, next }
}

export function pausedEnd(
  name: string,
  { again }: Pick<ReleaseEnvironment, 'again'>,
): Pick<ReleaseEnd, 'outcome' | 'why' | 'details' | 'next'> {
  return {
    outcome: 'running',
    why: 'ECS waits for an answer, and rolls back if none comes in time',
    details: [],
    next: `provision rollout continue ${name}${again}, or provision rollout abort ${name}${again}`,
  }
}

function nextAfter({ outcome }: Verdict, { action, starts }: Release, name: string, again: string): string {
  if (starts !== undefined && outcome === 'aborted')
    return `no task of ${name} runs, as before; provision rollout ${name}${again} with --image or --tag releases again`
  if (starts !== undefined && outcome !== 'superseded')
    return outcome === 'released'
      ? `provision rollout status ${name}${again} shows what runs`
      : `no task of ${name} runs, as before; fix the cause and release again`
  if (action === 'restart' && (outcome === 'released' || outcome === 'failed'))
    return `provision rollout status ${name}${again} shows what runs`
  if (action === 'restart' && ['rolled-back', 'gate-failed', 'timed-out', 'aborted'].includes(outcome))
    return `${name} runs the version that it ran before; fix the cause, then provision restart ${name}${again}`
  switch (outcome) {
    case 'released':
      return `provision rollout rollback ${name}${again} brings back the version of before`
    case 'superseded':
      return `provision rollout attach ${name}${again} follows the deployment that took its place`
    case 'failed':
      return `look at provision rollout status ${name}${again}; provision rollout rollback ${name}${again} brings back the version of before`
    case 'aborted':
      return `${name} runs the previous version; provision rollout ${name}${again} with --image or --tag releases again`
    case 'stopped':
      return `provision rollout status ${name}${again} shows what runs; release again when that is right`
    default:
      return `${name} runs the version of before; mend the cause and release again`
  }
}
