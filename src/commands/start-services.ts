import { ProvisionError } from '../errors.ts'
import type { Decision } from '../plan/decision.ts'
import type { KindContext } from '../resources/kind.ts'
import type { ReleaseEnd } from '../rollout/environment.ts'
import { planReleases } from '../rollout/plan.ts'
import { release } from '../rollout/release.ts'
import { targetsOf } from '../rollout/target.ts'
import type { ReleaseWish } from '../rollout/wish.ts'
import type { Session } from '../session.ts'
import type { CommandContext } from './command.ts'
import { listenerFor } from './command.ts'
import { continuing } from './continuing.ts'
import { exitCodes } from './exit-codes.ts'
import { configuredReference } from './release-images.ts'
import type { ReleaseSession } from './release-session.ts'
import { asOurs, releaseSession } from './release-session.ts'
import { followed } from './rollout.ts'
import type { UpOptions } from './up.ts'

/** Milliseconds for which a start waits for the ledger. */
const ledgerPatience = 5 * 60_000

/** Nothing but what the config says. */
const asConfigured: ReleaseWish = {
  checks: [],
  pause: false,
  timeout: 2 * 60 * 60_000,
  acceptWeights: false,
  together: false,
  detach: false,
}

interface Starting {
  readonly session: Session
  readonly context: KindContext
  readonly options: UpOptions
  readonly command: CommandContext
}

/**
 * Starts the services of a plan whose first tasks come after a release command: each by a release of the image that the
 * config names, what others come `after` first. What comes after one that did not start is left for the next `up`. Takes
 * the ledger's lock by itself. Gives the exit code of `up`.
 */
export async function startServices(
  decisions: readonly Decision[],
  { session, context, options, command }: Starting,
): Promise<number> {
  const { nodePrograms, nodeWeb } = await import('../effects/node-programs.ts')
  const { clock } = session
  const emit = await listenerFor(command, { json: options.json ?? false, clock })
  const opened = releaseSession(
    { session, context, options, command, as: 'up' },
    { programs: nodePrograms, web: nodeWeb },
    event => emit({ ...event, at: clock.now() }),
  )
  const names = decisions.filter(({ startedByRelease }) => startedByRelease).map(serviceOf)
  const waiting = decisions.filter(
    ({ awaits, keepsVersion, startedByRelease }) => awaits && !keepsVersion && !startedByRelease,
  )
  try {
    const code = await followed(opened, names, () => startInOrder(names, waiting.map(serviceOf), opened))
    return code === exitCodes.done ? code : exitCodes.failed
  } catch (error) {
    const own = asOurs(error)
    // What the same Ctrl-C has ended fails with an error of ours.
    if (!command.stop.aborted || (own instanceof ProvisionError && own.code !== 'failed')) throw own
    throw new ProvisionError({
      code: 'interrupted',
      message: 'no longer following the start of the services; what ECS was told goes on in AWS',
      hint: `the same command continues: ${continuing(['up'], options)}`,
      cause: error,
    })
  }
}

async function startInOrder(
  names: readonly string[],
  waiting: readonly string[],
  opened: ReleaseSession,
): Promise<ReleaseEnd[]> {
  const { environment, session } = opened
  const { book, say } = environment
  const notStarted = new Set(waiting)
  const ends: ReleaseEnd[] = []
  for (const target of targetsOf(session.config, names)) {
    const { name } = target
    const before = target.config.after.filter(other => notStarted.has(other))
    if (before.length > 0) {
      notStarted.add(name)
      const message = `${name} is not started: it comes after ${before.join(' and ')}`
      say({ type: 'note', level: 'warning', message })
      continue
    }
    const open = await book.open(ledgerPatience)
    try {
      const reference = configuredReference(target, opened)
      const planned = await planReleases([{ target, reference }], asConfigured, environment)
      for (const message of planned.notes) say({ type: 'note', level: 'warning', message })
      const [end] = await release(planned, asConfigured, environment, open)
      if (end) ends.push(end)
      if (end?.outcome !== 'released') notStarted.add(name)
    } finally {
      await open.close()
    }
  }
  return ends
}

function serviceOf({ address }: Decision): string {
  return address.slice('services/'.length)
}
