import { safe } from '../events/style.ts'
import { ProvisionError } from '../errors.ts'
import { ledgerFor } from '../ledger-access.ts'
import { canonical } from '../resources/json.ts'
import type { StackOptions } from '../session.ts'
import { openSession } from '../session.ts'
import type { LedgerContent } from '../state/entry.ts'
import type { Ledger, LedgerWriter } from '../state/ledger.ts'
import { hasMoved } from '../state/refusals.ts'
import type { CommandContext } from './command.ts'
import { holderOf } from './command.ts'
import { exitCodes } from './exit-codes.ts'

/**
 * Copies the ledger to another place under the locks of both, compares, and marks the old one as moved. Killed at any
 * moment, one of the two is whole and the same command goes on.
 */
export async function ledgerMigrate(
  to: string,
  options: StackOptions,
  { effects, stop }: CommandContext,
): Promise<number> {
  const session = await openSession(options, effects, { command: 'ledger migrate', stop })
  const target = ledgerFor({ ...session.ledgerWish, flag: to }, effects, session.clock)
  const source = session.ledger
  if (target.location === source.location)
    throw new ProvisionError({
      code: 'usage',
      message: `the ledger is at ${source.location} already`,
      hint: 'name another place: provision ledger migrate dynamodb:TABLE',
    })
  if (!target.copyable) await session.identify(undefined)
  const holder = holderOf(effects, `ledger migrate ${to}`)
  const from = await source.lock(holder)
  try {
    const { content } = from
    if (!content)
      throw new ProvisionError({
        code: 'refused',
        message: `there is no ledger at ${source.location}`,
        hint: `write ledger: ${to} at the top of the config: provision up begins one there`,
      })
    await from.note()
    const there = await contentOf(target)
    const writer = await target.lock(holder, { anew: there === 'moved here' || there === undefined })
    try {
      if (!(there && there !== 'moved here' && isCopy(there, content)))
        await copy({ content, writer, target, source: source.location, there })
      await from.begin({ ...content.header, movedTo: target.location })
      await from.note('done')
      await writer.note('done')
    } finally {
      await writer.release()
    }
    const { terminal } = effects
    terminal.err(
      `${content.entries.size} entries have moved from ${safe(source.location)} to ${safe(target.location)}.\n` +
        `Next: write ledger: ${safe(target.location)} at the top of the config.\n`,
    )
    return exitCodes.done
  } finally {
    await from.release()
    session.close()
  }
}

type There = LedgerContent | 'moved here' | undefined

/** What the target holds: a ledger, the remains of one that has moved away from it, or nothing. */
async function contentOf(target: Ledger): Promise<There> {
  try {
    return await target.read()
  } catch (error) {
    if (hasMoved(error)) return 'moved here'
    throw error
  }
}

async function copy({
  content,
  writer,
  target,
  source,
  there,
}: {
  readonly content: LedgerContent
  readonly writer: LedgerWriter
  readonly target: Ledger
  readonly source: string
  readonly there: There
}): Promise<void> {
  if (there !== undefined && there !== 'moved here')
    throw new ProvisionError({
      code: 'refused',
      message: `${target.location} holds a ledger of this stack already, with serial ${there.serial}; this one has ${content.serial}`,
      hint: `see both (provision ledger show --ledger …), and remove the one that is wrong`,
    })
  // Until all of it is there, whoever reads it is sent to where it comes from.
  await writer.begin({ ...content.header, movedTo: source }, content.serial)
  await Promise.all([...content.entries].map(([address, entry]) => writer.put(address, entry)))
  for (const [service, releases] of Object.entries(content.releases ?? {}))
    await writer.putReleases(service, releases)
  await writer.begin(content.header)
  const copied = await target.read()
  if (copied && isCopy(copied, content)) return
  throw new ProvisionError({
    code: 'ledger',
    message: `${target.location} does not hold what was copied to it; ${source} is as it was`,
    hint: 'look for what else writes to that place, then run the same command again',
  })
}

function isCopy(copied: LedgerContent, original: LedgerContent): boolean {
  const text = ({ header, entries, releases }: LedgerContent) =>
    canonical([header, Object.fromEntries(entries), releases])
  return text(copied) === text(original)
}
