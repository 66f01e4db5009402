import { setMaxListeners } from 'node:events'
import { Argument, Command, CommanderError, Option } from '@commander-js/extra-typings'
import type { CommandContext } from './commands/command.ts'
import { exitCodes } from './commands/exit-codes.ts'
import { addDaily } from './commands/daily-commands.ts'
import { addLedger } from './commands/ledger-commands.ts'
import { lockWait } from './commands/lock-wait.ts'
import { onStack } from './commands/on-stack.ts'
import { addPrune } from './commands/prune-command.ts'
import { addRollout, releaseTools } from './commands/rollout-command.ts'
import { addSandbox } from './commands/sandbox-commands.ts'
import { simulatedImages } from './commands/simulated-option.ts'
import { policyCommands } from './policy/commands.ts'
import { version } from './version.ts'

// The SDK prints seven lines about Node 20 in each process that makes a client.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'

const stop = new AbortController()
const leave = new AbortController()
let notice = (text: string): void => void process.stderr.write(`${text}\n`)
const color = process.argv.includes('--no-color')
  ? false
  : process.argv.includes('--color')
    ? true
    : undefined
// Every call and every wait listens: Node takes more than ten for a leak.
setMaxListeners(0, stop.signal, leave.signal)

/** Loaded for a command that runs; the list of the commands is there sooner without them. */
const effects = async () =>
  (await import('./effects/node-effects.ts')).nodeEffects({ color, signal: stop.signal })

const deleteData = new Option(
  '--delete-data <address...>',
  'delete this data, which the config no longer names, without a snapshot',
)

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
    .action(() => run(async context => (await import('./commands/init.ts')).init(context)))

  onStack(root.command('plan'))
    .description('show what up would do; changes nothing')
    .option('--json', 'one JSON document on stdout')
    .option('--detailed-exitcode', 'exit with 2 when there are changes')
    .addOption(deleteData)
    .addOption(simulatedImages())
    .action(options => run(async context => (await import('./commands/plan.ts')).plan(options, context)))

  onStack(root.command('up').alias('apply'))
    .description('make AWS match the config')
    .option('-y, --yes', 'do not ask')
    .option(
      '--allow-interruption [service...]',
      'run a plan that interrupts these services; all, when none is named',
    )
    .addOption(deleteData)
    .addOption(lockWait())
    .addOption(simulatedImages())
    .option('--json', 'one event per line on stdout')
    .action(options => run(async context => (await import('./commands/up.ts')).up(options, context)))

  onStack(root.command('teardown').alias('destroy'))
    .description('remove the stack; data stays unless it is named')
    .option('-y, --yes', 'do not ask')
    .addOption(lockWait())
    .option('--json', 'one event per line on stdout')
    .option('--delete-data <address...>', 'let this data go without a snapshot; all for all of it')
    .option('--delete-imported', 'remove what was imported too')
    .action(options =>
      run(async context => (await import('./commands/teardown.ts')).teardown(options, context)),
    )

  onStack(root.command('status'))
    .description('what AWS has of the stack now')
    .option('--json', 'one JSON document on stdout')
    .action(options => run(async context => (await import('./commands/status.ts')).status(options, context)))

  onStack(root.command('outputs'))
    .description('addresses and endpoints; with a name, its bare value')
    .argument('[name]', 'one output')
    .option('--json', 'one JSON document on stdout')
    .action((name, options) =>
      run(async context => (await import('./commands/status.ts')).outputs({ ...options, name }, context)),
    )

  addRollout(root, run)
  addDaily(root, run)
  addPrune(root, run)

  onStack(root.command('docs'))
    .description('write the architecture document: Markdown with its diagram, and one page of HTML')
    .option('-o, --out <folder>', 'where to; ./architecture when not given')
    .action(options => run(async context => (await import('./commands/docs.ts')).docs(options, context)))

  onStack(root.command('cost'))
    .description('what the stack costs in a month, as far as list prices tell')
    .option('--json', 'one JSON document on stdout')
    .action(options => run(async context => (await import('./commands/cost.ts')).cost(options, context)))
  onStack(root.command('snapshot'))
    .description('take a snapshot of a database or a cache and wait for it')
    .argument('<store>', 'its name under `databases` or `caches`')
    .option('--name <name>', 'of the snapshot; its name in AWS and the time when not given')
    .action((store, options) =>
      run(async context => (await import('./commands/snapshot.ts')).snapshot(store, options, context)),
    )

  const secret = root.command('secret').description('values that stand in no file')
  onStack(secret.command('set'))
    .description(
      'give a secret of the config its value: typed without an echo, piped in, or from a variable or file',
    )
    .argument('<name>', 'its name under `secrets`')
    .addOption(new Option('--from-env <variable>', 'take it from this variable').conflicts('fromFile'))
    .option('--from-file <path>', 'take it from this file; - for standard input')
    .option('--restart', 'restart the services that read it, and follow that as a release')
    .action((name, options) =>
      run(async context =>
        options.restart
          ? (await import('./commands/secret-restart.ts')).secretSetRestarting(
              name,
              options,
              context,
              await releaseTools(),
            )
          : (await import('./commands/secret.ts')).secretSet(name, options, context),
      ),
    )
  onStack(secret.command('list'))
    .description('which secrets have a value, and who reads them')
    .option('--json', 'one JSON document on stdout')
    .action(options =>
      run(async context => (await import('./commands/secret.ts')).secretList(options, context)),
    )

  addLedger(root, run)
  addSandbox(root, run)

  onStack(root.command('import'))
    .description('take over what AWS has already, for an address of the config; changes nothing in AWS')
    .argument('<address>', 'an address that provision plan shows')
    .argument('<id>', 'its id in AWS (vpc-0123…), or its name where it has no id')
    .option('-y, --yes', 'do not ask')
    .addOption(lockWait())
    .action((address, id, options) =>
      run(async context =>
        (await import('./commands/import.ts')).importResource({ address, id }, options, context),
      ),
    )

  onStack(root.command('policy'))
    .description('the least that a command needs in IAM for this config, as JSON; asks AWS nothing')
    .addArgument(new Argument('[command...]', `as it is typed: ${policyCommands.join(', ')}`))
    .addHelpText('after', '\nExample:\n  provision policy rollout status > policy.json')
    .action((words, options) =>
      run(async context =>
        (await import('./commands/policy.ts')).policy(words.join(' ') || 'up', options, context),
      ),
    )

  root
    .command('schema')
    .description('print the JSON Schema of the config, for editors')
    .action(async () => {
      const { jsonSchema } = await import('./config/json-schema.ts')
      process.stdout.write(`${JSON.stringify(jsonSchema(), undefined, 2)}\n`)
    })
  return root
}

async function run(command: (context: CommandContext) => Promise<number>): Promise<void> {
  // Node ends when nothing is left to wait for: a command that got stuck must not look like one that is done.
  process.exitCode = exitCodes.bug
  process.exitCode = await command({
    effects: await effects(),
    stop: stop.signal,
    leave: leave.signal,
    noticesBy: show => (notice = show),
  })
}

async function endedBadly(error: unknown): Promise<number> {
  // commander has printed its own words already; help and version are no errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
  const [{ report }, { terminal }] = await Promise.all([import('./commands/report.ts'), effects()])
  return report(error, { terminal, stop: stop.signal })
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    if (stop.signal.aborted) {
      leave.abort()
      process.exit(exitCodes.interrupted)
    }
    notice('\nStopping: nothing new starts, calls under way are finished. Once more to leave at once.')
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
  .catch(async (error: unknown) => {
    process.exitCode = await endedBadly(error)
  })
