import { pathText } from '../config/problems.ts'
import type { StackConfig } from '../config/schema/stack.ts'
import { acceptedText } from '../events/accepted-text.ts'
import { styleFor } from '../events/style.ts'
import type { Accepted, Suggested } from '../plan/acceptance.ts'
import { acceptanceOf } from '../plan/acceptance.ts'
import { configValueFor } from '../plan/config-value.ts'
import { makePlan } from '../plan/make-plan.ts'
import type { StackSituation } from '../situation.ts'
import type { LedgerContent } from '../state/entry.ts'
import { exitCodes } from './exit-codes.ts'
import type { DriftFound, DriftWork } from './drift.ts'
import { driftJson } from './drift.ts'
import { consent } from './up.ts'
import { sameStack } from './same-stack.ts'

/**
 * Takes what drifted into the ledger as AWS has it, and says what to write in the config so that the next `up` does not
 * take it back. Changes nothing in AWS. Exit code 1 when the answer was no, or when not all of it could be accepted.
 */
export async function change(
  found: DriftFound,
  { session, ledger, options, command }: DriftWork,
): Promise<number> {
  const { context, situation, plan, drifted } = found
  const { terminal } = command.effects
  const { stack, environment } = plan.identity
  const wanted = new Set(drifted.map(({ address }) => address))
  const { accepted, left } = acceptanceOf(plan.decisions.filter(({ address }) => wanted.has(address)))
  const values = suggestionsFor(accepted, session.config, afterwards(situation, accepted))
  const { account, region } = context
  const style = styleFor(terminal.color.stderr)
  const about = { style, stack, environment, account, region }
  if (!options.json) terminal.err(acceptedText({ drifted, left, values }, about))
  if (accepted.length > 0) {
    const question = `Take this over into the ledger of ${stack}/${environment}?`
    if (!(await consent(options, command, question))) return exitCodes.failed
    await ledger.note()
    for (const { decision, entry } of accepted) await ledger.put(decision.address, entry)
    await ledger.note('done')
    if (!options.json)
      terminal.err(
        `The ledger has it now. Nothing has changed in AWS.\nNext: provision plan${sameStack(options)}\n`,
      )
  }
  if (options.json)
    terminal.out(`${JSON.stringify(documentOf(found, { accepted, left, values }), undefined, 2)}\n`)
  return left.length > 0 ? exitCodes.failed : exitCodes.done
}

/** What the next plan is made from. */
function afterwards(situation: StackSituation, accepted: readonly Accepted[]): StackSituation {
  const { ledger } = situation
  const entries = new Map(ledger?.entries)
  for (const { decision, entry } of accepted)
    if (entry) entries.set(decision.address, entry)
    else entries.delete(decision.address)
  return { ...situation, ledger: ledger && ({ ...ledger, entries } satisfies LedgerContent) }
}

/** One for each value that was taken over and that the config says otherwise. */
function suggestionsFor(
  accepted: readonly Accepted[],
  config: StackConfig,
  situation: StackSituation,
): Suggested[] {
  const planFor = (tried: StackConfig) => makePlan({ ...situation, desired: situation.wishOf(tried) })
  return accepted.flatMap(({ decision: { address }, values }) =>
    values.map(change => {
      const said = configValueFor({ address, change }, config, planFor)
      return { address, change, said: said && { path: pathText(said.path), value: said.value } }
    }),
  )
}

function documentOf(
  found: DriftFound,
  {
    accepted,
    left,
    values,
  }: Pick<ReturnType<typeof acceptanceOf>, 'accepted' | 'left'> & { readonly values: readonly Suggested[] },
) {
  return {
    ...driftJson(found),
    accepted: accepted.map(({ decision: { address } }) => address),
    left: left.map(({ decision: { address }, why }) => ({ address, why })),
    config: values.map(({ address, change: { path, before }, said }) => ({
      address,
      path,
      actual: before,
      ...(said && { write: said }),
    })),
  }
}
