import { ProvisionError } from '../errors.ts'
import { driftText } from '../events/drift-text.ts'
import { styleFor } from '../events/style.ts'
import type { Plan, Situation } from '../plan/decision.ts'
import { massDisappearance } from '../plan/disappearance.ts'
import { driftIn } from '../plan/drift.ts'
import { makePlan } from '../plan/make-plan.ts'
import type { Refusal } from '../plan/plan.ts'
import { staleLedger } from '../plan/serial-mark.ts'
import type { StackOptions } from '../session.ts'
import { openSession } from '../session.ts'
import type { CommandContext } from './command.ts'
import { exitCodes } from './command.ts'

export interface DriftOptions extends StackOptions {
  readonly json?: boolean | undefined
  readonly detailedExitcode?: boolean | undefined
}

/**
 * Shows what was changed in AWS since the last run, and nothing that the config has changed. Changes nothing and takes
 * no lock. Throws with code `refused` where nothing is remembered to compare with.
 */
export async function drift(options: DriftOptions, { effects, leave }: CommandContext): Promise<number> {
  const session = await openSession(options, effects, { signal: leave })
  try {
    const content = await session.ledger.read()
    const context = await session.identify(content)
    // A pipeline that lost its ledger must not read this as "no drift".
    if (!content || content.entries.size === 0)
      throw new ProvisionError({
        code: 'refused',
        message: `nothing is remembered of this stack (${session.ledger.location}), so there is nothing to compare AWS with`,
        hint: 'provision up makes the stack; provision ledger rebuild remembers one that AWS has',
      })
    const situation = await session.situation(context, content)
    const plan = makePlan(situation)
    const drifted = driftIn(plan)
    const { terminal } = effects
    const { stack, environment } = plan.identity
    const compared = content.entries.size
    if (options.json)
      terminal.out(
        `${JSON.stringify({ schemaVersion: 1, stack, environment, compared, drifted }, undefined, 2)}\n`,
      )
    else {
      const { account, region } = context
      const style = styleFor(terminal.color.stdout)
      terminal.out(driftText(drifted, { style, stack, environment, account, region, compared }))
    }
    const doubts = doubtsIn(situation, plan)
    if (doubts.length > 0)
      throw new ProvisionError({
        code: 'refused',
        message: `this comparison cannot be relied on: ${doubts.map(({ address, message }) => `${address}: ${message}`).join('; ')}`,
        hint: doubts[0]!.hint,
      })
    return options.detailedExitcode && drifted.length > 0 ? exitCodes.changes : exitCodes.done
  } finally {
    session.close()
  }
}

/** Reasons to doubt what was compared: an old ledger, an account that shows too little, what the planner left out. */
function doubtsIn(situation: Situation, { refusals, decisions }: Plan): Refusal[] {
  const decided = new Set(decisions.map(({ address }) => address))
  const left = refusals.filter(
    ({ address }) => situation.ledger?.entries.has(address) && !decided.has(address),
  )
  return [...massDisappearance(situation), ...staleLedger(situation), ...left]
}
