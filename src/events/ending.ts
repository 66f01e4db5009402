import { durationText } from './duration.ts'
import type { RunEvent } from './event.ts'
import { releaseProblem } from './release-text.ts'
import { safe, type Style } from './style.ts'

/** JSON lines name all of them. */
const mostNamed = 12

type Event<T extends RunEvent['type']> = Extract<RunEvent, { readonly type: T }>

export interface Ending {
  note(event: RunEvent): void
  /** Everything that stands below the last line of progress. */
  text(finished: Event<'run.finished' | 'rollout.finished'>): string
}

/** Gathers what a run must say at its end: each cause once, then what it held up, then the sums. */
export function createEnding(style: Style): Ending {
  let command = 'run'
  const started = new Set<string>()
  const failures: Event<'resource.failed'>[] = []
  const skipped: Event<'resource.skipped'>[] = []
  const releases: Event<'release.finished'>[] = []
  return {
    note(event) {
      if (event.type === 'run.started') command = event.command
      if (event.type === 'resource.started') started.add(event.address)
      if (event.type === 'resource.failed') failures.push(event)
      if (event.type === 'resource.skipped') skipped.push(event)
      if (event.type === 'release.finished') releases.push(event)
    },
    text(finished) {
      if (finished.type === 'rollout.finished')
        return [
          ...releases
            .filter(({ outcome }) => outcome !== 'released')
            .map(release => releaseProblem(release, style)),
          rolloutSummary(finished, releases, style),
        ].join('\n\n')
      const blocked = skipped.filter(({ because }) => because !== 'interrupted')
      const stopped = skipped.filter(({ because }) => because === 'interrupted')
      const begun = stopped.filter(({ address }) => started.has(address))
      const untouched = stopped.filter(({ address }) => !started.has(address))
      return [
        ...failures.map(failure => problemText(failure, style)),
        ...(blocked.length > 0 ? [listText('Skipped because of a failure', blocked)] : []),
        ...(begun.length > 0 ? [listText('Started, not finished', begun)] : []),
        ...(untouched.length > 0 ? [listText('Not started', untouched)] : []),
        summaryText(command, finished, style),
      ].join('\n\n')
    },
  }
}

export function problemText(
  { address, label, action, problem }: Event<'resource.failed'>,
  style: Style,
): string {
  const { message, code, operation, requestId, hint } = problem
  const aws = [code, operation, requestId && `request id ${requestId}`].filter(part => part !== undefined)
  return [
    `${style.failed('Failed')} ${style.strong(safe(address))} (${safe(label)}): ${action}`,
    `  Why   ${safe(message)}`,
    ...(aws.length > 0 ? [`  AWS   ${safe(aws.join(' · '))}`] : []),
    `  Next  ${safe(hint)}`,
  ].join('\n')
}

function rolloutSummary(
  { exitCode, interrupted, took, calls }: Event<'rollout.finished'>,
  releases: readonly Event<'release.finished'>[],
  style: Style,
): string {
  const has = (wanted: Event<'release.finished'>['outcome']) =>
    releases.some(({ outcome }) => outcome === wanted)
  const aborted = has('aborted')
  const reached = releases.find(one => one.reached !== undefined)?.reached
  const head =
    exitCode === 0
      ? style.added(
          aborted ? 'Abort complete' : reached ? `Rollout has come to ${reached}` : 'Rollout complete',
        )
      : interrupted
        ? style.warning('Rollout interrupted')
        : has('running')
          ? style.warning('Rollout not over')
          : aborted
            ? style.warning('Rollout aborted')
            : style.failed('Rollout failed')
  const next = exitCode === 0 && !aborted ? releases.at(-1)?.next : undefined
  const sums = `${head} ${exitCode === 0 ? 'in' : 'after'} ${durationText(took)}. ${calls.reads + calls.writes} AWS calls.`
  return next ? `${sums}\nNext: ${safe(next)}` : sums
}

function listText(title: string, events: readonly Event<'resource.skipped'>[]): string {
  const named = events.slice(0, mostNamed).map(({ address }) => safe(address))
  const more = events.length - named.length
  return `${title} (${events.length}): ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

function summaryText(
  command: string,
  { outcome, took, counts, calls, next }: Event<'run.finished'>,
  style: Style,
): string {
  const name = safe(command)
  const title = `${name.charAt(0).toUpperCase()}${name.slice(1)}`
  const time = durationText(took)
  const head = {
    done: style.added(`${title} complete`) + ` in ${time}.`,
    failed: style.failed(`${title} failed`) + ` after ${time}.`,
    interrupted: style.warning(`${title} interrupted`) + ` after ${time}.`,
  }[outcome]
  const done = Object.entries(counts).filter(([, count]) => count > 0)
  const sums =
    done.length > 0 ? done.map(([name, count]) => `${count} ${name}`).join(', ') : 'Nothing changed'
  const retried = calls.retried > 0 ? `, ${calls.retried} retried` : ''
  const summary = `${head} ${sums}. ${calls.reads + calls.writes} AWS calls${retried}.`
  return next === undefined ? summary : `${summary}\nNext: ${safe(next)}`
}
