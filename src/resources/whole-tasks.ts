/**
 * How ECS turns the percentages of a rolling deployment into whole tasks: the healthy minimum is rounded up, the maximum
 * down. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
 */
export interface Percentages {
  readonly minimumHealthyPercent: number
  readonly maximumPercent: number
}

/** With AWS's defaults for what is not given. */
export function percentagesOf({
  minimumHealthyPercent = 100,
  maximumPercent = 200,
}: { readonly [Name in keyof Percentages]?: number | undefined } = {}): Percentages {
  return { minimumHealthyPercent, maximumPercent }
}

/** True when ECS can stop or start at least one of so many tasks; without any there is nothing to replace. */
export function canReplace(count: number, percentages: Percentages): boolean {
  return count === 0 || kept(count, percentages) < count || allowed(count, percentages) > count
}

/** The fewest tasks above zero that ECS can replace; undefined where it can replace no number of them. */
export function fewestReplaceable(percentages: Percentages): number | undefined {
  return Array.from({ length: 100 }, (_, index) => index + 1).find(count => canReplace(count, percentages))
}

/** The percentages nearest to AWS's defaults with which ECS starts one of so many tasks first, or stops one first. */
export function roomFor(count: number): Percentages {
  return {
    minimumHealthyPercent: Math.floor((100 * (count - 1)) / count),
    maximumPercent: Math.ceil((100 * (count + 1)) / count),
  }
}

/** `minimumHealthyPercent 50 keeps ceil(0.5) = 1 task and maximumPercent 100 allows floor(1.0) = 1 task`. */
export function wholeTasksText(count: number, percentages: Percentages): string {
  const { minimumHealthyPercent: least, maximumPercent: most } = percentages
  return (
    `minimumHealthyPercent ${least} keeps ceil(${decimal((count * least) / 100)}) = ${tasksText(kept(count, percentages))} and ` +
    `maximumPercent ${most} allows floor(${decimal((count * most) / 100)}) = ${tasksText(allowed(count, percentages))}`
  )
}

export function tasksText(count: number): string {
  return count === 1 ? '1 task' : `${count} tasks`
}

function kept(count: number, { minimumHealthyPercent }: Percentages): number {
  return Math.ceil((count * minimumHealthyPercent) / 100)
}

function allowed(count: number, { maximumPercent }: Percentages): number {
  return Math.floor((count * maximumPercent) / 100)
}

function decimal(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value)
}
