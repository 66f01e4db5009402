import type { Command } from '@commander-js/extra-typings'
import { lockWait } from './lock-wait.ts'
import type { Run } from './command.ts'
import { onStack } from './on-stack.ts'

/** `provision ledger …`: to look after what is remembered of a stack. */
export function addLedger(root: Command, run: Run): void {
  const ledger = root.command('ledger').description('what is remembered of the stack')
  onStack(ledger.command('show'))
    .description('list the entries')
    .option('--json', 'one JSON document on stdout')
    .action(options => run(async context => (await import('./ledger.ts')).ledgerShow(options, context)))
  onStack(ledger.command('history'))
    .description('the last runs: who, when, what, and how they ended')
    .option('--json', 'one JSON document on stdout')
    .action(options => run(async context => (await import('./ledger.ts')).ledgerHistory(options, context)))
  onStack(ledger.command('init'))
    .description('make the DynamoDB table for the ledgers of a team')
    .action(options => run(async context => (await import('./ledger-init.ts')).ledgerInit(options, context)))
  onStack(ledger.command('migrate'))
    .description('move the ledger to another place')
    .argument('<place>', 'file:PATH or dynamodb:TABLE')
    .addOption(lockWait())
    .action((place, options) =>
      run(async context => (await import('./ledger-migrate.ts')).ledgerMigrate(place, options, context)),
    )
  onStack(ledger.command('rebuild'))
    .description('write the ledger anew from what AWS has; changes nothing in AWS')
    .option('-y, --yes', 'do not ask')
    .addOption(lockWait())
    .action(options =>
      run(async context => (await import('./ledger-rebuild.ts')).ledgerRebuild(options, context)),
    )
  onStack(ledger.command('unlock'))
    .description('break the lock of a run that died')
    .argument('<id>', 'the id that the refusal printed')
    .action((id, options) =>
      run(async context => (await import('./ledger.ts')).ledgerUnlock(id, options, context)),
    )
}
