import { safe } from '../events/style.ts'
import { ProvisionError } from '../errors.ts'
import { addressOf, placeFor } from '../ledger-access.ts'
import type { StackOptions } from '../session.ts'
import { openSession } from '../session.ts'
import { setUpTable } from '../state/dynamodb/setup.ts'
import type { CommandContext } from './command.ts'
import { exitCodes } from './exit-codes.ts'
import { sameStack } from './same-stack.ts'

/** Makes the table in which the ledgers of a team are kept. Harmless when repeated. */
export async function ledgerInit(options: StackOptions, { effects }: CommandContext): Promise<number> {
  const session = await openSession(options, effects, { command: 'ledger init' })
  const { ledgerWish } = session
  const place = placeFor(ledgerWish, effects)
  if (place.store !== 'dynamodb')
    throw new ProvisionError({
      code: 'usage',
      message: 'a ledger in a file needs no preparation',
      hint: 'name a table: provision ledger init --ledger dynamodb:TABLE',
    })
  // A table made in the wrong account is found, and believed, by whoever uses those credentials next.
  await session.identify(undefined)
  session.close()
  const address = addressOf(place, ledgerWish)
  const { name, region } = address
  const { terminal } = effects
  await setUpTable({
    address,
    clock: effects.clock,
    random: effects.random,
    say: what => terminal.err(`${what}\n`),
  })
  const used = ledgerWish.configured === ledgerWish.flag || ledgerWish.flag === undefined
  terminal.err(`The table ${safe(name)} in ${region} is ready for ledgers.\n`)
  terminal.err(
    used
      ? `Next: provision up${sameStack(options)}\n`
      : `Next: write ledger: ${ledgerWish.flag} at the top of the config; what is in a file goes over with\n      provision ledger migrate ${ledgerWish.flag}${sameStack({ ...options, ledger: undefined })}\n`,
  )
  return exitCodes.done
}
