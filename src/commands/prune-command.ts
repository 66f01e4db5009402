import type { Command } from '@commander-js/extra-typings'
import type { Run } from './command.ts'
import { lockWait } from './lock-wait.ts'
import { onStack } from './on-stack.ts'

/** `prune`. */
export function addPrune(root: Command, run: Run): void {
  onStack(root.command('prune'))
    .description('delete old task definition revisions, and images that no release needs any more')
    .option(
      '--keep <number>',
      'releases of each service that can still be rolled back to; all when not given',
    )
    .option('--dry-run', 'show what would be deleted, and delete nothing')
    .option('-y, --yes', 'do not ask')
    .addOption(lockWait())
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      `
An image is never deleted that a task or a service runs in any cluster of the account, that a kept release needs, that
another environment has marked as in use, or that was pushed after the oldest one that runs.`,
    )
    .action(options => run(async context => (await import('./prune.ts')).pruneStack(options, context)))
}
