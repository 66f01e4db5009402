import { safe } from '../events/style.ts'
import type { StackOptions } from '../session.ts'
import { openSession } from '../session.ts'
import type { CommandContext } from './command.ts'
import { exitCodes } from './command.ts'

/** Shows what is remembered of the stack. Asks AWS nothing. */
export async function ledgerShow(
  options: StackOptions & { readonly json?: boolean | undefined },
  { effects }: CommandContext,
): Promise<number> {
  const { ledger } = await openSession(options, effects)
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
  const { ledger } = await openSession(options, effects)
  await ledger.unlock(id)
  effects.terminal.err(`The lock of ${safe(ledger.location)} is free.\n`)
  return exitCodes.done
}
