import type { CommandContext } from './commands/command.ts'
import type { RolloutOptions as RolloutFlags } from './commands/rollout-options.ts'
import type { Effects } from './effects/effects.ts'
import type { Listener, RunEvent } from './events/event.ts'
import type { PlanDocument } from './events/plan-json.ts'
import type { ReleaseEnd } from './rollout/environment.ts'
import type { StackOptions } from './session.ts'

/** What every function of the library takes. Nothing is printed and nobody is asked. */
export interface LibraryOptions extends StackOptions {
  /** Where the config is looked for from. Default: the working directory. */
  readonly cwd?: string
  /** Told each event as it happens. */
  readonly onEvent?: Listener
  /** Aborted: nothing new starts, and what AWS has begun goes on. */
  readonly signal?: AbortSignal
}

export interface PlanOptions extends LibraryOptions {
  /** Addresses of data that the config no longer names and that goes without a snapshot. */
  readonly deleteData?: readonly string[]
}

export interface UpOptions extends PlanOptions {
  /** Services that the plan may interrupt; true for all of them. Default: none, and such a plan is refused. */
  readonly allowInterruption?: true | readonly string[]
}

export interface TeardownOptions extends LibraryOptions {
  /** Addresses of data that may go without a snapshot, or `all`. */
  readonly deleteData?: readonly string[]
}

export type RolloutOptions = LibraryOptions &
  Omit<RolloutFlags, keyof StackOptions | 'json' | 'yes' | 'detach'> & {
    /** The service, or several that are released together. */
    readonly service: string | readonly string[]
  }

/** How a run ended: 0 is done; the other codes are those of the command. */
export interface RunEnd {
  readonly exitCode: number
}

export interface RolloutEnd extends RunEnd {
  /** One for each service; empty when all of them ran the image already. */
  readonly releases: readonly ReleaseEnd[]
}

/** What `up` would do. Changes nothing. Rejects with a `ProvisionError`. */
export async function plan(options: PlanOptions = {}): Promise<PlanDocument> {
  const { plan: command } = await import('./commands/plan.ts')
  const { context, written } = await contextFor(options)
  await command({ simulatedImages: true, ...options, json: true }, context)
  return JSON.parse(written()) as PlanDocument
}

/**
 * Makes AWS match the config. Rejects with a `ProvisionError` when the plan cannot run, and, after all other changes have
 * been made, when a change is refused for its resource alone (`refused`).
 */
export async function up(options: UpOptions = {}): Promise<RunEnd> {
  const { up: command } = await import('./commands/up.ts')
  const { context } = await contextFor(options)
  return { exitCode: await command({ simulatedImages: true, ...options, json: true, yes: true }, context) }
}

/** The stack's outputs by name. */
export async function outputs(options: LibraryOptions = {}): Promise<Readonly<Record<string, string>>> {
  const { outputs: command } = await import('./commands/status.ts')
  const { context, written } = await contextFor(options)
  await command({ ...options, json: true }, context)
  return JSON.parse(written()) as Record<string, string>
}

/** Removes the stack. Data stays unless it is named. Rejects with a `ProvisionError`. */
export async function teardown(options: TeardownOptions = {}): Promise<RunEnd> {
  const { teardown: command } = await import('./commands/teardown.ts')
  const { context } = await contextFor(options)
  return { exitCode: await command({ ...options, json: true, yes: true }, context) }
}

/**
 * Releases an image and follows it to its end. Exit code 0 means that the new version has all the traffic and is
 * healthy. Rejects with a `ProvisionError` when the release could not begin; then nothing has changed.
 */
export async function rollout(options: RolloutOptions): Promise<RolloutEnd> {
  const [{ rollout: command }, { nodePrograms, nodeWeb }] = await Promise.all([
    import('./commands/rollout.ts'),
    import('./effects/node-programs.ts'),
  ])
  const releases: ReleaseEnd[] = []
  const { service, onEvent, ...flags } = options
  const { context } = await contextFor({
    ...options,
    onEvent: event => {
      if (event.type === 'release.finished') releases.push(endIn(event))
      onEvent?.(event)
    },
  })
  const services = typeof service === 'string' ? service : service.join(',')
  const tools = { programs: nodePrograms, web: nodeWeb }
  const exitCode = await command(
    services,
    { simulatedImages: true, ...flags, json: true, yes: true },
    context,
    tools,
  )
  return { exitCode, releases }
}

function endIn(event: Extract<RunEvent, { readonly type: 'release.finished' }>): ReleaseEnd {
  const { service, number, image, outcome, reached, starts, why, details, next, took } = event
  const more = { ...(reached && { reached }), ...(starts !== undefined && { starts }) }
  return { service, number, image, outcome, ...more, why, details, next, took }
}

/** The effects of this process, but for the terminal: what would be printed is kept or dropped. */
async function contextFor({
  cwd,
  onEvent = () => undefined,
  signal,
}: LibraryOptions): Promise<{ readonly context: CommandContext; written(): string }> {
  const { nodeEffects } = await import('./effects/node-effects.ts')
  const own = nodeEffects({ color: false })
  let out = ''
  const effects: Effects = {
    ...own,
    ...(cwd === undefined ? {} : { cwd }),
    terminal: {
      ...own.terminal,
      out: text => void (out += text),
      err: () => undefined,
      interactive: false,
      live: false,
    },
  }
  const never = new AbortController().signal
  return {
    context: { effects, stop: signal ?? never, leave: never, listener: onEvent },
    written: () => out,
  }
}
