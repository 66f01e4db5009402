import { suggestion } from '../config/findings.ts'
import { ProvisionError } from '../errors.ts'
import { lookForUnmanaged } from '../engine/unmanaged.ts'
import { driftText } from '../events/drift-text.ts'
import { styleFor } from '../events/style.ts'
import { kindOf } from '../kinds/index.ts'
import type { Plan } from '../plan/decision.ts'
import { massDisappearance } from '../plan/disappearance.ts'
import type { DriftedResource } from '../plan/drift.ts'
import { driftIn, unsettledIn } from '../plan/drift.ts'
import { asLastRun } from '../plan/last-run.ts'
import { makePlan } from '../plan/make-plan.ts'
import type { Refusal } from '../plan/plan.ts'
import { staleLedger } from '../plan/serial-mark.ts'
import type { Unmanaged } from '../plan/unmanaged.ts'
import type { Address } from '../resources/address.ts'
import type { KindContext } from '../resources/kind.ts'
import type { Session, StackOptions } from '../session.ts'
import type { StackSituation } from '../situation.ts'
import { openSession } from '../session.ts'
import type { LedgerContent } from '../state/entry.ts'
import type { LedgerWriter } from '../state/ledger.ts'
import type { CommandContext } from './command.ts'
import { holderOf } from './command.ts'
import { exitCodes } from './exit-codes.ts'

export interface DriftOptions extends StackOptions {
  /** Only what drifted at these addresses. Empty: all of it. */
  readonly addresses?: readonly Address[] | undefined
  /** Puts AWS back to what the last run left. */
  readonly repair?: boolean | undefined
  /** Takes what AWS has over into the ledger. */
  readonly accept?: boolean | undefined
  readonly yes?: boolean | undefined
  readonly json?: boolean | undefined
  readonly detailedExitcode?: boolean | undefined
}

/** What a look at the drift of a stack has found. */
export interface DriftFound {
  readonly context: KindContext
  readonly situation: StackSituation
  /** For `asLastRun`: every change in it has come about in AWS. */
  readonly plan: Plan
  /** At the wanted addresses. */
  readonly drifted: readonly DriftedResource[]
  /** What others have added, at the wanted addresses. It is no drift. */
  readonly unmanaged: readonly Unmanaged[]
  /** How many resources were compared. */
  readonly compared: number
}

/**
 * Shows what was changed in AWS since the last run, and nothing that the config has changed; with `repair` puts it back,
 * with `accept` takes it over into the ledger. Without either it changes nothing and takes no lock. Throws with code
 * `refused` where nothing is remembered to compare with, or where the comparison cannot be relied on.
 */
export async function drift(options: DriftOptions, command: CommandContext): Promise<number> {
  const { effects, stop, leave } = command
  const session = await openSession(options, effects, {
    // What repairs is what `up` does.
    command: options.repair ? 'up' : 'drift',
    signal: leave,
    stop,
  })
  try {
    const content = await session.ledger.read()
    const context = await session.identify(content)
    if (!options.repair && !options.accept) {
      const found = await lookForDrift(session, context, content, options)
      showDrift(found, options, command)
      assertReliable(found)
      return exitCodeOf(found, options)
    }
    const ledger = await session.ledger.lock(
      holderOf(effects, options.repair ? 'drift --repair' : 'drift --accept'),
    )
    try {
      const found = await lookForDrift(session, context, ledger.content, options)
      assertReliable(found)
      const { change } = options.repair
        ? await import('./drift-repair.ts')
        : await import('./drift-accept.ts')
      const code = await change(found, { session, ledger, options, command })
      return code === exitCodes.done ? exitCodeOf(found, options) : code
    } finally {
      await ledger.release()
    }
  } finally {
    session.close()
  }
}

/** What `repair` and `accept` work with besides what was found. */
export interface DriftWork {
  readonly session: Session
  readonly ledger: LedgerWriter
  readonly options: DriftOptions
  readonly command: CommandContext
}

async function lookForDrift(
  session: Session,
  context: KindContext,
  content: LedgerContent | undefined,
  { addresses = [] }: DriftOptions,
): Promise<DriftFound> {
  // A pipeline that lost its ledger must not read this as "no drift".
  if (!content || content.entries.size === 0)
    throw new ProvisionError({
      code: 'refused',
      message: `nothing is remembered of this stack (${session.ledger.location}), so there is nothing to compare AWS with`,
      hint: 'provision up makes the stack; provision ledger rebuild remembers one that AWS has',
    })
  checkAddresses(addresses, content)
  const situation = await session.situation(context, content)
  const plan = makePlan(asLastRun(situation))
  const isWanted = ({ address }: { readonly address: Address }) =>
    addresses.length === 0 || addresses.includes(address)
  const drifted = driftIn(plan).filter(isWanted)
  const unmanaged = (await lookForUnmanaged(plan, kindOf, context)).filter(isWanted)
  return { context, situation, plan, drifted, unmanaged, compared: content.entries.size }
}

function showDrift(
  { context: { account, region }, plan, drifted, unmanaged, compared }: DriftFound,
  { json }: DriftOptions,
  { effects: { terminal } }: CommandContext,
): void {
  const { stack, environment } = plan.identity
  if (json)
    terminal.out(`${JSON.stringify(driftJson({ plan, drifted, unmanaged, compared }), undefined, 2)}\n`)
  else {
    const style = styleFor(terminal.color.stdout)
    const unsettled = unsettledIn(plan)
    const about = { style, stack, environment, account, region, compared, unmanaged, unsettled }
    terminal.out(driftText(drifted, about))
  }
}

/** Drift for programs. */
export function driftJson({
  plan,
  drifted,
  unmanaged,
  compared,
}: Pick<DriftFound, 'plan' | 'drifted' | 'unmanaged' | 'compared'>) {
  return { schemaVersion: 1, ...plan.identity, compared, drifted, unmanaged, unsettled: unsettledIn(plan) }
}

function exitCodeOf({ drifted }: DriftFound, { detailedExitcode }: DriftOptions): number {
  return detailedExitcode && drifted.length > 0 ? exitCodes.changes : exitCodes.done
}

function checkAddresses(addresses: readonly Address[], { entries }: LedgerContent): void {
  const unknown = addresses.find(address => !entries.has(address))
  if (unknown === undefined) return
  throw new ProvisionError({
    code: 'usage',
    message: `the ledger has nothing at ${unknown}`,
    hint: suggestion(unknown, [...entries.keys()]) ?? 'provision drift shows the addresses that drifted',
  })
}

/** Throws for an old ledger, an account that shows too little, and what the planner had to leave out. */
function assertReliable({ situation, plan: { refusals, decisions } }: DriftFound): void {
  const decided = new Set(decisions.map(({ address }) => address))
  const left = refusals.filter(
    ({ address }) => situation.ledger?.entries.has(address) && !decided.has(address),
  )
  const doubts: Refusal[] = [...massDisappearance(situation), ...staleLedger(situation), ...left]
  if (doubts.length === 0) return
  throw new ProvisionError({
    code: 'refused',
    message: `this comparison cannot be relied on: ${doubts.map(({ address, message }) => `${address}: ${message}`).join('; ')}`,
    hint: doubts[0]!.hint,
  })
}
