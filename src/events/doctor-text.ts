import type { Finding, Level } from '../doctor/finding.ts'
import { safe, type Style } from './style.ts'

const tones: Record<Level, keyof Style> = { ok: 'added', warn: 'warning', fail: 'failed' }

/** One line for each thing that was looked at, what to do below it. Ends in a newline. */
export function doctorText(findings: readonly Finding[], style: Style): string {
  const width = Math.max(...findings.map(({ check }) => check.length))
  const lines = findings.flatMap(({ level, check, message, hint }) => [
    `${style[tones[level]](level.padEnd(4))}  ${check.padEnd(width)}  ${safe(message)}`,
    ...(hint ? [`${' '.repeat(width + 8)}${style.muted('Next')}  ${safe(hint)}`] : []),
  ])
  const count = (wanted: Level) => findings.filter(({ level }) => level === wanted).length
  return `${[...lines, '', `${count('ok')} ok, ${count('warn')} warn, ${count('fail')} fail. Nothing was changed.`].join('\n')}\n`
}
