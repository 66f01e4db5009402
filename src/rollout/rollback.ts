import { ProvisionError } from '../errors.ts'
import type { Release } from '../state/release.ts'
import type { ReleaseEnd, ReleaseEnvironment } from './environment.ts'
import { Follower } from './follower.ts'
import { followOne } from './follow-release.ts'
import type { Live } from './live.ts'
import { readLive } from './live.ts'
import { carryBack, planOfReturn, wayBack } from './restore.ts'
import type { Target } from './target.ts'
import { underWay } from './under-way.ts'
import { whatIsWrongBefore } from './verify.ts'

/** Milliseconds for which an abort waits for the ledger: its effect on the traffic is not to be late. */
const abortPatience = 5000

/**
 * Ends the release that is under way: while the old version still runs this is one call, and takes effect at once.
 * Throws with code `refused` when none is.
 */
export async function abort(target: Target, environment: ReleaseEnvironment): Promise<ReleaseEnd> {
  const { aws, by, say, again } = environment
  const [live] = await readLive([target], aws)
  const begun = await underWay(live!, environment)
  if (!begun)
    throw new ProvisionError({
      code: 'refused',
      message: `no release of ${target.name} is under way`,
      hint: `provision rollout rollback ${target.name} brings back the version before the last release`,
    })
  const release = { ...begun.release, abortedBy: by }
  await announceAbort(target, release, environment)
  const follower = new Follower(environment)
  const end = followOne({ ...begun, release }, wayBack, {
    ...environment,
    follower,
    barrier: undefined,
    pauses: 'watch',
  })
  end.catch(() => undefined)
  await follower.rollBack(target.name, 'aborted')
  const { outcome } = await end
  if (outcome === 'released')
    say({
      type: 'note',
      level: 'warning',
      message: `the release of ${target.name} was over before it could be aborted; provision rollout rollback ${target.name}${again} brings back the previous version`,
    })
  // Where no task ran before, none is left, and there is no version that could be looked at.
  if (outcome !== 'aborted' || release.previous === '' || release.starts !== undefined) return end
  const wrong = await whatIsWrongBefore(live!, release.previous, environment)
  if (wrong === undefined) return end
  say({ type: 'note', level: 'warning', message: `${target.name} is aborted, but ${wrong}` })
  return { ...(await end), outcome: 'failed', why: wrong }
}

/** Written down before ECS is told: whoever follows the release learns by it that this end was asked for. */
async function announceAbort(
  { name }: Target,
  release: Release,
  { book, say }: ReleaseEnvironment,
): Promise<void> {
  if (release.number === 0) return
  try {
    const open = await book.open(abortPatience)
    try {
      await open.put(name, release)
    } finally {
      await open.close()
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const message = `who aborts the release of ${name} is not in the ledger (${why}): others that follow it see it rolled back`
    say({ type: 'note', level: 'warning', message })
  }
}

/**
 * Brings back a release as a whole. Without a number: ends what is under way, else brings back what ran before the last
 * release. Throws with code `refused` when there is nothing to go back to.
 */
export async function rollBack(
  target: Target,
  to: number | undefined,
  environment: ReleaseEnvironment,
): Promise<ReleaseEnd> {
  const { aws, book } = environment
  const [live] = await readLive([target], aws)
  if (live!.running && to === undefined) return abort(target, environment)
  if (live!.running)
    throw new ProvisionError({
      code: 'refused',
      message: `a release of ${target.name} is under way`,
      hint: `end it first: provision rollout abort ${target.name}`,
    })
  const known = await book.read(target.name)
  const earlier = to === undefined ? undefined : numbered(known, to, target)
  const taskDefinition = earlier?.taskDefinition ?? (await before(live!, known, aws))
  if (!taskDefinition)
    throw new ProvisionError({
      code: 'refused',
      message: `nothing is known of what ${target.name} ran before`,
      hint: `release the image you want: provision rollout ${target.name} --image …`,
    })
  const release =
    earlier ?? known.findLast(one => one.taskDefinition === taskDefinition && one.outcome === 'released')
  return carryBack(await planOfReturn(live!, taskDefinition, release, environment), environment)
}

function numbered(known: readonly Release[], to: number, { name }: Target): Release {
  const found = known.find(({ number }) => number === to)
  if (found?.outcome === 'released') return found
  const good = known.filter(({ outcome }) => outcome === 'released').map(({ number }) => number)
  throw new ProvisionError({
    code: 'refused',
    message: found
      ? `release ${to} of ${name} was never good: it ended as ${found.outcome}`
      : `release ${to} of ${name} is not known`,
    hint: good.length > 0 ? `the good ones are ${good.join(', ')}` : `see provision rollout history ${name}`,
  })
}

/** By the ledger, else by ECS's own list: what ran before what runs now. */
async function before(
  { service, deployments }: Live,
  known: readonly Release[],
  aws: ReleaseEnvironment['aws'],
): Promise<string | undefined> {
  const now = service.taskDefinition
  const last = known.findLast(
    // A restart ran the same before.
    ({ taskDefinition, outcome, previous }) =>
      taskDefinition === now && outcome === 'released' && previous !== now,
  )
  // What `up` made at zero tasks has never run.
  const isFirst = !known.some(({ outcome, number }) => outcome === 'released' && number < (last?.number ?? 0))
  if (last?.starts !== undefined && isFirst) return undefined
  if (last?.previous) return last.previous
  const revisions = deployments
    .filter(({ status }) => status === 'SUCCESSFUL')
    .flatMap(({ targetServiceRevisionArn }) => targetServiceRevisionArn ?? [])
    .slice(0, 20)
  if (revisions.length === 0) return undefined
  const { serviceRevisions = [] } = await aws.ecs.describeServiceRevisions({ serviceRevisionArns: revisions })
  return serviceRevisions
    .toSorted((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0))
    .find(({ taskDefinition }) => taskDefinition !== now)?.taskDefinition
}
