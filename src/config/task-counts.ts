import type { ScalingConfig } from './schema/scaling.ts'
import type { ServiceConfig } from './schema/stack.ts'

/** A number of tasks that a service can have, and the key of the service that leads to it. */
export interface TaskCount {
  readonly count: number
  readonly from: string
}

interface Bounds {
  readonly min: TaskCount
  readonly max: TaskCount
}

/**
 * The fewest tasks above zero that the service can have: its `desiredCount`, or what lies within the bounds of its
 * `scaling` or within any bounds that its schedules can leave in force. Undefined where it never has a task.
 */
export function fewestTasks({
  desiredCount,
  scaling,
}: Pick<ServiceConfig, 'desiredCount' | 'scaling'>): TaskCount | undefined {
  const scaled = scaling ? reachableBounds(scaling).filter(({ max }) => max.count > 0) : []
  return [
    { count: desiredCount, from: 'desiredCount' },
    ...scaled.map(({ min }) => ({ ...min, count: Math.max(1, min.count) })),
  ]
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => a.count - b.count)[0]
}

/** A schedule may set one bound only: the other one is then whatever was in force before. */
function reachableBounds({ min, max, schedules }: ScalingConfig): Bounds[] {
  const found: Bounds[] = []
  const add = (bounds: Bounds): void => {
    const known = found.some(one => one.min.count === bounds.min.count && one.max.count === bounds.max.count)
    if (known || bounds.min.count > bounds.max.count) return
    found.push(bounds)
    for (const [name, { min: least, max: most }] of Object.entries(schedules)) {
      const key = `scaling.schedules.${name}`
      add({
        min: least === undefined ? bounds.min : { count: least, from: `${key}.min` },
        max: most === undefined ? bounds.max : { count: most, from: `${key}.max` },
      })
    }
  }
  add({ min: { count: min, from: 'scaling.min' }, max: { count: max, from: 'scaling.max' } })
  return found
}

/** The number of tasks that the service starts with: its `desiredCount`, within the bounds of its `scaling`. */
export function startCount({
  desiredCount,
  scaling,
}: Pick<ServiceConfig, 'desiredCount' | 'scaling'>): number {
  return scaling ? Math.min(scaling.max, Math.max(scaling.min, desiredCount)) : desiredCount
}
