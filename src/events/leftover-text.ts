import type { Leftover } from '../plan/plan.ts'
import { safe, type Style } from './style.ts'

/** What earlier replacements have left in AWS, under a heading; nothing where there is nothing. */
export function leftoverLines(leftovers: readonly Leftover[], style: Style): string[] {
  if (leftovers.length === 0) return []
  return [
    `${style.strong('Left over from earlier replacements')} ${style.muted('(removed by the next up)')}`,
    ...leftovers.map(({ address, label, id }) => `  ${safe(address)}  ${safe(label)} ${safe(id)}`),
  ]
}
