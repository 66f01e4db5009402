import { interruptionTexts } from '../events/interruption-text.ts'
import { planText } from '../events/plan-text.ts'
import { safe, styleFor } from '../events/style.ts'
import { ProvisionError } from '../errors.ts'
import { awaitedImages } from '../facts.ts'
import { makePlan } from '../plan/make-plan.ts'
import { unmanagedIn } from '../plan/unmanaged.ts'
import { blockingIn, hasActions, hasStarts, hasWork } from '../plan/decision.ts'
import type { Plan } from '../plan/decision.ts'
import type { Interruption, PlannedResource, Refusal } from '../plan/plan.ts'
import type { ImageName } from '../kinds/ecr/image.ts'
import type { Address } from '../resources/address.ts'
import type { StackOptions } from '../session.ts'
import { outputsOf } from '../outputs.ts'
import { openSession } from '../session.ts'
import { checkConsent, checkedPlan } from './checked-plan.ts'
import type { CommandContext } from './command.ts'
import { holderOf, listenerFor } from './command.ts'
import { continuing } from './continuing.ts'
import { exitCodes } from './exit-codes.ts'
import { markServices } from './mark-images.ts'
import { execute, exitCodeOf } from './run.ts'
import { sameStack } from './same-stack.ts'
import { pushesIn, simulate, simulatedText } from './simulated-images.ts'
import { startServices } from './start-services.ts'
import { restoreScaling, suspendedIn, suspendedNote } from './suspended-autoscaling.ts'

export interface UpOptions extends StackOptions {
  readonly json?: boolean | undefined
  readonly yes?: boolean | undefined
  /** The services that may be interrupted; true for all of them. */
  readonly allowInterruption?: true | readonly string[] | undefined
  /** Addresses of data that the config no longer names and that goes without a snapshot. */
  readonly deleteData?: readonly string[] | undefined
}

/** Makes AWS match the config: plans, asks, runs exactly that plan. */
export async function up(options: UpOptions, command: CommandContext): Promise<number> {
  const { effects, stop, leave } = command
  const { terminal } = effects
  const session = await openSession(options, effects, { command: 'up', signal: leave, stop })
  const known = await session.ledger.read()
  const context = await session.identify(known)
  const ledger = await session.ledger.lock(holderOf(effects, 'up'))
  try {
    const situation = await session.situation(context, ledger.content)
    const named = options.deleteData ?? []
    const made = makePlan({ ...situation, deleteData: new Set(named) })
    checkConsent(named, made, 'up')
    const plan = await checkedPlan(made, context, 'up', options)
    const left = await suspendedIn(session, ledger.content, context)
    const { stack, environment } = plan.identity
    const simulated = simulatedText(situation.simulated)
    const pushes = options.sandbox ? awaitedImages(session.config, situation.desired) : undefined
    if (!options.json) {
      if (simulated) terminal.err(`${safe(simulated)}\n`)
      const { account, region } = context
      const style = styleFor(terminal.color.stderr)
      const { interruptions, leftovers } = plan
      const unmanaged = unmanagedIn(plan.decisions)
      const about = {
        style,
        stack,
        environment,
        account,
        region,
        interruptions,
        leftovers,
        unmanaged,
      }
      terminal.err(planText(plan.decisions, plan.refusals, about))
      for (const one of left) terminal.err(`${suspendedNote(one)}\n`)
    }
    if (blockingIn(plan).length > 0) throw refused(plan)
    const starts = hasStarts(plan)
    if (hasWork(plan) || starts) {
      const interrupted = unconsented(plan, options)
      if (interrupted.length > 0 && (options.yes || !terminal.interactive)) throw interrupting(interrupted)
      const and = interrupted.length > 0 ? `, interrupting ${servicesIn(interrupted).join(', ')}` : ''
      const question = `Make these changes to ${stack}/${environment}${and}?`
      if ((hasActions(plan) || starts) && !(await consent(options, command, question)))
        return exitCodes.failed
    }
    await restoreScaling({ left, session, context, ledger, command }, options)
    let attributesOf = (address: Address) => situation.observed.get(address)?.attributes
    if (hasWork(plan) || starts) {
      if (options.json && simulated) {
        const tell = await listenerFor(command, { json: true, clock: session.clock })
        tell({ type: 'note', level: 'info', message: simulated, at: session.clock.now() })
      }
      await simulate(session, situation.simulated)
    }
    if (hasWork(plan)) {
      const emit = await listenerFor(command, { json: options.json ?? false, clock: session.clock })
      const result = await execute(
        { command: 'up', session, context, plan, ledger, emit, again: continuing(['up'], options), options },
        command,
      )
      if (result.outcome !== 'interrupted') await markServices(session, context, command, options)
      if (result.outcome !== 'done') return exitCodeOf(result)
      attributesOf = address => result.attributes.get(address)
    }
    if (starts) {
      await ledger.release()
      session.letGo()
      const code = await startServices(plan.decisions, { session, context, options, command })
      if (code !== exitCodes.done) return code
    }
    if (!options.json) {
      showOutputs(command, outputsOf(situation.desired, attributesOf))
      const waits = plan.decisions.some(({ awaits, startedByRelease }) => awaits && !startedByRelease)
      if (hasWork(plan) || starts || waits) showNext(command, options, plan, pushes)
    }
    if (plan.refusals.length > 0) throw refusedInPart(plan)
    return exitCodes.done
  } finally {
    await ledger.release()
    session.close()
  }
}

