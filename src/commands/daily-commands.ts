import { Option } from '@commander-js/extra-typings'
import type { Command } from '@commander-js/extra-typings'
import { each } from './each.ts'
import { lockWait } from './lock-wait.ts'
import type { Run } from './command.ts'
import { onStack } from './on-stack.ts'

/** The commands of a day: doctor, drift, logs, run. */
export function addDaily(root: Command, run: Run): void {
  onStack(root.command('doctor'))
    .description('look at all that up would need, before it is run; changes nothing')
    .option('--json', 'one JSON document on stdout')
    .action(options => run(async context => (await import('./doctor.ts')).doctor(options, context)))

  onStack(root.command('drift'))
    .description('what was changed in AWS since the last run: shown, put back, or accepted')
    .argument('[address...]', 'only what drifted there; all of it when not given')
    .addOption(
      new Option('--repair', 'put AWS back to what the last run left, and touch nothing else').conflicts(
        'accept',
      ),
    )
    .option(
      '--accept',
      'take it over into the ledger, and say what to write in the config; AWS stays as it is',
    )
    .option('-y, --yes', 'do not ask')
    .addOption(lockWait())
    .option('--json', 'one JSON document on stdout; with --repair one event per line')
    .option(
      '--detailed-exitcode',
      'exit with 2 when there is drift, or when there was some that is now dealt with',
    )
    .action((addresses, options) =>
      run(async context => (await import('./drift.ts')).drift({ ...options, addresses }, context)),
    )

  onStack(root.command('logs'))
    .description("what a service's containers have written")
    .argument('<service>', 'its name in the config')
    .option('--since <duration>', 'how far back: 90s, 10m, 2h', '10m')
    .option('-f, --follow', 'go on until Ctrl-C')
    .option('--filter <pattern>', "only lines that match, in CloudWatch Logs' pattern language")
    .option('--json', 'one JSON object per line')
    .action((service, options) =>
      run(async context => (await import('./logs.ts')).logs({ ...options, service }, context)),
    )

  onStack(root.command('run'))
    .description('run a command once, as a task beside those of a service')
    .argument('<service>', 'its name in the config')
    .argument('<command...>', 'after --: what the container runs')
    .option('--cpu <units>', "instead of the service's; 1024 are one vCPU")
    .option('--memory <MiB>', "instead of the service's")
    .option(
      '--env <KEY=VALUE>',
      'one more variable, or another value for it; may be given several times',
      each,
    )
    .addHelpText(
      'after',
      `
The task has the task definition, network and roles that the service has now. What it writes goes to stdout, and the
exit code is the command's. Ctrl-C stops the task. The command line and --env can be read in ECS: write no secrets there.`,
    )
    .action((service, words, options) =>
      run(async context => (await import('./run-task.ts')).runOnce({ ...options, service, words }, context)),
    )
}
