import type { Aws } from '../aws/aws.ts'
import type { Clock } from '../effects/clock.ts'
import type { Release, Releases } from '../state/release.ts'
import type { OpenBook } from './book.ts'
import { isOver, listDeployments } from './live.ts'
import { settled } from './settle.ts'
import { withScalingRestored } from './suspended-scaling.ts'
import type { Target } from './target.ts'

/** A service whose autoscaling a release has suspended, and that nobody has restored. */
export interface LeftSuspended {
  readonly target: Target
  /** Of the release. */
  readonly number: number
}

/**
 * The services whose autoscaling is still suspended by a release that is over: the command that followed it was killed.
 * Asks AWS only of services whose ledger says that something is suspended.
 */
export async function leftSuspended(
  targets: readonly Target[],
  releases: Releases | undefined,
  aws: Aws,
): Promise<LeftSuspended[]> {
  const found = await Promise.all(
    targets.map(async (target): Promise<LeftSuspended | undefined> => {
      const last = (releases?.[target.name] ?? []).findLast(({ suspended }) => suspended !== undefined)
      if (!last) return undefined
      const deployments = await listDeployments(target, aws)
      return deployments.every(({ status }) => isOver(status)) ? { target, number: last.number } : undefined
    }),
  )
  return found.flatMap(one => one ?? [])
}

/**
 * Restores autoscaling of one of them, and writes down how its releases have ended. Under the ledger's lock, while no
 * release of the service is under way.
 */
export async function restoreLeft(
  target: Target,
  { aws, clock }: { readonly aws: Aws; readonly clock: Clock },
  book: OpenBook,
): Promise<void> {
  const { name } = target
  const known: readonly Release[] = book.of(name)
  const ends = await settled(known, { deployments: await listDeployments(target, aws) }, aws)
  for (const release of ends)
    if (release.suspended !== undefined)
      await book.put(name, await withScalingRestored(target, release, { aws, clock }, book))
}

/** What is said of it. */
export function leftSuspendedText({ target: { name }, number }: LeftSuspended): string {
  return `autoscaling of ${name} is suspended by release ${number}, which no command has followed to its end`
}
