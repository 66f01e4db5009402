import { meaningOf } from '../aws/errors.ts'
import { hasWork } from '../plan/decision.ts'
import type { Plan } from '../plan/decision.ts'
import { throwingFailures } from '../engine/problem.ts'
import { repeating } from '../engine/follow-up.ts'
import { runPlan } from '../engine/run-plan.ts'
import { markSerial } from '../engine/serial-mark.ts'
import { safe } from '../events/style.ts'
import { isOthers } from '../plan/ownership.ts'
import { markedSerial, serialLeap } from '../plan/serial-mark.ts'
import type { RunResult } from '../engine/run-plan.ts'
import { removeStrays } from '../engine/strays.ts'
import { kindOf as plainKindOf } from '../kinds/index.ts'
import type { Listener } from '../events/event.ts'
import type { KindContext } from '../resources/kind.ts'
import type { Session, StackOptions } from '../session.ts'
import { headerFor } from '../session.ts'
import type { LedgerWriter } from '../state/ledger.ts'
import type { CommandContext } from './command.ts'
import { lockLostBy } from './continuing.ts'
import { exitCodes } from './exit-codes.ts'

export interface Execution {
  readonly command: string
  readonly session: Session
  readonly context: KindContext
  readonly plan: Plan
  readonly ledger: LedgerWriter
  readonly emit: Listener
  /** The command that continues this run, and the options that it was typed with. */
  readonly again: string
  readonly options: StackOptions
}

export interface Executed extends RunResult {
  /** The credentials ran out on the way. */
  readonly expired: boolean
}

/** Runs a plan under the ledger's lock and tells how it goes. Throws with code `locked` when it has lost that lock. */
export async function execute(
  { command, session, context, plan, ledger, emit, again, options }: Execution,
  { effects, stop, leave }: CommandContext,
): Promise<Executed> {
  const { clock, connection, calls } = session
  const { stack, environment } = plan.identity
  const kindOf = repeating(plainKindOf, clock, leave)
  const started = clock.monotonic()
  const before = calls.length
  const work = plan.decisions.filter(({ action }) => action !== 'none' && action !== 'forget')
  const counts = { created: 0, updated: 0, replaced: 0, deleted: 0, kept: 0 }
  let expired = false
  const counting: Listener = event => {
    if (event.type === 'resource.failed' && event.problem.code !== undefined)
      expired ||= meaningOf({ name: event.problem.code }) === 'credentials'
    if (event.type === 'resource.kept') counts.kept++
    if (event.type === 'resource.done') {
      if (event.action === 'create' || event.action === 'resume') counts.created++
      if (event.action === 'update') counts.updated++
      if (event.action === 'replace') counts.replaced++
      if (event.action === 'delete') counts.deleted++
    }
    emit(event)
  }
  counting({ type: 'run.started', command, stack, environment, resources: work.length, at: clock.now() })
  // Whatever happens is followed by the end of the run: listeners wait for it.
  let result: RunResult | undefined
  let outcome: RunResult['outcome'] | undefined
  try {
    const firstRun =
      !ledger.content && plan.decisions.every(({ observed, type }) => !observed || isOthers(kindOf(type)))
    if (ledger.content?.header.lineage !== plan.lineage && hasWork(plan))
      await ledger.begin(
        headerFor(session, context, plan.lineage),
        firstRun ? 0 : markedIn(plan) + serialLeap,
      )
    await ledger.note()
    result = await runPlan({
      plan,
      kindOf,
      context,
      patient: connection.patient,
      ledger,
      clock,
      emit: counting,
      signal: stop,
    })
    // An older copy of a first ledger knows less of the same creations, and their tags tell it the rest: no call is due.
    const markable = session.ledger.copyable && !firstRun && !result.lockLost
    if (markable && result.outcome !== 'interrupted')
      await markSerial({ plan, kindOf, context, result, serial: ledger.content?.serial ?? 0 }).catch(
        (error: unknown) => effects.terminal.err(unmarked(error)),
      )
    await ledger.note(result.outcome)
    const { repeatedAt } = result
    if (result.outcome === 'done')
      await throwingFailures(() =>
        removeStrays({
          plan,
          kindOf,
          context,
          ledger: ledger.content,
          emit: counting,
          clock,
          stop,
          repeatedAt,
          all: command === 'teardown',
        }),
      )
    outcome = result.outcome
  } finally {
    const made = calls.slice(before)
    emit({
      type: 'run.finished',
      outcome: outcome ?? 'failed',
      took: clock.monotonic() - started,
      counts: { ...counts, failed: result?.failed.length ?? 0, skipped: result?.skipped.length ?? 0 },
      calls: {
        reads: made.filter(({ read }) => read).length,
        writes: made.filter(({ read }) => !read).length,
        retried: session.retries(),
      },
      ...(outcome === 'interrupted' && !result?.lockLost && { next: again }),
      at: clock.now(),
    })
  }
  if (result.lockLost) throw lockLostBy(result.lockLost, again, options)
  return { ...result, expired }
}

/** The serial that AWS was told by earlier ledgers of this stack. */
function markedIn({ identity, decisions }: Plan): number {
  const observed = new Map(
    decisions.flatMap(({ address, observed }) => (observed ? [[address, observed]] : [])),
  )
  return markedSerial({ identity, observed })
}

function unmarked(error: unknown): string {
  return (
    safe(
      `The ledger's serial could not be noted in AWS: an older copy of it would not be noticed. ${(error as Error).message}`,
    ) + '\n'
  )
}

export function exitCodeOf({ outcome, expired }: Executed): number {
  if (expired) return exitCodes.access
  return outcome === 'done' ? exitCodes.done : outcome === 'failed' ? exitCodes.failed : exitCodes.interrupted
}
