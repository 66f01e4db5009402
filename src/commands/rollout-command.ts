import type { Command, OptionValues } from '@commander-js/extra-typings'
import type { Run } from './command.ts'
import { each } from './each.ts'
import { onStack } from './on-stack.ts'
import { simulatedImages } from './simulated-option.ts'

/** Loaded for a command that runs. */
export const releaseTools = async () => {
  const { nodePrograms, nodeWeb } = await import('../effects/node-programs.ts')
  return { programs: nodePrograms, web: nodeWeb }
}

/** `rollout` and its verbs, and `restart`. */
export function addRollout(root: Command, run: Run): void {
  const rollout = root
    .command('rollout')
    .description('release an image and follow it until it has all the traffic, or is back')
    .addHelpText(
      'after',
      `
provision rollout web --image … is short for provision rollout start web --image …

Exit codes: 0 all traffic on the new version and healthy, 10 rolled back, 11 superseded, 12 stopped, 13 paused or timed out, 14 a check failed or the metrics are worse, 15 aborted`,
    )
  const tools = releaseTools
  const verbs = () => import('./rollout-verbs.ts')

  following(onStack(rollout.command('start', { isDefault: true })))
    .description('release an image to a service, or to several as one (backend,frontend)')
    .argument('<services>', 'the service, or several with commas')
    .option('--image <reference>', 'the image; SERVICE=REFERENCE for each of several services', each)
    .option('--tag <tag>', "this tag of each service's own repository")
    .option('--build <folder>', 'build it with docker or podman, and push it')
    .option('--from <environment>', 'what runs in another environment, byte for byte')
    .option('--strategy <name>', 'rolling, blue-green, canary or linear, for this release')
    .option('--canary <percent>', 'this share of the traffic first, then all')
    .option('--steps <percents>', 'these shares of the traffic, one after the other: 1,5,25,100')
    .option('--step <percent>', 'this share of the traffic with each step')
    .option('--step-minutes <minutes>', 'from one step to the next')
    .option('--bake <minutes>', 'how long the old version stands by under full traffic')
    .option('--pause', 'wait before production traffic until provision rollout continue')
    .option('--force', 'release it also where it runs already')
    .option('--accept-weights', 'take over weights that were changed by hand')
    .option(
      '--scan <severity>',
      'refuse an image with ECR scan findings of this severity or above: critical, high, medium, low; or off. Default: deployment.scan',
    )
    .option('--no-analysis', 'do not compare the metrics of both versions (deployment.analysis)')
    .addOption(simulatedImages())
    .option('-y, --yes', 'do not ask')
    .action((services, options) =>
      run(async context => (await import('./rollout.ts')).rollout(services, options, context, await tools())),
    )

  following(onStack(rollout.command('attach')))
    .description('follow a release that is under way, from any machine')
    .argument('<service>')
    .action((service, options) =>
      run(async context => (await verbs()).attach(service, options, context, await tools())),
    )

  following(onStack(rollout.command('continue')))
    .description('let a paused release go on')
    .argument('<service>')
    .action((service, options) =>
      run(async context => (await verbs()).resume(service, options, context, await tools())),
    )

  onStack(rollout.command('abort'))
    .description('take back the release that is under way')
    .argument('<service>')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'one event per line on stdout')
    .action((service, options) =>
      run(async context => (await verbs()).abortRelease(service, options, context, await tools())),
    )

  onStack(rollout.command('rollback'))
    .description('bring back the version of before, or an earlier release as a whole')
    .argument('<service>')
    .option('--to <number>', 'of the release, as rollout history shows it')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'one event per line on stdout')
    .action((service, options) =>
      run(async context => (await verbs()).rollback(service, options, context, await tools())),
    )

  onStack(rollout.command('status'))
    .description('what the services run, and what a release waits for')
    .argument('[services]', 'all of them when not given')
    .option('--show-test-header', 'also where test traffic goes to, with its header, whose value is a secret')
    .option('--json', 'one JSON document on stdout')
    .action((services, options) =>
      run(async context =>
        (await import('./rollout-status.ts')).rolloutStatus(services, options, context, await tools()),
      ),
    )

  onStack(rollout.command('history'))
    .description('who released what, when, and how it ended')
    .argument('<service>')
    .option('--json', 'one JSON document on stdout')
    .action((service, options) =>
      run(async context =>
        (await import('./rollout-status.ts')).rolloutHistory(service, options, context, await tools()),
      ),
    )

  following(onStack(root.command('restart')))
    .description('start new tasks of the version that runs, and follow them as a release')
    .argument('<service...>', 'the services; each goes its own way')
    .option('--accept-weights', 'take over weights that were changed by hand')
    .option('--no-analysis', 'do not compare the metrics of both versions (deployment.analysis)')
    .option('-y, --yes', 'do not ask')
    .action((services, options) =>
      run(async context =>
        (await import('./restart.ts')).restartServices(services, options, context, await tools()),
      ),
    )
}

/** The options of what follows a release. */
function following<Args extends unknown[], Options extends OptionValues>(command: Command<Args, Options>) {
  return command
    .option('--verify <command>', 'has to end with 0 wherever the release pauses; no shell runs it', each)
    .option('--http <path>', 'has to answer with 200 to 399 wherever the release pauses', each)
    .option('--timeout <duration>', 'roll back when it takes longer, e.g. 30m. Default: 2h')
    .option('--until <stage>', 'follow it to test-traffic, production-traffic or done. Default: done')
    .option('--detach', 'do not follow it')
    .option('--json', 'one event per line on stdout')
}
