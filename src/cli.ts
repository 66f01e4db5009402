import { setMaxListeners } from 'node:events'
import type { OptionValues } from '@commander-js/extra-typings'
import { Argument, Command, CommanderError, Option } from '@commander-js/extra-typings'
import type { CommandContext } from './commands/command.ts'
import { exitCodes } from './commands/command.ts'
import { examplesOf } from './commands/examples.ts'
import { addDaily } from './commands/daily-commands.ts'
import { addLedger } from './commands/ledger-commands.ts'
import { lockWait } from './commands/lock-wait.ts'
import { addRollout } from './commands/rollout-command.ts'
import type { Effects } from './effects/effects.ts'
import { nodeEffects } from './effects/node-effects.ts'
import type { ErrorCode } from './errors.ts'
import { ProvisionError } from './errors.ts'
import { safe, styleFor } from './events/style.ts'
import { policyCommands } from './policy/commands.ts'
import { version } from './version.ts'

// The SDK prints seven lines about Node 20 in each process that makes a client.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'

const stop = new AbortController()
const leave = new AbortController()
const color = process.argv.includes('--no-color')
  ? false
  : process.argv.includes('--color')
    ? true
    : undefined
// Every call and every wait listens: Node takes more than ten for a leak.
setMaxListeners(0, stop.signal, leave.signal)
let effects: Effects | undefined
const context: CommandContext = {
  // A list of the commands needs none of them.
  get effects() {
    return (effects ??= nodeEffects({ color, signal: stop.signal }))
  },
  stop: stop.signal,
  leave: leave.signal,
}

function program() {
  const root = new Command('provision')
    .description('Brings a container stack up on AWS from one file, keeps it so, and removes it again.')
    .version(version)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(provision --help lists the commands)')
    .addHelpText(
      'after',
      `
Examples:
  provision plan -c examples/apranova/provision.yaml --sandbox   what would be done, on the embedded AWS
  provision up                                                   make AWS match ./provision.yaml
  provision teardown --delete-data all                           remove everything, data too

Exit codes: 0 done, 1 failed, 2 changes or drift (--detailed-exitcode), 64 usage, 65 config, 70 bug, 75 locked, 77 access, 130 interrupted`,
    )

  root
    .command('init')
    .description('write a first provision.yaml here')
    .action(async () => exit(Promise.resolve((await import('./commands/init.ts')).init(context))))

  onStack(root.command('plan'))
    .description('show what up would do; changes nothing')
    .option('--json', 'one JSON document on stdout')
    .option('--detailed-exitcode', 'exit with 2 when there are changes')
    .action(async options => exit((await import('./commands/plan.ts')).plan(options, context)))

  onStack(root.command('up').alias('apply'))
    .description('make AWS match the config')
    .option('-y, --yes', 'do not ask')
    .addOption(lockWait())
    .option('--json', 'one event per line on stdout')
    .action(async options => exit((await import('./commands/up.ts')).up(options, context)))

  onStack(root.command('teardown').alias('destroy'))
    .description('remove the stack; data stays unless it is named')
    .option('-y, --yes', 'do not ask')
    .addOption(lockWait())
    .option('--json', 'one event per line on stdout')
    .option('--delete-data <address...>', 'let this data go without a snapshot; all for all of it')
    .option('--delete-imported', 'remove what was imported too')
    .action(async options => exit((await import('./commands/teardown.ts')).teardown(options, context)))

  onStack(root.command('status'))
    .description('what AWS has of the stack now')
    .option('--json', 'one JSON document on stdout')
    .action(async options => exit((await import('./commands/status.ts')).status(options, context)))

  onStack(root.command('outputs'))
    .description('addresses and endpoints; with a name, its bare value')
    .argument('[name]', 'one output')
    .option('--json', 'one JSON document on stdout')
    .action(async (name, options) =>
      exit((await import('./commands/status.ts')).outputs({ ...options, name }, context)),
    )

  addRollout(root, { onStack, exit, context })
  addDaily(root, { onStack, exit, context })

  onStack(root.command('docs'))
    .description('write the architecture document: Markdown with its diagram, and one page of HTML')
    .option('-o, --out <folder>', 'where to; ./architecture when not given')
    .action(async options => exit((await import('./commands/docs.ts')).docs(options, context)))

  onStack(root.command('cost'))
    .description('what the stack costs in a month, as far as list prices tell')
    .option('--json', 'one JSON document on stdout')
    .action(async options => exit((await import('./commands/cost.ts')).cost(options, context)))
  onStack(root.command('snapshot'))
    .description('take a snapshot of a database or a cache and wait for it')
    .argument('<store>', 'its name under `databases` or `caches`')
    .option('--name <name>', 'of the snapshot; its name in AWS and the time when not given')
    .action(async (store, options) =>
      exit((await import('./commands/snapshot.ts')).snapshot(store, options, context)),
    )

  const secret = root.command('secret').description('values that stand in no file')
  onStack(secret.command('set'))
    .description('give a secret of the config its value: typed unseen, piped in, or from a variable or file')
    .argument('<name>', 'its name under `secrets`')
    .addOption(new Option('--from-env <variable>', 'take it from this variable').conflicts('fromFile'))
    .option('--from-file <path>', 'take it from this file; - for standard input')
    .action(async (name, options) =>
      exit((await import('./commands/secret.ts')).secretSet(name, options, context)),
    )
  onStack(secret.command('list'))
    .description('which secrets have a value, and who reads them')
    .option('--json', 'one JSON document on stdout')
    .action(async options => exit((await import('./commands/secret.ts')).secretList(options, context)))

  addLedger(root, { onStack, exit, context })

  onStack(root.command('import'))
    .description('take over what AWS has already, for an address of the config; changes nothing in AWS')
    .argument('<address>', 'an address that provision plan shows')
    .argument('<id>', 'its id in AWS (vpc-0123…), or its name where it has no id')
    .option('-y, --yes', 'do not ask')
    .addOption(lockWait())
    .action(async (address, id, options) =>
      exit((await import('./commands/import.ts')).importResource({ address, id }, options, context)),
    )

  onStack(root.command('policy'))
    .description('the least that a command needs in IAM for this config, as JSON; asks AWS nothing')
    .addArgument(new Argument('[command]', 'the command').choices(policyCommands).default('up' as const))
    .action(async (command, options) =>
      exit((await import('./commands/policy.ts')).policy(command, options, context)),
    )

  root
    .command('schema')
    .description('print the JSON Schema of the config, for editors')
    .action(async () => {
      const { jsonSchema } = await import('./config/json-schema.ts')
      context.effects.terminal.out(`${JSON.stringify(jsonSchema(), undefined, 2)}\n`)
    })
  return root
}

