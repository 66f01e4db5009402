import { durationText } from './duration.ts'
import type { RunEvent } from './event.ts'
import { releaseLine } from './release-text.ts'
import { safe, type Style } from './style.ts'
import { words } from './words.ts'

/** The line an event leaves in the record of a run; undefined for those that only move the progress. */
export function lineText(event: RunEvent, style: Style): string | undefined {
  switch (event.type) {
    case 'run.started':
      return `${safe(event.command)} ${style.strong(safe(`${event.stack}/${event.environment}`))}: ${event.resources} resources`
    case 'resource.done': {
      const { address, label, action, name, took } = event
      const what = safe(`${label}${name ? ` ${name}` : ''}`)
      const done = style[action === 'delete' ? 'removed' : 'added'](words[action].done)
      return `${safe(address)}: ${done} ${what} ${style.muted(`(${durationText(took)})`)}`
    }
    case 'resource.failed':
      return `${safe(event.address)}: ${style.failed(`${event.action} failed`)}: ${safe(event.problem.message)}`
    case 'resource.kept':
      return `${safe(event.address)}: ${style.warning('kept')} ${safe(event.label)} (${safe(event.reason)})`
    case 'note': {
      const text = `${event.address ? `${safe(event.address)}: ` : ''}${safe(event.message)}`
      return event.level === 'warning' ? `${style.warning('Warning')} ${text}` : text
    }
    case 'rollout.started':
    case 'release.started':
    case 'release.waiting':
    case 'release.check':
    case 'release.analysis':
    case 'release.finished':
      return releaseLine(event, style)
    default:
      return undefined
  }
}
