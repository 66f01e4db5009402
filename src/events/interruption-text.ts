import type { Interruption } from '../plan/plan.ts'
import { durationText } from './duration.ts'
import { safe, type Style } from './style.ts'

/** One line for each interruption: `! interrupts web for about 5m 00s: the database restarts …`. */
export function interruptionLines(interruptions: readonly Interruption[], style: Style): string[] {
  return interruptions.map(one => `${style.warning('!')} ${interruptionText(one)}`)
}

/** `interrupts web for about 5m 00s: the database restarts for a new instance class`. */
export function interruptionText({ service, reason, seconds }: Interruption): string {
  const long = seconds === undefined ? '' : ` for about ${durationText(seconds * 1000)}`
  return `interrupts ${safe(service)}${long}: ${safe(reason)}`
}
