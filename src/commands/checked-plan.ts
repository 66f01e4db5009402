import { blockersRefused } from '../engine/blockers.ts'
import { heldDataKept } from '../engine/held-data.ts'
import { refuseUnowned } from '../engine/unowned.ts'
import { ProvisionError } from '../errors.ts'
import { kindOf } from '../kinds/index.ts'
import type { Decision, Plan } from '../plan/decision.ts'
import type { KindContext } from '../resources/kind.ts'
import type { StackOptions } from '../session.ts'
import { sameStack, words } from './same-stack.ts'

/** Commands that delete: each has options of its own by which the user consents to that. */
export type Deleting = 'up' | 'teardown'

/**
 * The plan as `plan`, `up` and `teardown` show it: after the looks at AWS that only deletions need. What is kept is told
 * with the command that deletes it.
 */
export async function checkedPlan(
  plan: Plan,
  context: KindContext,
  command: Deleting,
  options: StackOptions,
): Promise<Plan> {
  const ours = await refuseUnowned(plan, kindOf, context)
  const kept = await heldDataKept(ours, kindOf, context)
  const checked = await blockersRefused(kept, kindOf, context)
  return {
    ...checked,
    decisions: checked.decisions.map(decision => {
      const way = wayOut(decision, command, options)
      return way === undefined ? decision : { ...decision, reason: `${decision.reason ?? ''}; ${way}` }
    }),
  }
}

function wayOut(
  { action, address, consent }: Decision,
  command: Deleting,
  options: StackOptions,
): string | undefined {
  if (action !== 'keep' || consent === undefined) return undefined
  if (consent === 'data') return `to delete it with its data: ${deletingData(command, [address], options)}`
  return command === 'teardown'
    ? `to delete it too: provision teardown${sameStack(options)} --delete-imported`
    : 'up does not delete that: delete it in AWS if nobody needs it, and the next up forgets it'
}

/** The command that deletes the data at these addresses. */
export function deletingData(command: Deleting, addresses: readonly string[], options: StackOptions): string {
  const named = addresses.flatMap(address => ['--delete-data', address])
  return `provision ${command}${sameStack(options)}${words(named)}`
}

/** Refuses consent to what the plan does not delete or keep. `all`: where it may be said of everything. */
export function checkConsent(
  named: readonly string[],
  { decisions }: Pick<Plan, 'decisions'>,
  command: Deleting,
): void {
  const data = decisions.filter(
    decision => decision.data && (command === 'teardown' || decision.resource === undefined),
  )
  const wrong = named.find(
    name => !(name === 'all' && command === 'teardown') && !data.some(({ address }) => address === name),
  )
  if (wrong === undefined) return
  const wanted = decisions.some(({ address, resource }) => address === wrong && resource !== undefined)
  const all = data.map(({ address }) => address).join(', ')
  if (command === 'up')
    throw new ProvisionError({
      code: 'usage',
      message: wanted
        ? `--delete-data ${wrong}: it is in the config`
        : `--delete-data ${wrong}: the ledger has no data of that address which the config no longer names`,
      hint: wanted
        ? 'take it out of the config first, or leave --delete-data out'
        : data.length > 0
          ? `that is true of: ${all}`
          : 'leave --delete-data out: there is no such data',
    })
  throw new ProvisionError({
    code: 'usage',
    message: `--delete-data ${wrong}: this stack has no data of that address`,
    hint: data.length > 0 ? `its data: ${all}` : 'it has no data; leave --delete-data out',
  })
}