/** The interruptions that the command line does not allow. */
function unconsented({ interruptions }: Plan, { allowInterruption }: UpOptions): readonly Interruption[] {
  if (allowInterruption === true) return []
  return interruptions.filter(({ service }) => !allowInterruption?.includes(service))
}

function servicesIn(interruptions: readonly Interruption[]): string[] {
  return [...new Set(interruptions.map(({ service }) => service))]
}

function interrupting(interruptions: readonly Interruption[]): ProvisionError {
  return new ProvisionError({
    code: 'refused',
    message: `the plan ${interruptionTexts(interruptions).join('; ')}`,
    hint: `nothing has been changed. To accept that, add --allow-interruption ${servicesIn(interruptions).join(' ')}`,
  })
}

/** True when the user has said yes, on the command line or now. Throws where nobody can be asked. */
export async function consent(
  { yes }: { readonly yes?: boolean | undefined },
  { effects: { terminal } }: CommandContext,
  question: string,
): Promise<boolean> {
  if (yes) return true
  if (terminal.interactive) return terminal.confirm(question)
  throw new ProvisionError({
    code: 'usage',
    message: 'there is no terminal to ask on, and --yes was not given',
    hint: 'read the plan, then add --yes',
  })
}

/** Why a plan may not run. */
export function refused(plan: Plan): ProvisionError {
  return refusal('the plan cannot run', blockingIn(plan))
}

/** What a plan that has been run has left as it is. */
export function refusedInPart({ refusals }: Plan): ProvisionError {
  return refusal('all other changes are made, and this one is refused', refusals)
}

function refusal(what: string, refusals: readonly Refusal[]): ProvisionError {
  return new ProvisionError({
    code: 'refused',
    message: `${what}: ${refusals.map(({ address, message }) => `${address}: ${message}`).join('; ')}`,
    hint: refusals[0]?.hint ?? '',
  })
}

export function showOutputs(
  { effects: { terminal } }: CommandContext,
  outputs: Readonly<Record<string, string>>,
): void {
  const width = Math.max(0, ...Object.keys(outputs).map(name => name.length))
  for (const [name, value] of Object.entries(outputs)) terminal.out(`${name.padEnd(width)}  ${safe(value)}\n`)
}

/** What the stack still waits for, and the command to type next. */
function showNext(
  { effects: { terminal } }: CommandContext,
  options: StackOptions,
  { identity, decisions }: Plan,
  pushes: Pushes | undefined,
): void {
  const waiting = decisions.filter(({ awaits, startedByRelease }) => awaits && !startedByRelease)
  for (const { address, awaits = [], keepsVersion } of waiting) {
    const now = keepsVersion ? 'keeps its present version' : 'has desired count 0'
    terminal.err(`${address} ${now}: it waits for ${safe(awaits.join(' and '))}\n`)
  }
  const again = sameStack(options)
  const next = waiting.length > 0 ? firstSteps(waiting, pushes, again) : `provision status${again}`
  terminal.err(`Next: ${next}\n`)
  terminal.err(`Or:   provision teardown${again}   (removes ${identity.stack}/${identity.environment})\n`)
}

/** By service: the image that somebody can push to the embedded ECR. */
type Pushes = Readonly<Record<string, ImageName>>

/**
 * The first image is released like any other one. What waits for a secret is started by `up`; so is in the sandbox what
 * waits for a secret as well, or for images under several tags.
 */
function firstSteps(waiting: readonly PlannedResource[], awaited: Pushes | undefined, again: string): string {
  const isCommand = (what: string) => what.startsWith('provision ')
  const values = new Set(waiting.flatMap(({ awaits = [] }) => awaits.filter(isCommand)))
  const commands = [...values].map(what => what + again)
  const services = waiting
    .filter(({ awaits = [] }) => awaits.some(what => !isCommand(what)))
    .map(({ address }) => address.slice('services/'.length))
  const release = (tag: string) => `provision rollout ${services.join(',')} --tag ${tag}${again}`
  if (services.length > 0 && awaited === undefined)
    return [...commands, `push the images, then ${release('TAG')}`].join(', ')
  const pushes = services.length > 0 && awaited ? [pushesIn(awaited) + again] : []
  const [tag, ...others] = new Set(services.map(name => awaited?.[name]?.tag))
  const isOneRelease = commands.length === 0 && tag !== undefined && others.length === 0
  return [...pushes, ...commands, `then ${isOneRelease ? release(tag) : `provision up${again}`}`].join(', ')
}
