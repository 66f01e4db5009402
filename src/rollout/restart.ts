import { describeServices } from '../kinds/ecs/describe.ts'
import type { Aws } from '../aws/aws.ts'
import { ProvisionError } from '../errors.ts'
import { gatesOf } from './analysis.ts'
import type { Begun } from './begin-release.ts'
import { beginRelease } from './begin-release.ts'
import type { OpenBook } from './book.ts'
import type { ReleaseEnd, ReleaseEnvironment } from './environment.ts'
import { Follower } from './follower.ts'
import type { FollowEnvironment } from './follow-release.ts'
import type { Image } from './image.ts'
import { resolveImage } from './image.ts'
import type { Live } from './live.ts'
import { imagesPulled, ownContainer, readLive } from './live.ts'
import type { Planned, PlanEnvironment, ReleasePlan } from './plan.ts'
import { asOne } from './plan.ts'
import { preflight } from './preflight.ts'
import { detachedEnd } from './release.ts'
import { followToEnd } from './restore.ts'
import { settingsOf } from './settings.ts'
import { configurationFor } from './strategy.ts'
import { suspendsScaling } from './suspended-scaling.ts'
import type { Target } from './target.ts'
import { underWay } from './under-way.ts'
import { trafficSteps } from './wanted-steps.ts'
import type { ReleaseWish } from './wish.ts'

export type PlannedRestarts = Omit<Planned, 'unchanged'>

/**
 * Looks at everything before the first service is touched: new tasks of the version that each of them runs, by its own
 * strategy. A release that is under way starts new tasks as well, and is followed instead. Throws with code `refused` and
 * all reasons at once.
 */
export async function planRestarts(
  targets: readonly Target[],
  wish: ReleaseWish,
  environment: PlanEnvironment,
): Promise<PlannedRestarts> {
  const lives = await readLive(targets, environment.aws)
  const refusals: ProvisionError[] = []
  const notes: string[] = []
  const planned = await Promise.all(
    lives.map(async live => {
      try {
        return (await underWay(live, environment)) ?? (await planOf(live, wish, environment, notes))
      } catch (error) {
        if (!(error instanceof ProvisionError)) throw error
        refusals.push(error)
        return undefined
      }
    }),
  )
  if (refusals.length > 0) throw asOne(refusals)
  return {
    plans: planned.flatMap(one => (one && 'image' in one ? [one] : [])),
    attached: planned.flatMap(one => (one && 'deployment' in one ? [one] : [])),
    notes,
  }
}

async function planOf(
  live: Live,
  wish: ReleaseWish,
  environment: PlanEnvironment,
  notes: string[],
): Promise<ReleasePlan> {
  const { aws, again } = environment
  const { name } = live.target
  if ((live.service.desiredCount ?? 0) === 0)
    throw new ProvisionError({
      code: 'refused',
      message: `${name} has desired count 0: there is no task to restart`,
      hint: `provision up${again} starts it when what it waits for is there`,
    })
  const image = await runningImage(live, environment)
  const [told, settings] = await Promise.all([
    // The version runs already, whatever has been found in its image since.
    preflight(live, image, { ...wish, scan: 'off' }, environment),
    settingsOf(live, aws),
  ])
  notes.push(...told)
  const configuration = configurationFor(live, wish, false)
  const isPinned = image.reference !== live.image
  return {
    live,
    image,
    action: 'restart',
    // A revision that was deregistered goes on running, and no service may be given it any more.
    taskDefinition:
      isPinned || live.taskDefinition.status !== 'ACTIVE'
        ? live.taskDefinition
        : live.taskDefinition.taskDefinitionArn!,
    configuration,
    suspends: !wish.detach && suspendsScaling(live.target, configuration.strategy),
    steps: trafficSteps(live, wish),
    settings,
    restores: undefined,
    starts: undefined,
    command: undefined,
    gates: gatesOf(live, wish),
  }
}

/**
 * What the tasks run. New tasks of a tag would run what the tag means by now: where that is another image, they are given
 * the one that runs by its digest.
 */
async function runningImage(live: Live, { aws, region }: PlanEnvironment): Promise<Image> {
  const { image: reference, target } = live
  const same: Image = { reference, architectures: [] }
  if (reference.includes('@')) return { ...same, digest: reference.split('@')[1]! }
  const digest = await runningDigest(live, aws)
  const now = await resolveImage(reference, { aws, region }).catch((error: unknown) => {
    if (error instanceof ProvisionError) return undefined
    throw error
  })
  if (now?.digest === undefined)
    return {
      ...same,
      ...(now && { note: `${reference} is a tag: new tasks run what its registry has under it now` }),
    }
  if (digest === undefined || now.digest === digest) return { ...same, digest: now.digest }
  return {
    reference: `${now.reference.split('@')[0]}@${digest}`,
    digest,
    architectures: [],
    note: `${reference} is another image by now, and the new tasks get the one that runs; provision rollout ${target.name} --image ${reference} releases the other one`,
  }
}

/** What ECS has pulled for the service's own container. */
async function runningDigest(
  { service, taskDefinition, target }: Live,
  aws: Aws,
): Promise<string | undefined> {
  const own = ownContainer(taskDefinition, target.name)?.name
  const pulled = await imagesPulled(service, aws)
  return pulled.find(({ containerName }) => containerName === own)?.imageDigest
}

/**
 * Begins planned restarts with the book that is open, and follows them and those that are under way to their end. Each
 * service goes its own way: what fails in one of them says nothing of the version that all of them ran before.
 */
export async function restart(
  { plans, attached }: Pick<PlannedRestarts, 'plans' | 'attached'>,
  wish: ReleaseWish,
  environment: ReleaseEnvironment,
  book: OpenBook,
): Promise<ReleaseEnd[]> {
  const follower = new Follower(environment)
  const follow = (one: Begun, pauses: FollowEnvironment['pauses']) =>
    wish.detach
      ? Promise.resolve(detachedEnd(one, environment))
      : followToEnd(one, wish, { ...environment, follower, barrier: undefined, pauses })
  const ends: Promise<ReleaseEnd>[] = []
  let failure: unknown
  try {
    for (const plan of plans) {
      const begun = await beginRelease(plan, environment, book)
      ends.push('outcome' in begun ? Promise.resolve(begun) : follow(begun, 'answer'))
    }
  } catch (error) {
    failure = error
  } finally {
    // Those that end write that down themselves.
    await book.close()
  }
  ends.push(...attached.map(one => follow(one, 'join')))
  const settled = await Promise.allSettled(ends)
  for (const one of settled) if (one.status === 'rejected') throw one.reason
  if (failure !== undefined) throw failure
  return settled.flatMap(one => (one.status === 'fulfilled' ? [one.value] : []))
}

/** Those of them that have tasks, or are about to have them. */
export async function withTasks(targets: readonly Target[], aws: Aws): Promise<Target[]> {
  const wanted = targets.map(({ cluster: clusterArn, serviceName }) => ({ clusterArn, serviceName }))
  const found = await describeServices(wanted, [], aws)
  return targets.filter(
    (_target, index) => found[index]?.status === 'ACTIVE' && (found[index].desiredCount ?? 0) > 0,
  )
}
