import { loadConfig } from '../config/load.ts'
import { ProvisionError } from '../errors.ts'
import { openLedger, placeFor } from '../ledger-access.ts'
import type { PolicyCommand } from '../policy/commands.ts'
import { policyCommands } from '../policy/commands.ts'
import { accountIn, stackPolicy } from '../policy/stack-policy.ts'
import { lengthOf, longestPolicy } from '../policy/documents.ts'
import type { StackOptions } from '../session.ts'
import type { CommandContext } from './command.ts'
import { exitCodes } from './exit-codes.ts'

/**
 * Prints the least that a command needs in IAM for this stack: one JSON document, or a list of them where one would be too
 * long. Reads config and ledger file, and asks AWS nothing: it is for those who have no credentials yet.
 */
export async function policy(
  wanted: string,
  options: StackOptions,
  { effects, stop }: CommandContext,
): Promise<number> {
  const command = policyCommands.find(name => name === wanted)
  if (!command)
    throw new ProvisionError({
      code: 'usage',
      message: `there is no policy for ${wanted}`,
      hint: `name one of ${policyCommands.join(', ')}`,
    })
  const {
    config: loaded,
    environment,
    file,
  } = await loadConfig({
    files: effects.files,
    cwd: effects.cwd,
    path: options.config,
    environment: options.environment,
  })
  const config = options.region ? { ...loaded, region: options.region } : loaded
  const { stack, region, ledger: configured } = config
  const { profile, sandbox = false, ledger: flag } = options
  const wish = { flag, configured, file, stack, environment, region, profile, sandbox }
  const place = placeFor(wish, effects)
  // A table would take credentials to read: then the config alone has to do.
  const content =
    place.store === 'file'
      ? await openLedger(wish, effects, { clock: effects.clock, wait: undefined, stop }).ledger.read()
      : undefined
  const documents = stackPolicy({ command, config, content, place })
  const shown = documents.length === 1 ? documents[0] : documents
  effects.terminal.out(`${JSON.stringify(shown, undefined, 2)}\n`)
  effects.terminal.err(advice(command, documents.map(lengthOf), accountIn(config, content)))
  return exitCodes.done
}

function advice(command: PolicyCommand, lengths: readonly number[], account: string | undefined): string {
  const longest = Math.max(...lengths)
  const many =
    lengths.length === 1
      ? `1 document of ${longest} characters`
      : `${lengths.length} documents of at most ${longest} characters; attach them all to one role`
  const who = account ? '' : 'The account is not known; set account: in the config to name it in the ARNs.\n'
  return `For provision ${command}: ${many} (IAM takes ${longestPolicy} in a managed policy).\n${who}`
}
