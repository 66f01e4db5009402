import type { Clock } from '../effects/clock.ts'
import type { Effects } from '../effects/effects.ts'
import { createJsonLines } from '../events/json-lines.ts'
import type { Listener } from '../events/event.ts'
import { createLive } from '../events/live.ts'
import { createPlain } from '../events/plain.ts'
import { styleFor } from '../events/style.ts'
import type { LockHolder } from '../state/ledger.ts'
import { version } from '../version.ts'

/** What a command needs besides its own options. */
export interface CommandContext {
  readonly effects: Effects
  /** The first Ctrl-C: nothing new starts. */
  readonly stop: AbortSignal
  /** The second: calls in flight are given up. */
  readonly leave: AbortSignal
  /** Is told the events in place of the terminal. */
  readonly listener?: Listener
  /** Takes what shows a notice from now on: written beside a live area, a line would leave traces of it behind. */
  readonly noticesBy?: (show: (text: string) => void) => void
}

/** Runs a command of the command line, and ends with the exit code that it returns. */
export type Run = (command: (context: CommandContext) => Promise<number>) => Promise<void>

/** Who takes the ledger's lock. */
export function holderOf({ host, clock, environment }: Effects, command: string): Omit<LockHolder, 'id'> {
  const job = jobOf(environment)
  const started = host.startOf?.(host.pid)
  return {
    user: host.user,
    host: host.host,
    pid: host.pid,
    since: clock.now(),
    command: `provision ${command}`,
    tool: version,
    ...(host.boot ? { boot: host.boot } : {}),
    ...(started === undefined ? {} : { started }),
    ...(job ? { job } : {}),
  }
}

/** Address of the CI job: GitLab, Jenkins, Buildkite, CircleCI, GitHub. */
function jobOf(environment: Effects['environment']): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = environment
  const named = ['CI_JOB_URL', 'BUILD_URL', 'BUILDKITE_BUILD_URL', 'CIRCLE_BUILD_URL']
  const url = named.map(name => environment[name]).find(Boolean)
  return url ?? (run && `${server}/${repository}/actions/runs/${run}`)
}

/** The listener that suits the other end: JSON for programs, a live area for people, calm lines for logs. */
export async function listenerFor(
  { effects: { terminal, openLiveArea, tick }, listener, noticesBy }: CommandContext,
  { json, clock }: { readonly json: boolean; readonly clock: Clock },
): Promise<Listener> {
  if (listener) return listener
  if (json) return createJsonLines(terminal)
  const style = styleFor(terminal.color.stderr)
  const now = () => clock.now()
  if (!terminal.live)
    return createPlain({ terminal, style, now, every: (time, work) => clock.every(time, work) })
  const area = await openLiveArea()
  noticesBy?.(text => area.persist(text))
  return createLive({ terminal, area, style, now, tick })
}
