import { orAbsent } from '../aws/errors.ts'
import { ProvisionError } from '../errors.ts'
import type { Release } from '../state/release.ts'
import type { Begun } from './begin-release.ts'
import { beginRelease } from './begin-release.ts'
import { takeBackStart } from './end-release.ts'
import type { ReleaseEnd, ReleaseEnvironment } from './environment.ts'
import type { FollowEnvironment } from './follow-release.ts'
import { followOne } from './follow-release.ts'
import { tasksToStart } from './first-release.ts'
import { Follower } from './follower.ts'
import type { Live } from './live.ts'
import { resolveImage } from './image.ts'
import { imageIn, readLive } from './live.ts'
import type { ReleasePlan } from './plan.ts'
import { settingsOf } from './settings.ts'
import { quickConfiguration } from './strategy.ts'
import type { ReleaseWish } from './wish.ts'

/** Milliseconds for which a way back waits for the ledger. */
const ledgerPatience = 60_000

/** A way back is not tried out: nothing pauses it, and it may take its time. */
export const wayBack: ReleaseWish = {
  checks: [],
  pause: false,
  timeout: 60 * 60_000,
  acceptWeights: true,
  together: false,
  detach: false,
}

/** As `followOne`; a release whose checks did not pass at its end has to be undone, since ECS holds it to be over. */
export async function followToEnd(
  begun: Begun,
  wish: ReleaseWish,
  environment: FollowEnvironment,
): Promise<ReleaseEnd> {
  const end = await followOne(begun, wish, environment)
  if (!end.serves) return end
  const back = await restorePrevious(begun, 'a check did not pass', environment)
  return back.outcome === 'rolled-back' ? end : back
}

/** Brings back what ran before a release that ECS holds to be over. */
export async function restorePrevious(
  begun: Begun,
  why: string,
  environment: ReleaseEnvironment,
): Promise<ReleaseEnd> {
  const {
    live: { target },
    release,
  } = begun
  environment.say({ type: 'note', level: 'warning', message: `${target.name} goes back: ${why}` })
  if (release.starts !== undefined) return takeBackStart(begun, why, environment)
  const [live] = await readLive([target], environment.aws)
  const earlier = (await environment.book.read(target.name)).findLast(
    ({ taskDefinition, number }) => taskDefinition === release.previous && number < release.number,
  )
  const plan = await planOfReturn(live!, release.previous, earlier, environment)
  const end = await carryBack(plan, environment)
  return end.outcome === 'released' ? { ...end, outcome: 'rolled-back', why } : end
}

/**
 * The plan that brings a task definition of before back, with the settings of its release where they are known. Throws with
 * code `refused` where its image is no longer in ECR: ECS would go on trying to start tasks of it.
 */
export async function planOfReturn(
  live: Live,
  taskDefinition: string,
  earlier: Release | undefined,
  { aws, region, again }: Pick<ReleaseEnvironment, 'aws' | 'region' | 'again'>,
): Promise<ReleasePlan> {
  const { name } = live.target
  const found = await orAbsent(aws.ecs.describeTaskDefinition({ taskDefinition }))
  const before = found?.taskDefinition
  const hint = `provision rollout history ${name}${again} lists the releases; release an image that is there with provision rollout ${name}${again} --tag TAG`
  if (!before)
    throw new ProvisionError({
      code: 'refused',
      message: `${name} cannot go back to ${taskDefinition.split('/').at(-1)}: ECS no longer has that task definition`,
      hint,
    })
  const reference = earlier?.image ?? imageIn(before, name)
  await resolveImage(reference, { aws, region }).catch((error: unknown) => {
    if (!(error instanceof ProvisionError)) throw error
    throw new ProvisionError({
      code: 'refused',
      message: `${name} cannot go back to ${earlier ? `release ${earlier.number}` : reference}: ${error.message}`,
      hint,
      cause: error,
    })
  })
  return {
    live,
    image: {
      reference,
      ...(earlier?.digest && { digest: earlier.digest }),
      architectures: [],
    },
    // An `up` that changed the task definition has deregistered the one before, which no service may be given any more.
    taskDefinition: before.status !== 'ACTIVE' ? before : taskDefinition,
    configuration: quickConfiguration(live),
    settings: earlier?.settings ?? (await settingsOf(live, aws)),
    restores: earlier,
    starts: tasksToStart(live),
    command: undefined,
  }
}

/** Begins and follows a way back. */
export async function carryBack(plan: ReleasePlan, environment: ReleaseEnvironment): Promise<ReleaseEnd> {
  const book = await environment.book.open(ledgerPatience)
  let begun: Begun | ReleaseEnd
  try {
    begun = await beginRelease(plan, environment, book)
  } finally {
    await book.close()
  }
  if ('outcome' in begun) return begun
  return followOne(begun, wayBack, {
    ...environment,
    follower: new Follower(environment),
    barrier: undefined,
    pauses: 'answer',
  })
}
