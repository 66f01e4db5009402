import { owned } from '../aws/owned.ts'
import { recalled } from '../engine/recall.ts'
import { refuseUnowned } from '../engine/unowned.ts'
import { ProvisionError } from '../errors.ts'
import { safe } from '../events/style.ts'
import { kindOf } from '../kinds/index.ts'
import type { Plan, Situation } from '../plan/decision.ts'
import { makePlan } from '../plan/make-plan.ts'
import { markedSerial, serialLeap } from '../plan/serial-mark.ts'
import type { KindContext } from '../resources/kind.ts'
import type { Session, StackOptions } from '../session.ts'
import { headerFor, openSession } from '../session.ts'
import type { Entry, LedgerContent } from '../state/entry.ts'
import type { CommandContext } from './command.ts'
import { holderOf } from './command.ts'
import { exitCodes } from './exit-codes.ts'
import { consent } from './up.ts'
import { sameStack } from './same-stack.ts'

export interface RebuildOptions extends StackOptions {
  readonly yes?: boolean | undefined
}

/** Writes the ledger anew from what AWS has of the stack. Changes nothing in AWS. */
export async function ledgerRebuild(options: RebuildOptions, command: CommandContext): Promise<number> {
  const { effects, stop, leave } = command
  const session = await openSession(options, effects, { command: 'ledger rebuild', signal: leave, stop })
  try {
    const old = await readable(session)
    const context = await session.identify(old)
    const ledger = await session.ledger.lock(holderOf(effects, 'ledger rebuild'), { anew: true })
    try {
      const situation = await session.situation(context, undefined)
      const plan = makePlan(situation)
      const entries = [...foundIn(plan), ...(await unwished(session, context, situation, old))]
      await show(command, session, context, { plan, entries })
      const where = safe(session.ledger.location)
      if (entries.length === 0) return exitCodes.done
      if (
        !(await consent(options, command, `Write a ledger of these ${entries.length} entries to ${where}?`))
      )
        return exitCodes.failed
      await ledger.note()
      const after = Math.max(markedSerial(situation), old?.serial ?? 0) + serialLeap
      await ledger.begin(headerFor(session, context, plan.lineage), after)
      await Promise.all(entries.map(entry => ledger.put(entry.address, entry)))
      for (const [service, releases] of Object.entries(old?.releases ?? {}))
        await ledger.putReleases(service, releases)
      await ledger.note('done')
      effects.terminal.err(
        `${where} holds ${entries.length} entries now.\nNext: provision plan${sameStack(options)}\n`,
      )
      return exitCodes.done
    } finally {
      await ledger.release()
    }
  } finally {
    session.close()
  }
}

/** The old ledger as far as it can be read: its account, its serial, its releases and what the config no longer names. */
async function readable(session: Session): Promise<LedgerContent | undefined> {
  try {
    return await session.ledger.read()
  } catch (error) {
    if (error instanceof ProvisionError && error.code === 'ledger') return undefined
    throw error
  }
}

function foundIn({ decisions }: Plan): Entry[] {
  return decisions.flatMap(decision => recalled(decision) ?? [])
}

/** What the old ledger knows, the config no longer names, and AWS still shows as ours: it is to be removed by the next `up`. */
async function unwished(
  session: Session,
  context: KindContext,
  { desired }: Situation,
  old: LedgerContent | undefined,
): Promise<Entry[]> {
  const wished = new Set(desired.map(({ address }) => address))
  const left = [...(old?.entries ?? [])].filter(([address]) => !wished.has(address))
  if (!old || left.length === 0) return []
  const situation = await session.situation(context, { ...old, entries: new Map(left) })
  const made = makePlan({ ...situation, desired: [] })
  // What would be kept for its data is judged like the rest.
  const decisions = made.decisions.map(decision => ({ ...decision, action: 'delete' as const }))
  const plan = await refuseUnowned({ ...made, decisions }, kindOf, context)
  const unowned = new Set(plan.refusals.map(({ address }) => address))
  return left.flatMap(([address, entry]) =>
    situation.observed.has(address) && !unowned.has(address) ? [entry] : [],
  )
}

interface Findings {
  readonly plan: Plan
  readonly entries: readonly Entry[]
}

async function show(
  { effects: { terminal } }: CommandContext,
  session: Session,
  context: KindContext,
  { plan, entries }: Findings,
): Promise<void> {
  const { stack, environment } = plan.identity
  const names = (some: readonly { readonly address: string }[]) =>
    some.map(({ address }) => `  ${safe(address)}\n`).join('')
  terminal.err(`Found of ${stack}/${environment} in ${context.account}, ${context.region}:\n`)
  for (const { address, type } of entries) terminal.out(`${address}  ${type}\n`)
  const untagged = entries.filter(({ type }) => kindOf(type).ownership === 'parent')
  if (untagged.length > 0)
    terminal.err(`AWS gives these no tags; they were found inside what is tagged:\n${names(untagged)}`)
  if (plan.refusals.length > 0)
    terminal.err(
      `Not taken back:\n${plan.refusals.map(({ address, message }) => `  ${safe(`${address}: ${message}`)}\n`).join('')}`,
    )
  const absent = plan.decisions.filter(({ observed }) => !observed)
  if (absent.length > 0) terminal.err(`Not in AWS; provision up makes them:\n${names(absent)}`)
  const known = entries
    .flatMap(entry => ('attributes' in entry ? Object.values(entry.attributes) : []))
    .filter(value => typeof value === 'string')
  const others = (await owned(context.aws, plan.identity)).filter(
    ({ arn }) => !known.some(id => arn === id || arn.endsWith(`/${id}`)),
  )
  if (others.length > 0)
    terminal.err(
      `Tagged ${stack}/${environment}, but not named by ${session.config.stack}'s config (or deleted a moment ago):\n${others.map(({ arn }) => `  ${safe(arn)}\n`).join('')}`,
    )
}
