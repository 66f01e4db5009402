import { dirname, resolve } from 'node:path'
import type { AwsConnection, CallRecord } from './aws/aws.ts'
import { connect } from './aws/aws.ts'
import { knownProps } from './plan/known-names.ts'
import { withAllPinnedNames } from './steps/pinned-names.ts'
import { loadConfig } from './config/load.ts'
import type { StackConfig } from './config/schema/stack.ts'
import type { Clock } from './effects/clock.ts'
import type { Effects } from './effects/effects.ts'
import { throwingFailures } from './engine/problem.ts'
import { callerIn, identify } from './identity.ts'
import { openLog } from './log.ts'
import type { LedgerWish } from './ledger-access.ts'
import { openLedger, placeFor } from './ledger-access.ts'
import { pinnedLedger } from './pinned-ledger.ts'
import type { PolicyCommand } from './policy/commands.ts'
import type { PolicyDocument } from './policy/documents.ts'
import { stackPolicy } from './policy/stack-policy.ts'
import type { KindContext } from './resources/kind.ts'
import type { Rehearsal } from './sandbox/rehearsal.ts'
import type { LedgerContent } from './state/entry.ts'
import type { Ledger } from './state/ledger.ts'
import { gatherSituation } from './situation.ts'
import type { StackSituation } from './situation.ts'
import { version } from './version.ts'

/** What every command that works on a stack takes. */
export interface StackOptions {
  /** Path of the config; found from the working directory upwards when not given. */
  readonly config?: string | undefined
  readonly environment?: string | undefined
  readonly region?: string | undefined
  readonly profile?: string | undefined
  /** `file:PATH`, `dynamodb:TABLE` or `dynamodb:REGION/TABLE`; as the config says when not given. */
  readonly ledger?: string | undefined
  /** How long to wait for a lock that someone else holds, in milliseconds. */
  readonly lockWait?: number | undefined
  /** What the ledger knows and AWS does not show is really gone, however much it is. */
  readonly acceptMissing?: boolean | undefined
  /** A file that gets a line of JSON for each call to AWS. */
  readonly log?: string | undefined
  /** Rehearse on the embedded AWS. */
  readonly sandbox?: boolean | undefined
  /** On the embedded AWS: simulate an image that nobody has pushed. Default for commands of the library and the command line. */
  readonly simulatedImages?: boolean | undefined
}

/** One stack in one environment, its ledger and its AWS, opened for one command. */
export interface Session {
  /** Once `identify` has seen the ledger: with the names that what exists has. */
  readonly config: StackConfig
  readonly environment: string
  readonly clock: Clock
  readonly ledger: Ledger
  /** What decided where it is kept. */
  readonly ledgerWish: LedgerWish
  readonly connection: AwsConnection
  /** The embedded AWS, where the command runs on it. */
  readonly rehearsal: Rehearsal | undefined
  /** The ledger's lock was let go on purpose: what is sent until the next one needs none. */
  letGo(): void
  /** Checks who we are against config and ledger. Throws with code `access` or `refused`. */
  identify(content: LedgerContent | undefined): Promise<KindContext>
  /** Reads AWS and gives everything a plan is made from. */
  situation(context: KindContext, content: LedgerContent | undefined): Promise<StackSituation>
  /** Every call so far. */
  readonly calls: readonly CallRecord[]
  retries(): number
  close(): void
}

export interface SessionHooks {
  /** Whose printed policy the embedded AWS enforces; with undefined it allows everything. */
  readonly command: PolicyCommand | undefined
  /** Aborts calls in flight: the second Ctrl-C. */
  readonly signal?: AbortSignal | undefined
  /** Ends the waiting for a lock: the first Ctrl-C. */
  readonly stop?: AbortSignal | undefined
  readonly onRetry?: (operation: string, error: Error) => void
}

/** Reads config and ledger and prepares the connection to AWS; calls nothing yet. */
export async function openSession(
  options: StackOptions,
  effects: Effects,
  { command, signal, stop, onRetry }: SessionHooks,
): Promise<Session> {
  const loaded = await loadConfig({
    files: effects.files,
    cwd: effects.cwd,
    path: options.config,
    environment: options.environment,
  })
  const { environment } = loaded
  const config = options.region ? { ...loaded.config, region: options.region } : loaded.config
  const folder = resolve(dirname(loaded.file), '.provision')
  const calls: CallRecord[] = []
  let retries = 0

  const sandbox = options.sandbox ? await openSandbox(folder, config, effects) : undefined
  const clock = sandbox?.clock ?? effects.clock
  const ledgerWish: LedgerWish = {
    flag: options.ledger,
    configured: config.ledger,
    file: loaded.file,
    stack: config.stack,
    environment,
    region: config.region,
    profile: options.profile,
    sandbox: options.sandbox ?? false,
  }
  const { ledger, guard, letGo } = openLedger(ledgerWish, effects, { clock, wait: options.lockWait, stop })
  const log = options.log
    ? await openLog(resolve(effects.cwd, options.log), effects.files, effects.clock)
    : undefined
  const embedded = sandbox?.embedded ?? effects.aws
  let documents: readonly PolicyDocument[] | undefined
  let known: LedgerContent | undefined
  const printed = (name: PolicyCommand) => {
    const place = placeFor(ledgerWish, effects)
    return (documents ??= stackPolicy({ command: name, config, content: known, place }))
  }
  const connection = connect({
    region: config.region,
    profile: options.profile,
    clock,
    random: effects.random,
    embedded,
    permissions: embedded && command ? { command, documents: () => printed(command) } : undefined,
    signal,
    beforeWrite: guard,
    onCall: call => {
      calls.push(call)
      log?.call(call)
    },
    onRetry: (service, operation, error, delay) => {
      retries++
      log?.retry(`${service}:${operation}`, error, delay)
      onRetry?.(`${service}:${operation}`, error)
    },
  })
  const caller = callerIn(connection, config)
  let named = config
  return {
    get config() {
      return named
    },
    environment,
    clock,
    ledger: pinnedLedger(ledger, caller),
    ledgerWish,
    connection,
    rehearsal: sandbox,
    calls,
    retries: () => retries,
    letGo,
    identify: content => {
      known = content
      documents = undefined
      named = withAllPinnedNames(config, knownProps(content))
      return identify(connection, caller, config, content, effects.random)
    },
    situation: (context, content) =>
      throwingFailures(() =>
        gatherSituation({
          config,
          environment,
          context,
          content,
          clock,
          random: effects.random,
          acceptMissing: options.acceptMissing ?? false,
          simulatedImages: sandbox !== undefined && options.simulatedImages === true,
        }),
      ),
    close: () => connection.close(),
  }
}

/** The header of a ledger that begins now. */
export function headerFor(session: Session, context: KindContext, lineage: string) {
  const { account, region } = context
  const { config, environment } = session
  return { format: 1 as const, stack: config.stack, environment, lineage, account, region, tool: version }
}

async function openSandbox(folder: string, config: StackConfig, effects: Effects): Promise<Rehearsal> {
  const { rehearsal } = await effects.clock.outside(() => import('./sandbox/rehearsal.ts'))
  return rehearsal({
    path: `${folder}/sandbox/aws.json`,
    region: config.region,
    files: effects.files,
    random: effects.random,
    start: effects.clock.now(),
    // People want to see it happen; a log does not.
    pace: effects.terminal.live ? 8 : 0,
  })
}
