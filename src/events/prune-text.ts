import type { Prunable } from '../rollout/prune.ts'
import { imageText } from './release-text.ts'
import { safe } from './style.ts'

/** What a prune is about to delete. */
export function pruneText(
  { active, inactive, repositories }: Prunable,
  { stack, environment }: { readonly stack: string; readonly environment: string },
): string {
  const revisions = [...active, ...inactive]
  const images = repositories.flatMap(one => one.images)
  const marks = repositories.flatMap(one => one.marks)
  const lines = [
    `${safe(stack)}/${safe(environment)}`,
    ...(revisions.length > 0
      ? ['', `Task definitions to delete: ${counted(revisions.length, 'revision')}`]
      : []),
    ...familiesOf(revisions).map(([family, numbers]) => `  ${safe(family)}:${rangesOf(numbers)}`),
    ...repositories
      .filter(one => one.images.length > 0)
      .flatMap(one => [
        '',
        `Images to delete in ${safe(one.repositoryName)}: ${one.images.length} of ${one.total}`,
        ...one.images.map(
          ({ repositoryName, digest, tags, pushed }) =>
            `  ${[
              safe(imageText(`${repositoryName}@${digest}`)),
              ...(tags.length > 0 ? [safe(tags.join(', '))] : ['no tag']),
              ...(pushed === undefined ? [] : [`pushed ${new Date(pushed).toISOString().slice(0, 10)}`]),
            ].join('  ')}`,
        ),
      ]),
    ...(marks.length > 0 ? ['', `Images to leave to the lifecycle rules again: ${marks.length}`] : []),
    '',
    revisions.length + images.length + marks.length === 0
      ? 'Nothing to delete: all of it runs, or a release can go back to it, or it may be waiting for its release.'
      : `Deletes ${counted(revisions.length, 'task definition revision')} and ${counted(images.length, 'image')}. What runs, and what the kept releases need, stays.`,
  ]
  return `${lines.join('\n')}\n`
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

function familiesOf(arns: readonly string[]): [family: string, revisions: number[]][] {
  const families = new Map<string, number[]>()
  for (const arn of arns) {
    const [family = '', revision] = arn.split('/').at(-1)!.split(':')
    families.set(family, [...(families.get(family) ?? []), Number(revision)])
  }
  return [...families]
}

/** `1-3, 5`. */
function rangesOf(numbers: readonly number[]): string {
  const ranges: [first: number, last: number][] = []
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last?.[1] === number - 1) last[1] = number
    else ranges.push([number, number])
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(', ')
}
