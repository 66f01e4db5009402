import { durationText } from '../events/duration.ts'
import { imageText, outcomeText, strategyText } from '../events/release-text.ts'
import { safe } from '../events/style.ts'
import { readLive } from '../rollout/live.ts'
import { settled } from '../rollout/settle.ts'
import type { TestTraffic } from '../rollout/status.ts'
import { statusOf } from '../rollout/status.ts'
import { targetsOf } from '../rollout/target.ts'
import type { Release } from '../state/release.ts'
import type { StackOptions } from '../session.ts'
import type { CommandContext } from './command.ts'
import { exitCodes } from './exit-codes.ts'
import type { ReleaseTools } from './release-session.ts'
import { withReleases } from './release-session.ts'

export interface RolloutStatusOptions extends StackOptions {
  readonly json?: boolean | undefined
  /** Also where test traffic goes to, with the value of its header, which is a secret where it is generated. */
  readonly showTestHeader?: boolean | undefined
}

/** What the services run now, and what a release that is under way waits for. Changes nothing and takes no lock. */
export function rolloutStatus(
  services: string | undefined,
  options: RolloutStatusOptions,
  command: CommandContext,
  tools: ReleaseTools,
): Promise<number> {
  return withReleases('rollout status', options, command, tools, async ({ session, environment }) => {
    const names = services?.split(',') ?? Object.keys(session.config.services)
    const lives = await readLive(targetsOf(session.config, names), environment.aws)
    const rows = await statusOf(lives, environment, { showTestHeader: options.showTestHeader ?? false })
    const { terminal } = command.effects
    if (options.json) terminal.out(`${JSON.stringify({ schemaVersion: 1, services: rows }, undefined, 2)}\n`)
    else
      for (const { service, image, tasks, healthy, autoscaling, release, test } of rows) {
        terminal.out(
          `${service}: ${safe(imageText(image))}, ${tasks}${healthy === undefined ? '' : `, ${healthy}`}\n`,
        )
        if (autoscaling !== undefined) terminal.out(`  autoscaling: ${autoscaling}\n`)
        if (release)
          terminal.out(`  release ${release.number || 'of someone else'}: ${safe(release.waits)}\n`)
        if (options.showTestHeader) terminal.out(`  test traffic: ${safe(testText(test))}\n`)
      }
    return exitCodes.done
  })
}

function testText(test: TestTraffic | undefined): string {
  if (!test) return 'none, since no strategy of this service moves traffic'
  const { url, header } = test
  return header ? `${url} with the header ${header.name}: ${header.value}` : url
}

/** The last releases of a service, newest first. */
export function rolloutHistory(
  service: string,
  options: RolloutStatusOptions,
  command: CommandContext,
  tools: ReleaseTools,
): Promise<number> {
  return withReleases('rollout history', options, command, tools, async ({ session, environment }) => {
    const [live] = await readLive(targetsOf(session.config, [service]), environment.aws)
    const releases = await settled(await environment.book.read(service), live!, environment.aws)
    const { terminal } = command.effects
    if (options.json) {
      const shown = releases.map(({ configuration: _configuration, ...release }) => release)
      terminal.out(`${JSON.stringify({ schemaVersion: 1, service, releases: shown }, undefined, 2)}\n`)
      return exitCodes.done
    }
    if (releases.length === 0)
      terminal.err(
        `No release of ${service} is remembered yet: provision rollout ${service} --image … makes one.\n`,
      )
    // Releases that were brought back share a task definition with those that did it.
    const now = releases.findLast(
      ({ taskDefinition, outcome }) =>
        outcome === 'released' && taskDefinition === live!.service.taskDefinition,
    )
    for (const release of releases.toReversed()) terminal.out(`${historyLine(release, release === now)}\n`)
    return exitCodes.done
  })
}

function historyLine(release: Release, runsNow: boolean): string {
  const { number, image, strategy, by, started, finished, outcome, why, restores, action } = release
  return [
    String(number).padStart(3),
    new Date(started).toISOString().slice(0, 16).replace('T', ' '),
    safe(imageText(image)),
    strategyText(strategy),
    ...(action === undefined ? [] : [action]),
    `by ${safe(by)}`,
    `${outcomeText(outcome)}${finished === undefined ? '' : ` in ${durationText(finished - started)}`}${why ? `: ${safe(why)}` : ''}`,
    ...(restores === undefined ? [] : [`brought back ${restores}`]),
    ...(runsNow ? ['<- runs now'] : []),
  ].join('  ')
}
