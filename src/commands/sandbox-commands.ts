import type { Command } from '@commander-js/extra-typings'
import type { Run } from './command.ts'
import { onStack } from './on-stack.ts'

/** `provision sandbox …`: what other people and programs would do in the account of the embedded AWS. */
export function addSandbox(root: Command, run: Run): void {
  const sandbox = root
    .command('sandbox')
    .description('prepare the embedded AWS of --sandbox: images, and resources of others')
  onStack(sandbox.command('push'))
    .description('push a simulated image to a repository of the embedded AWS, without Docker')
    .argument('<image...>', 'REPOSITORY:TAG, with the name of the repository in the config or in ECR')
    .action((images, options) =>
      run(async context => (await import('./sandbox-push.ts')).sandboxPush(images, options, context)),
    )
  onStack(sandbox.command('create'))
    .description('create there what the config uses and does not own: existing, delegateFrom, snapshots, …')
    .action(options =>
      run(async context => (await import('./sandbox-create.ts')).sandboxCreate(options, context)),
    )
}
