import { diffLines } from 'diff'
import microdiff, { type Difference } from 'microdiff'
import type { Change } from '../plan/plan.ts'
import { canonical, documentIn, isPlain } from '../resources/json.ts'
import { isUnknown } from '../resources/reference.ts'
import { safe, type Style } from './style.ts'
import { valueText } from './value-text.ts'

const mostLines = 12

/** One change of a plan, on as few lines as show it. `created`: there is no before to speak of. */
export function changeText(change: Change, created: boolean, style: Style): string[] {
  const path = safe(change.path)
  const remarks = remarksOn(change, created)
  const remark = remarks.length > 0 ? style.muted(`  # ${remarks.join(', ')}`) : ''
  if (created) return [`${path}: ${valueText(change.after)}${remark}`]
  const details = detailsOf(documentIn(change.before), documentIn(change.after), style)
  if (!details) return [`${path}: ${valueText(change.before)} -> ${valueText(change.after)}${remark}`]
  const more = details.length - mostLines
  return [
    `${path}:${remark}`,
    ...details.slice(0, mostLines).map(line => `  ${line}`),
    ...(more > 0 ? [style.muted(`  ... and ${more} more`)] : []),
  ]
}

function remarksOn({ replaces, effect, cause }: Change, created: boolean): string[] {
  if (created) return []
  return [
    ...(replaces ? ['forces replacement'] : []),
    ...(effect ? [safe(effect)] : []),
    ...(cause === 'drift' ? ['changed in AWS since the last run'] : []),
  ]
}

/** Undefined where before and after are best shown side by side. */
function detailsOf(before: unknown, after: unknown, style: Style): string[] | undefined {
  if (isUnknown(before) || isUnknown(after)) return undefined
  if (Array.isArray(before) && Array.isArray(after) && [...before, ...after].every(isPlain))
    return membersOf(before, after, style)
  if (isContainer(before) && isContainer(after) && Array.isArray(before) === Array.isArray(after))
    return microdiff(before, after).map(difference => differenceText(difference))
  if (typeof before === 'string' && typeof after === 'string' && `${before}${after}`.includes('\n'))
    return linesOf(before, after, style)
  return undefined
}

/** Lists of plain values are compared as sets: one member more at the front is one line, not one for each index. */
function membersOf(
  before: readonly unknown[],
  after: readonly unknown[],
  style: Style,
): string[] | undefined {
  const [old, now] = [new Set(before.map(canonical)), new Set(after.map(canonical))]
  const lines = [
    ...before
      .filter(member => !now.has(canonical(member)))
      .map(member => style.removed(`- ${valueText(member)}`)),
    ...after
      .filter(member => !old.has(canonical(member)))
      .map(member => style.added(`+ ${valueText(member)}`)),
  ]
  return lines.length > 0 ? lines : undefined
}

function differenceText(difference: Difference): string {
  const path = safe(difference.path.join('.'))
  const before = difference.type === 'CREATE' ? undefined : difference.oldValue
  const after = difference.type === 'REMOVE' ? undefined : difference.value
  return `${path}: ${valueText(before)} -> ${valueText(after)}`
}

function linesOf(before: string, after: string, style: Style): string[] {
  return diffLines(before, after)
    .filter(({ added, removed }) => added || removed)
    .flatMap(({ value, added }) =>
      value
        .replace(/\n$/, '')
        .split('\n')
        .map(line => (added ? style.added(`+ ${safe(line)}`) : style.removed(`- ${safe(line)}`))),
    )
}

function isContainer(value: unknown): value is Record<string, unknown> | unknown[] {
  return typeof value === 'object' && value !== null
}
