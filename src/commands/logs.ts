import type { Aws } from '../aws/aws.ts'
import type { Clock } from '../effects/clock.ts'
import { throwingFailures } from '../engine/problem.ts'
import { ProvisionError } from '../errors.ts'
import { safe } from '../events/style.ts'
import { targetsOf } from '../rollout/target.ts'
import type { StackOptions } from '../session.ts'
import { openSession } from '../session.ts'
import { logGroupNameOf } from '../steps/names.ts'
import type { LogLine, LogTailWish } from '../tasks/log-tail.ts'
import { logTail } from '../tasks/log-tail.ts'
import type { CommandContext } from './command.ts'
import { exitCodes } from './exit-codes.ts'
import { durationOf, usage } from './rollout-options.ts'

export interface LogsOptions extends StackOptions {
  readonly service: string
  /** How far back: 90s, 10m, 2h. */
  readonly since?: string | undefined
  readonly filter?: string | undefined
  readonly follow?: boolean | undefined
  readonly json?: boolean | undefined
}

const defaultSince = '10m'
/** Milliseconds between looks with `--follow`. */
const interval = 2000

/** Prints what a service's containers have written, oldest first; with `follow`, until it is interrupted. */
export async function logs(options: LogsOptions, { effects, stop, leave }: CommandContext): Promise<number> {
  const { service, since = defaultSince, filter, follow = false } = options
  const back = durationOf(since, '--since')
  if (follow && options.sandbox)
    throw usage(
      'time passes in the embedded AWS only while a command works, so nothing new would ever be written',
      'leave --follow out',
    )
  const session = await openSession(options, effects, { command: 'logs', signal: leave })
  try {
    const { config, clock } = session
    const { terminal } = effects
    const [target] = targetsOf(config, [service])
    const { aws } = await session.identify(await session.ledger.read())
    if (target!.config.logging === 'search')
      terminal.err(`${service} writes to the search domain; this is what its log router says.\n`)
    const logGroupName = logGroupNameOf(config, service)
    const print = (lines: readonly LogLine[]) =>
      terminal.out(lines.map(line => (options.json ? jsonOf(line) : textOf(line))).join(''))
    const wish = { logGroupName, pattern: filter, since: clock.now() - back }
    const printed = await throwingFailures(() =>
      readLog(wish, { aws, clock, until: follow ? stop : undefined }, print),
    )
    if (printed === 0 && !follow)
      terminal.err(`${service} has written nothing in the last ${since}; --since looks further back.\n`)
    return exitCodes.done
  } finally {
    session.close()
  }
}

/**
 * Prints a log from a moment on, and goes on until `until` is aborted; without it, to the log's present end. Gives the
 * number of lines. Throws with code `refused` where there is no such log.
 */
export async function readLog(
  wish: LogTailWish,
  {
    aws,
    clock,
    until,
  }: { readonly aws: Aws; readonly clock: Clock; readonly until: AbortSignal | undefined },
  print: (lines: readonly LogLine[]) => void,
): Promise<number> {
  const look = logTail(wish, aws)
  let count = 0
  const counted = (lines: readonly LogLine[]) => {
    count += lines.length
    print(lines)
  }
  for (;;) {
    if (!(await look(counted)))
      throw new ProvisionError({
        code: 'refused',
        message: `there is no log group ${wish.logGroupName}`,
        hint: 'provision up makes it; then its services write to it',
      })
    if (!until || until.aborted) return count
    // Being interrupted is how following ends.
    await clock.sleep(interval, until).catch((error: unknown) => {
      if (!until.aborted) throw error
    })
    if (until.aborted) return count
  }
}

/** `2026-01-01T00:00:00.000Z 0123abcd the line`: when, which task, what. */
function textOf({ at, stream, message }: LogLine): string {
  return `${new Date(at).toISOString()} ${safe(taskIn(stream).slice(0, 8))} ${safe(message)}\n`
}

function jsonOf({ at, stream, message }: LogLine): string {
  return `${JSON.stringify({ at: new Date(at).toISOString(), task: taskIn(stream), stream, message })}\n`
}

/** A stream is named prefix/container/task. */
function taskIn(stream: string): string {
  return stream.split('/').at(-1) ?? stream
}
