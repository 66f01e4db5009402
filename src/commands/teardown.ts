import { edgesOf } from '../engine/graph.ts'
import { throwingFailures } from '../engine/problem.ts'
import { lookForUnmanaged } from '../engine/unmanaged.ts'
import { kindOf } from '../kinds/index.ts'
import { planText } from '../events/plan-text.ts'
import { styleFor } from '../events/style.ts'
import { hasWork } from '../plan/decision.ts'
import { makeTeardown } from '../plan/make-teardown.ts'
import type { StackOptions } from '../session.ts'
import { openSession } from '../session.ts'
import { checkConsent, checkedPlan } from './checked-plan.ts'
import type { CommandContext } from './command.ts'
import { holderOf, listenerFor } from './command.ts'
import { continuing } from './continuing.ts'
import { exitCodes } from './exit-codes.ts'
import { execute, exitCodeOf } from './run.ts'
import { showSweep, sweep } from './sweep.ts'
import { consent, refused } from './up.ts'

export interface TeardownOptions extends StackOptions {
  readonly json?: boolean | undefined
  readonly yes?: boolean | undefined
  /** Addresses of data that may go without a snapshot, or `all`. */
  readonly deleteData?: readonly string[] | undefined
  /** What was imported goes too. */
  readonly deleteImported?: boolean | undefined
}

/** Removes the stack: users before used, data only with consent, and a sweep by tag at the end. */
export async function teardown(options: TeardownOptions, command: CommandContext): Promise<number> {
  const { effects, stop, leave } = command
  const { terminal } = effects
  const session = await openSession(options, effects, { command: 'teardown', signal: leave, stop })
  const known = await session.ledger.read()
  const context = await session.identify(known)
  const ledger = await session.ledger.lock(holderOf(effects, 'teardown'))
  try {
    const situation = await session.situation(context, ledger.content)
    const named = options.deleteData ?? []
    const made = makeTeardown(situation, edgesOf, {
      deleteData: named.includes('all') ? 'all' : new Set(named),
      deleteImported: options.deleteImported,
      stamp: stampOf(session.clock.now()),
    })
    checkConsent(named, made, 'teardown')
    const plan = await checkedPlan(made, context, 'teardown', options)
    const { stack, environment } = plan.identity
    if (!options.json) {
      const { account, region } = context
      const style = styleFor(terminal.color.stderr)
      const nothing = `Nothing to remove: neither the ledger nor AWS has anything of ${stack}/${environment}${plan.decisions.length > 0 ? ' that may go' : ''}.`
      const going = new Set(
        plan.decisions.flatMap(({ address, action }) => (action === 'delete' ? [address] : [])),
      )
      const all = await lookForUnmanaged(plan, kindOf, context)
      const unmanaged = all.filter(({ address }) => going.has(address))
      const unmanagedTitle = 'Not managed by provision (AWS deletes it with the resource that it is part of)'
      const about = { style, stack, environment, account, region, nothing, unmanaged, unmanagedTitle }
      terminal.err(planText(plan.decisions, plan.refusals, about))
    }
    if (plan.refusals.length > 0) throw refused(plan)
    let kept: ReadonlyMap<string, string> = new Map()
    if (hasWork(plan)) {
      if (!(await consent(options, command, `Remove ${stack}/${environment}?`))) return exitCodes.failed
      const emit = await listenerFor(command, { json: options.json ?? false, clock: session.clock })
      const result = await execute(
        {
          command: 'teardown',
          session,
          context,
          plan,
          ledger,
          emit,
          again: continuing(['teardown'], options),
          options,
        },
        command,
      )
      if (result.outcome !== 'done') return exitCodeOf(result)
      kept = result.kept
    }
    // What a next life of this stack releases has nothing to go back to here.
    if (ledger.content?.entries.size === 0)
      for (const service of Object.keys(ledger.content.releases ?? {})) await ledger.putReleases(service, [])
    const swept = await throwingFailures(() => sweep(context, plan, kept))
    if (!options.json) showSweep(command, swept, plan, kept, options)
    return exitCodes.done
  } finally {
    await ledger.release()
    session.close()
  }
}

/** `20260102-030405`. */
function stampOf(now: number): string {
  return new Date(now).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)
}
