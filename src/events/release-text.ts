import { durationText } from './duration.ts'
import type { RunEvent, VersionMetrics } from './event.ts'
import { safe, type Style } from './style.ts'

type Event<T extends RunEvent['type']> = Extract<RunEvent, { readonly type: T }>
type ReleaseEvent = Extract<RunEvent, { readonly type: `release.${string}` | `rollout.${string}` }>

/** The line that an event of a release leaves behind; undefined for those that only move the progress. */
export function releaseLine(event: ReleaseEvent, style: Style): string | undefined {
  switch (event.type) {
    case 'rollout.started':
      return `rollout ${style.strong(safe(`${event.stack}/${event.environment}`))}: ${safe(event.services.join(', '))}`
    case 'release.started': {
      const { service, number, image, strategy, action } = event
      const release = number > 0 ? `release ${number}, ` : ''
      return `${safe(service)}: ${action === 'restart' ? 'restarting' : 'releasing'} ${safe(imageText(image))} ${style.muted(`(${release}${strategyText(strategy)})`)}`
    }
    case 'release.waiting':
      return `${safe(event.service)}: ${safe(event.reason)}`
    case 'release.check':
      return checkLine(event, style)
    case 'release.analysis':
      return analysisLine(event, style)
    case 'release.finished': {
      const { service, image, outcome, reached, action, took } = event
      if (reached !== undefined)
        return `${safe(service)}: ${style.added(reachedWord(reached))} ${safe(imageText(image))} ${style.muted(`(${durationText(took)})`)}`
      const what = action === 'restart' && outcome === 'released' ? 'restarted' : outcomeText(outcome)
      const tone =
        { released: style.added, running: style.warning, aborted: style.warning }[outcome as string] ??
        style.failed
      return `${safe(service)}: ${tone(what)} ${safe(imageText(image))} ${style.muted(`(${durationText(took)})`)}`
    }
    default:
      return undefined
  }
}

function checkLine({ service, check, state, took, details }: Event<'release.check'>, style: Style) {
  const head = `${safe(service)}: check ${safe(check)}`
  if (state === 'started') return `${head} ...`
  const time = style.muted(`(${durationText(took)})`)
  if (state === 'passed') return `${head} ${style.added('passed')} ${time}`
  return [`${head} ${style.failed('failed')} ${time}`, ...details.map(line => `  ${safe(line)}`)].join('\n')
}

function analysisLine(
  { service, state, basis, percentile, why, previous, next, took }: Event<'release.analysis'>,
  style: Style,
): string {
  const head = `${safe(service)}: metrics of both versions`
  if (state === 'started') return `${head} ...`
  const tone = { passed: style.added, failed: style.failed, inconclusive: style.warning }[state]
  const metrics = (name: string, one: VersionMetrics) =>
    `  ${name.padEnd(8)}  ${numberText(one.errorRate)} % errors, ${percentile} ${one.responseTime === undefined ? 'unknown' : secondsText(one.responseTime)}, ${numberText(one.requests)} requests in ${one.minutes} min`
  return [
    `${head} ${tone(state)} ${style.muted(`(${durationText(took)})`)}`,
    ...(why === undefined ? [] : [`  ${safe(why)}`]),
    ...(next ? [metrics('new', next)] : []),
    ...(previous
      ? [`${metrics('previous', previous)}${basis === 'same-minutes' ? '' : ' before all traffic moved'}`]
      : []),
  ].join('\n')
}

/** Two decimals at most, in groups of three digits: `12,345.6`. */
export function numberText(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 2 })
}

/** Seconds as people read them: `120 ms`, `1.25 s`. */
export function secondsText(seconds: number): string {
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${numberText(seconds)} s`
}

/** What stands at the end for each service that did not go as wished: why, what explains it, what to type. */
export function releaseProblem(
  { service, outcome, reached, starts, why, details, next }: Event<'release.finished'>,
  style: Style,
): string {
  if (reached !== undefined) return `${style.strong(safe(service))} goes on: ${safe(why ?? '')}`
  const head =
    outcome === 'running'
      ? style.warning('Paused')
      : outcome === 'aborted'
        ? style.warning('Aborted')
        : style.failed('Failed')
  return [
    `${head} ${style.strong(safe(service))}: ${outcome === 'aborted' ? abortedText(starts) : outcomeText(outcome)}`,
    ...(why === undefined ? [] : [`  Why   ${safe(why)}`]),
    ...details.map((line, index) => `  ${index === 0 ? 'Seen' : '    '}  ${safe(line)}`),
    `  Next  ${safe(next)}`,
  ].join('\n')
}

/** What a service runs after an abort. */
function abortedText(starts: number | undefined): string {
  return starts === undefined ? 'it runs the previous version' : 'it runs no task, as before'
}

/** `production traffic on`, before the image that has it. */
function reachedWord(reached: NonNullable<Event<'release.finished'>['reached']>): string {
  return `${reached.replace('-', ' ')} on`
}

export function outcomeText(outcome: Event<'release.finished'>['outcome']): string {
  return {
    running: 'under way',
    released: 'released',
    'rolled-back': 'rolled back',
    aborted: 'aborted',
    superseded: 'superseded',
    stopped: 'stopped',
    'timed-out': 'timed out and rolled back',
    'gate-failed': 'stopped by a check',
    failed: 'failed',
  }[outcome]
}

/** `web:1.4`, or `web@sha256:` with twelve digits: what people recognise of an image. */
export function imageText(reference: string): string {
  const name = reference.split('/').at(-1) ?? reference
  return name.replace(/(@sha256:[0-9a-f]{12})[0-9a-f]+$/, '$1')
}

/** `blue/green` for `BLUE_GREEN`. ECS's own word where a service names none is `ROLLING`. */
export function strategyText(strategy = 'ROLLING'): string {
  return strategy.toLowerCase().replace('_', '/')
}
