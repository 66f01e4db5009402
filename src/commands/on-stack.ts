import type { Command, OptionValues } from '@commander-js/extra-typings'
import { Option } from '@commander-js/extra-typings'
import { examplesOf } from './examples.ts'

// Once for all commands: to read the flags anew for each of thirty takes a tenth of what the program's own help does.
const config = new Option('-c, --config <file>', 'the config; found from here upwards when not given')
const environment = new Option('-e, --environment <name>', 'the environment')
const region = new Option('--region <region>', 'instead of the region in the config')
const profile = new Option('--profile <name>', 'AWS profile')
const ledger = new Option('--ledger <place>', 'file:PATH or dynamodb:TABLE, instead of what the config says')
const acceptMissing = new Option(
  '--accept-missing',
  'what the ledger knows and AWS does not show is really gone',
)
const sandbox = new Option('--sandbox', 'rehearse on the embedded AWS')
const log = new Option('--log <file>', 'append each call to AWS to this file, as a line of JSON')
const color = new Option('--color', 'colour whatever the terminal says').conflicts('noColor')
const noColor = new Option('--no-color', 'no colour')

/** The options of every command that works on a stack. */
export function onStack<Args extends unknown[], Options extends OptionValues>(
  command: Command<Args, Options>,
) {
  return command
    .exitOverride()
    .addOption(config)
    .addOption(environment)
    .addOption(region)
    .addOption(profile)
    .addOption(ledger)
    .addOption(acceptMissing)
    .addOption(sandbox)
    .addOption(log)
    .addOption(color)
    .addOption(noColor)
    .addHelpText('after', ({ command: asked }) => examplesOf(pathOf(asked)))
}

/** `ledger show`: its name below the program's. */
function pathOf(command: { name(): string; parent: unknown }): string {
  const parent = command.parent as typeof command | null
  return parent?.parent ? `${pathOf(parent)} ${command.name()}` : command.name()
}
