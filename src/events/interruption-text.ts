import type { Interruption } from '../plan/plan.ts'
import { durationText } from './duration.ts'
import { safe, type Style } from './style.ts'

/** One line for each cause: `! interrupts api and web for about 5m 00s: the database restarts …`. */
export function interruptionLines(interruptions: readonly Interruption[], style: Style): string[] {
  return interruptionTexts(interruptions).map(text => `${style.warning('!')} ${text}`)
}

/** `interrupts api and web for about 5m 00s: the database restarts for a new instance class`, for each cause. */
export function interruptionTexts(interruptions: readonly Interruption[]): string[] {
  const causes = new Map<string, string[]>()
  for (const { service, reason, seconds } of interruptions) {
    const long = seconds === undefined ? '' : ` for about ${durationText(seconds * 1000)}`
    const cause = `${long}: ${safe(reason)}`
    const services = causes.get(cause) ?? []
    if (!services.includes(service)) causes.set(cause, [...services, service])
  }
  return [...causes].map(([cause, services]) => `interrupts ${listed(services.map(safe))}${cause}`)
}

/** `a`, `a and b`, `a, b and c`. */
function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`
}
