import { durationText } from '../events/duration.ts'
import { safe } from '../events/style.ts'
import type { StackOptions } from '../session.ts'
import { openSession } from '../session.ts'
import type { RunRecord } from '../state/ledger.ts'
import type { CommandContext } from './command.ts'
import { holderOf } from './command.ts'
import { exitCodes } from './exit-codes.ts'

/** Shows what is remembered of the stack. Asks AWS nothing. */
export async function ledgerShow(
  options: StackOptions & { readonly json?: boolean | undefined },
  { effects }: CommandContext,
): Promise<number> {
  const { ledger } = await openSession(options, effects, { command: 'ledger show' })
  const { terminal } = effects
  const content = await ledger.read()
  if (options.json) {
    const document = content && { ...content, entries: Object.fromEntries(content.entries) }
    terminal.out(`${JSON.stringify(document ?? null, undefined, 2)}\n`)
    return exitCodes.done
  }
  if (!content) {
    terminal.err(`There is no ledger at ${safe(ledger.location)} yet: provision up begins one.\n`)
    return exitCodes.done
  }
  const { header, serial, entries } = content
  terminal.err(
    `${safe(ledger.location)}\n${header.stack}/${header.environment} in ${header.account}, ${header.region}; lineage ${header.lineage}, serial ${serial}, ${entries.size} entries\n`,
  )
  for (const { address, status, type } of entries.values()) terminal.out(`${address}  ${type}  ${status}\n`)
  return exitCodes.done
}

/** Breaks a lock whose holder is gone. */
export async function ledgerUnlock(
  id: string,
  options: StackOptions,
  { effects }: CommandContext,
): Promise<number> {
  const { ledger } = await openSession(options, effects, { command: 'ledger history' })
  if (!ledger.copyable && (await ledger.holder())?.id === id)
    effects.terminal.err('Watching for one lease (a minute) whether its holder still renews it.\n')
  await ledger.unlock(id, holderOf(effects, `ledger unlock ${id}`))
  effects.terminal.err(`The lock of ${safe(ledger.location)} is free.\n`)
  return exitCodes.done
}

/** Shows the last runs that changed something, the latest first. Asks AWS nothing of the stack. */
export async function ledgerHistory(
  options: StackOptions & { readonly json?: boolean | undefined },
  { effects }: CommandContext,
): Promise<number> {
  const { ledger } = await openSession(options, effects, { command: 'ledger unlock' })
  const { terminal } = effects
  const [runs, holder] = await Promise.all([ledger.history(), ledger.holder()])
  if (options.json) {
    terminal.out(`${JSON.stringify(runs, undefined, 2)}\n`)
    return exitCodes.done
  }
  if (runs.length === 0) terminal.err(`${safe(ledger.location)} remembers no run yet.\n`)
  for (const run of runs) terminal.out(`${runText(run, holder?.id === run.id)}\n`)
  return exitCodes.done
}

/** `2026-01-01 00:00:00Z  done in 5m 02s  provision up  ada on laptop  0.1.0  serial 0 → 57  https://…`. */
function runText(
  { began, end, command, user, host, tool, from, job }: RunRecord,
  holdsTheLock: boolean,
): string {
  const when = new Date(began).toISOString().slice(0, 19).replace('T', ' ')
  const how = end
    ? `${end.outcome} in ${durationText(end.at - began)}`
    : holdsTheLock
      ? 'holds the lock'
      : 'did not end: killed?'
  const serial = end ? `serial ${from} → ${end.serial}` : `serial ${from} → ?`
  return safe(
    [`${when}Z`, how, command, `${user} on ${host}`, tool, serial, ...(job ? [job] : [])].join('  '),
  )
}
