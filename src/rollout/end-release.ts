import type { DeploymentConfiguration } from '@aws-sdk/client-ecs'
import { untilAnswered } from '../aws/until-answered.ts'
import { canonical } from '../resources/json.ts'
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
import { whatIsWrong } from './verify.ts'
import type { ReleaseWish } from './wish.ts'

/** Milliseconds for which the end of a release waits for the ledger. */
const ledgerPatience = 60_000

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
    const paused = pausedEnd(name, environment)
    await announcePause(begun, ended.deployment, why ?? paused.why, environment)
    return tell(release, name, why === undefined ? paused : { ...paused, why }, environment)
  }
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
  const endpoint = await endpointOfService(environment.aws, live.service)
  const variables = {
    ...variablesOf(begun, environment),
    ...(endpoint && { PROVISION_URL: endpoint.url }),
  }
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

/** The pauses and percentages of one release are not the service's: the next `up` must not find them. */
async function giveBackConfiguration(
  { live, release }: Begun,
  { aws, clock, say }: ReleaseEnvironment,
): Promise<void> {
  const { cluster, serviceName, name } = live.target
  const wanted = release.configuration as DeploymentConfiguration | undefined
  if (!wanted) return
  try {
    const { services: [now] = [] } = await aws.ecs.describeServices({ cluster, services: [serviceName] })
    if (canonical(now?.deploymentConfiguration ?? {}) === canonical(wanted)) return
    const given = { cluster, service: serviceName, deploymentConfiguration: wanted }
    await untilAnswered(() => aws.ecs.updateService(given), clock)
  } catch (error) {
    say({
      type: 'note',
      level: 'warning',
      message: `${name} keeps the deployment configuration of this release (${(error as Error).message}): provision up gives it its own again`,
    })
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

/** Under the ledger's lock, since it changes the service. True where this end has not been told by anybody before. */
async function record(
  begun: Begun,
  release: Release,
  notice: 'end' | 'taken back',
  environment: ReleaseEnvironment,
): Promise<boolean> {
  const { book, say, notices } = environment
  const { name } = begun.live.target
  try {
    const open = await book.open(ledgerPatience)
    try {
      await giveBackConfiguration(begun, environment)
      const { notices: told = [] } = open.of(name).find(({ number }) => number === release.number) ?? {}
      const isFirst = release.number > 0 && !told.includes(notice)
      const all = isFirst ? [...told, notice] : told
      if (release.number > 0) await open.put(name, { ...release, ...(notices && { notices: all }) })
      const undone = release.outcome !== 'released' && release.outcome !== 'superseded'
      if (release.starts !== undefined && undone) await open.putTasks(begun.live.target, 'none')
      return isFirst
    } finally {
      await open.close()
    }
  } catch (error) {
    say({
      type: 'note',
      level: 'warning',
      message: `the end of this release of ${name} is not in the ledger (${(error as Error).message}); provision rollout history ${name} has it from ECS`,
    })
    return true
  }
}

function tell(
  { number, image, started, action }: Release,
  service: string,
  what: Pick<ReleaseEnd, 'outcome' | 'why' | 'details' | 'next'>,
  { say, clock }: ReleaseEnvironment,
): ReleaseEnd {
  const took = clock.now() - started
  const end: ReleaseEnd = { service, number, image, took, ...(action && { action }), ...what }
  say({ type: 'release.finished', ...end })
  return end
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
