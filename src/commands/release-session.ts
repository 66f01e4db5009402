import type { CallRecord } from '../aws/aws.ts'
import { codeOf, meaningOf } from '../aws/errors.ts'
import type { Clock } from '../effects/clock.ts'
import type { Programs, Web } from '../effects/programs.ts'
import { problemOf } from '../engine/problem.ts'
import { ProvisionError } from '../errors.ts'
import type { CallCounts } from '../events/event.ts'
import type { PolicyCommand } from '../policy/commands.ts'
import type { KindContext } from '../resources/kind.ts'
import { releaseBook } from '../rollout/book.ts'
import type { ReleaseEnvironment } from '../rollout/environment.ts'
import { noticesTo } from '../rollout/notices.ts'
import { rehearsedWeb } from '../rollout/rehearsed-web.ts'
import type { Session, StackOptions } from '../session.ts'
import { openSession } from '../session.ts'
import { repositoryNameOf } from '../steps/names.ts'
import { releaseTopics } from '../steps/release-topics.ts'
import type { CommandContext } from './command.ts'
import { holderOf, listenerFor } from './command.ts'
import { interrupted, UnderWay } from './release-interrupted.ts'
import type { ReleaseOptions } from './rollout-options.ts'
import { sameStack } from './same-stack.ts'

/** What a release reaches besides AWS. */
export interface ReleaseTools {
  readonly programs: Programs
  readonly web: Web
}

export interface ReleaseSession {
  readonly session: Session
  readonly context: KindContext
  readonly environment: ReleaseEnvironment
  calls(): CallCounts
}

/** Opens a stack for releases, runs `work`, and closes it whatever happens. AWS's errors come out as ours. */
export async function withReleases(
  name: string,
  options: ReleaseOptions,
  command: CommandContext,
  tools: ReleaseTools,
  work: (opened: ReleaseSession) => Promise<number>,
): Promise<number> {
  const { effects, stop, leave } = command
  const session = await openSession(options, effects, { command: policyOf(name), signal: leave })
  const underWay = new UnderWay()
  try {
    const context = await session.identify(await session.ledger.read())
    const { clock } = session
    const emit = await listenerFor(command, { json: options.json ?? false, clock })
    const typed = { session, context, options, command, as: name }
    return await work(
      releaseSession(typed, tools, event => {
        underWay.note(event)
        emit({ ...event, at: clock.now() })
      }),
    )
  } catch (error) {
    const own = asOurs(error)
    // A program that the same Ctrl-C has ended fails with an error of ours.
    const stopped = stop.aborted && !(own instanceof ProvisionError && own.code !== 'failed')
    throw stopped ? interrupted(error, name, options, underWay) : own
  } finally {
    session.close()
  }
}

/** Whose policy a release command has, by its name and what it was given. */
function policyOf(name: string): PolicyCommand {
  if (name === 'rollout status' || name === 'rollout history') return name
  return name.startsWith('restart') ? 'restart' : 'rollout'
}

interface Typed {
  readonly session: Session
  readonly context: KindContext
  readonly options: StackOptions
  readonly command: CommandContext
  /** The command, for the holder of the ledger's lock. */
  readonly as: string
}

/** What a release works with, in a session that is open. */
export function releaseSession(
  { session, context, options, command: { effects, stop }, as }: Typed,
  tools: ReleaseTools,
  say: ReleaseEnvironment['say'],
): ReleaseSession {
  const { clock, config, environment } = session
  const holder = holderOf(effects, as)
  // The embedded AWS answers on the run's clock, the web on the world's.
  const web = options.sandbox ? rehearsedWeb(context.aws) : onRealTime(tools.web, clock)
  return {
    session,
    context,
    calls: () => countsOf(session.calls, session.retries()),
    environment: {
      aws: context.aws,
      region: context.region,
      clock,
      signal: stop,
      say,
      tools: {
        programs: tools.programs,
        web,
        clock,
        cwd: effects.cwd,
        signal: stop,
      },
      notices: noticesTo({
        topics: releaseTopics(config, context),
        webhooks: config.releases.webhooks.map(({ env }) => ({
          variable: env,
          url: effects.environment[env],
        })),
        aws: context.aws,
        web,
        clock,
        say,
      }),
      book: releaseBook(session.ledger, holder, { clock: effects.clock, onClosed: session.letGo }),
      stack: config.stack,
      environment,
      repositories: Object.keys(config.repositories).map(name => repositoryNameOf(config, name)),
      again: sameStack(options),
      by: holder.job ?? `${holder.user}@${holder.host}`,
      id: effects.random.uuid(),
    },
  }
}

function onRealTime(web: Web, clock: Clock): Web {
  return {
    status: (url, options) => clock.outside(() => web.status(url, options)),
    text: (url, options) => clock.outside(() => web.text(url, options)),
    post: (url, options) => clock.outside(() => web.post(url, options)),
  }
}

/** AWS's errors as ours; everything else as it is. */
export function asOurs(error: unknown): unknown {
  if (error instanceof ProvisionError) return error
  // What the network has lost has no answer of AWS's in it, and is no mistake of ours either.
  const answered = (error as { $metadata?: unknown }).$metadata !== undefined
  if (!answered && meaningOf(error) === 'other') return error
  const { message, operation, hint } = problemOf(error)
  return new ProvisionError({
    code: 'failed',
    message: `${message} (${[codeOf(error), operation].filter(Boolean).join(', ')})`,
    hint,
    cause: error,
  })
}

function countsOf(calls: readonly CallRecord[], retried: number): CallCounts {
  const reads = calls.filter(({ read }) => read).length
  return { reads, writes: calls.length - reads, retried }
}
