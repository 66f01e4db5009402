import { planText } from '../events/plan-text.ts'
import { safe, styleFor } from '../events/style.ts'
import { blockingIn, hasWork } from '../plan/decision.ts'
import type { Plan } from '../plan/decision.ts'
import { repairOf } from '../plan/repair.ts'
import type { CommandContext } from './command.ts'
import { listenerFor } from './command.ts'
import { continuing } from './continuing.ts'
import { exitCodes } from './exit-codes.ts'
import type { DriftFound, DriftWork } from './drift.ts'
import { execute, exitCodeOf } from './run.ts'
import { consent, refused, refusedInPart } from './up.ts'
import { sameStack } from './same-stack.ts'

/**
 * Puts AWS back to what the last run left, where it drifted and nowhere else: what the config has changed since, and what
 * an earlier run did not finish, is left to `up`. Exit code 1 when the answer was no or something failed.
 */
export async function change(
  { context, plan: full, drifted }: DriftFound,
  { session, ledger, options, command }: DriftWork,
): Promise<number> {
  const { terminal } = command.effects
  const { addresses = [], json = false } = options
  const plan = repairOf(full, addresses.length > 0 ? new Set(addresses) : undefined)
  const { stack, environment } = plan.identity
  if (!json) {
    const { account, region } = context
    const style = styleFor(terminal.color.stderr)
    const nothing = `No drift to repair in ${stack}/${environment}.`
    terminal.err(
      planText(plan.decisions, plan.refusals, { style, stack, environment, account, region, nothing }),
    )
    showLeft(plan, drifted, command)
  }
  if (blockingIn(plan).length > 0) throw refused(plan)
  if (!hasWork(plan) && plan.refusals.length > 0) throw refusedInPart(plan)
  if (!hasWork(plan)) return exitCodes.done
  if (!(await consent(options, command, `Put this back in ${stack}/${environment}?`))) return exitCodes.failed
  const emit = await listenerFor(command, { json, clock: session.clock })
  const result = await execute(
    {
      command: 'repair',
      session,
      context,
      plan,
      ledger,
      emit,
      again: continuing(['drift', ...addresses, '--repair'], options),
      options,
    },
    command,
  )
  if (!json && result.outcome === 'done') terminal.err(`Next: provision drift${sameStack(options)}\n`)
  if (result.outcome === 'done' && plan.refusals.length > 0) throw refusedInPart(plan)
  return exitCodeOf(result)
}

/** What drifted and is not put back. */
function showLeft(
  { decisions }: Plan,
  drifted: DriftFound['drifted'],
  { effects: { terminal } }: CommandContext,
): void {
  const repaired = new Set(decisions.flatMap(({ address, action }) => (action === 'none' ? [] : [address])))
  const left = drifted.filter(({ address }) => !repaired.has(address))
  if (left.length === 0) return
  const names = left.map(({ address }) => `  ${safe(address)}\n`).join('')
  terminal.err(`\nLeft to provision up (no longer in the config, or an earlier run did not end):\n${names}`)
}
