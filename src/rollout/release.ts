import { Barrier } from './barrier.ts'
import type { Begun } from './begin-release.ts'
import { beginRelease } from './begin-release.ts'
import type { OpenBook } from './book.ts'
import type { ReleaseEnd, ReleaseEnvironment } from './environment.ts'
import { Follower } from './follower.ts'
import type { FollowEnvironment } from './follow-release.ts'
import type { Planned } from './plan.ts'
import { followToEnd, restorePrevious } from './restore.ts'
import type { ReleaseWish } from './wish.ts'

/** Milliseconds for which a later service of a release waits for the ledger. */
const ledgerPatience = 5 * 60_000

interface Running {
  readonly begun: Begun
  readonly end: Promise<ReleaseEnd>
}

/**
 * Carries out planned releases, the first of them with the book that is open, and follows them to their end, together with
 * those that are under way already. Those of several services begin in order and go back together. Resolves however they end; rejects with `Interrupted` when
 * nobody wants to follow any longer, and with AWS's error when one could not begin.
 */
export async function release(
  { plans, attached }: Pick<Planned, 'plans' | 'attached'>,
  wish: ReleaseWish,
  environment: ReleaseEnvironment,
  book: OpenBook,
): Promise<ReleaseEnd[]> {
  const expected = plans.length + attached.length
  const barrier = expected > 1 ? new Barrier(expected) : undefined
  const follower = new Follower(environment)
  const running: Running[] = []
  let failed = false
  const failAll = async () => {
    failed = true
    barrier?.fail()
    await Promise.all(running.map(({ begun }) => follower.rollBack(begun.live.target.name, 'others-failed')))
  }

  const follow = async (begun: Begun, pauses: FollowEnvironment['pauses']) => {
    const { name } = begun.live.target
    const end = followToEnd(begun, wish, { ...environment, follower, barrier, pauses })
    const watched = end.then(async result => {
      if (barrier && result.outcome !== 'released' && !failed) await failAll()
      // A rolling deployment has no pause at which it could wait for the others.
      if (result.outcome === 'released') void barrier?.arrive(name)
      return result
    })
    // Awaited below; until then an early failure must not count as unhandled.
    watched.catch(() => undefined)
    running.push({ begun, end: watched })
    // The next one depends on this: it begins when this one has all its traffic, or is over.
    if (barrier && running.length < expected) await Promise.race([watched, barrier.arrival(name)])
  }

  // Following needs no lock, and who has begun these may need it.
  if (attached.length > 0) await book.close()
  for (const begun of attached) {
    if (wish.detach) return [detachedEnd(begun, environment)]
    await follow(begun, wish.together ? 'join-others' : 'join')
  }
  for (const plan of failed ? [] : plans) {
    const open = running.length === 0 ? book : await environment.book.open(ledgerPatience)
    let begun: Begun | ReleaseEnd | undefined
    let failure: unknown
    try {
      begun = await beginRelease(plan, environment, open)
    } catch (error) {
      if (running.length === 0) throw error
      failure = error
    } finally {
      // Those that go back now write down their ends themselves.
      await open.close()
    }
    if (!begun) {
      await failAll()
      await Promise.all(running.map(({ end }) => end))
      await takeBack(running, environment)
      throw failure
    }
    if ('outcome' in begun) {
      await failAll()
      const ends = await Promise.all(running.map(({ end }) => end))
      return [...ends, ...(await takeBack(running, environment)), begun]
    }
    if (wish.detach) return [detachedEnd(begun, environment)]
    await follow(begun, 'answer')
    if (failed) break
  }
  const ends = await Promise.all(running.map(({ end }) => end))
  return failed ? [...ends, ...(await takeBack(running, environment))] : ends
}

/** Of a release that nobody follows. */
export function detachedEnd({ live, release }: Begun, { say, clock, again }: ReleaseEnvironment): ReleaseEnd {
  const { name } = live.target
  const end: ReleaseEnd = {
    service: name,
    number: release.number,
    image: release.image,
    outcome: 'running',
    why: 'it was begun and is not followed',
    details: [],
    next: `provision rollout attach ${name}${again}`,
    took: clock.now() - release.started,
  }
  say({ type: 'release.finished', ...end })
  return end
}

/** Services of a failed release that were over before it failed go back by a deployment of their own. */
async function takeBack(running: readonly Running[], environment: ReleaseEnvironment): Promise<ReleaseEnd[]> {
  const ends = await Promise.all(running.map(async ({ begun, end }) => ({ begun, end: await end })))
  const over = ends
    .filter(
      ({ end, begun: { release: one } }) => end.outcome === 'released' && one.previous !== one.taskDefinition,
    )
    .toReversed()
  const back: ReleaseEnd[] = []
  for (const { begun } of over)
    back.push(await restorePrevious(begun, 'another service of the same release failed', environment))
  return back
}
