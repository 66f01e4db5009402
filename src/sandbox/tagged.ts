import type { Tags } from '../resources/kind.ts'
import type { World } from './world.ts'

/** A living, taggable thing, as the Resource Groups Tagging API would list it. */
export interface TaggedRow {
  readonly arn: string
  tags: Record<string, string>
}

/** By world: what has gone while it lasts. */
const gone = new WeakMap<World, Map<string, TaggedRow>>()

/**
 * The one place where the embedded services register what carries tags, so that a sweep by tag finds every leftover
 * of every service.
 */
export function tagged(world: World) {
  const rows = world.table<TaggedRow>('tagging/resource')
  const former = gone.get(world) ?? new Map<string, TaggedRow>()
  gone.set(world, former)
  return {
    /** Called when a resource is made, with its tags, and again whenever they change. */
    set: (arn: string, tags: Tags) => rows.set(arn, { arn, tags: { ...tags } }),
    get: (arn: string) => rows.get(arn),
    /** Called when it is gone. */
    remove: (arn: string) => {
      const row = rows.get(arn)
      if (row) former.set(arn, row)
      rows.delete(arn)
    },
    /** What it was when it went: a deletion that arrives again is authorised like the first one. */
    former: (arn: string) => former.get(arn),
    list: () => rows.list(),
  }
}
