import { planJson } from '../events/plan-json.ts'
import { planText } from '../events/plan-text.ts'
import { safe, styleFor } from '../events/style.ts'
import { lookForUnmanaged } from '../engine/unmanaged.ts'
import { kindOf } from '../kinds/index.ts'
import { makePlan } from '../plan/make-plan.ts'
import { hasStarts, hasWork } from '../plan/decision.ts'
import type { StackOptions } from '../session.ts'
import { openSession } from '../session.ts'
import { checkConsent, checkedPlan } from './checked-plan.ts'
import type { CommandContext } from './command.ts'
import { exitCodes } from './exit-codes.ts'
import { simulatedText } from './simulated-images.ts'
import { suspendedIn, suspendedJson, suspendedNote } from './suspended-autoscaling.ts'

export interface PlanOptions extends StackOptions {
  readonly json?: boolean | undefined
  readonly detailedExitcode?: boolean | undefined
  /** As for `up`. */
  readonly deleteData?: readonly string[] | undefined
}

/** Shows what `up` would do. Changes nothing and takes no lock. */
export async function plan(options: PlanOptions, { effects, leave }: CommandContext): Promise<number> {
  const session = await openSession(options, effects, { command: 'plan', signal: leave })
  try {
    const content = await session.ledger.read()
    const context = await session.identify(content)
    const named = options.deleteData ?? []
    const situation = await session.situation(context, content)
    const planned = makePlan({ ...situation, deleteData: new Set(named) })
    checkConsent(named, planned, 'up')
    const made = await checkedPlan(planned, context, 'up', options)
    const left = await suspendedIn(session, content, context)
    const unmanaged = await lookForUnmanaged(made, kindOf, context)
    const { terminal } = effects
    const { identity, interruptions, leftovers } = made
    const { account, region } = context
    const about = { ...identity, interruptions, leftovers, unmanaged }
    const simulated = simulatedText(situation.simulated)
    if (simulated && !options.json) terminal.err(`${safe(simulated)}\n`)
    if (options.json)
      terminal.out(
        `${JSON.stringify({ ...planJson(made.decisions, made.refusals, about), ...suspendedJson(left) }, undefined, 2)}\n`,
      )
    else {
      const style = styleFor(terminal.color.stdout)
      terminal.out(planText(made.decisions, made.refusals, { style, account, region, ...about }))
      for (const one of left) terminal.out(`${suspendedNote(one)}\n`)
    }
    if (made.refusals.length > 0) return exitCodes.failed
    const isChanging = hasWork(made) || hasStarts(made) || left.length > 0
    return options.detailedExitcode && isChanging ? exitCodes.changes : exitCodes.done
  } finally {
    session.close()
  }
}