/** The options of every command that works on a stack. */
function onStack<Args extends unknown[], Options extends OptionValues>(command: Command<Args, Options>) {
  return command
    .exitOverride()
    .option('-c, --config <file>', 'the config; found from here upwards when not given')
    .option('-e, --environment <name>', 'the environment')
    .option('--region <region>', 'instead of the region in the config')
    .option('--profile <name>', 'AWS profile')
    .option('--ledger <place>', 'file:PATH or dynamodb:TABLE, instead of what the config says')
    .option('--accept-missing', 'what the ledger knows and AWS does not show is really gone')
    .option('--sandbox', 'rehearse on the embedded AWS')
    .option('--log <file>', 'append each call to AWS to this file, as a line of JSON')
    .addOption(new Option('--color', 'colour whatever the terminal says').conflicts('noColor'))
    .addOption(new Option('--no-color', 'no colour'))
    .addHelpText('after', ({ command: asked }) => examplesOf(pathOf(asked)))
}

/** `ledger show`: its name below the program's. */
function pathOf(command: { name(): string; parent: unknown }): string {
  const parent = command.parent as typeof command | null
  return parent?.parent ? `${pathOf(parent)} ${command.name()}` : command.name()
}

export type OnStack = typeof onStack

async function exit(code: Promise<number>): Promise<void> {
  // Node ends when nothing is left to wait for: a command that got stuck must not look like one that is done.
  process.exitCode = exitCodes.bug
  process.exitCode = await code
}

const codes: Record<ErrorCode, number> = {
  usage: exitCodes.usage,
  config: exitCodes.config,
  failed: exitCodes.failed,
  refused: exitCodes.failed,
  ledger: exitCodes.failed,
  locked: exitCodes.locked,
  access: exitCodes.access,
  interrupted: exitCodes.interrupted,
  bug: exitCodes.bug,
}

/** One line; only what is wrong with a config is told in several, which are safe one by one. */
function readable({ code, message }: ProvisionError): string {
  if (code !== 'config' || !message.includes('\n')) return safe(message)
  return `${message.split('\n').map(safe).join('\n')}\n`
}

function report(error: unknown): number {
  const { terminal } = context.effects
  const style = styleFor(terminal.color.stderr)
  // commander has printed its own words already; help and version are no errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
  if (error instanceof ProvisionError) {
    terminal.err(`${style.removed('error')} ${readable(error)}\n`)
    if (error.hint) terminal.err(`${style.muted('next')}  ${safe(error.hint)}\n`)
    return codes[error.code]
  }
  if (stop.signal.aborted) return exitCodes.interrupted
  const { name, message, stack } = error as Error
  terminal.err(`${style.removed('bug')} ${safe(`${name}: ${message}`)}\n`)
  terminal.err(
    `This is a mistake in provision ${version}, not in your config. The ledger is safe.\n${stack ?? ''}\n`,
  )
  return exitCodes.bug
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    if (stop.signal.aborted) {
      leave.abort()
      process.exit(exitCodes.interrupted)
    }
    context.effects.terminal.err(
      '\nStopping: nothing new starts, calls under way are finished. Once more to leave at once.\n',
    )
    stop.abort()
  })
// `provision plan | head -1`: the reader has gone, and so do we, in order.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    stop.abort()
  })

program()
  .parseAsync()
  .catch((error: unknown) => {
    process.exitCode = report(error)
  })
