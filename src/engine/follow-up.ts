import { untilAnswered } from '../aws/until-answered.ts'
import type { Clock } from '../effects/clock.ts'
import type { AnyKind } from '../resources/kind.ts'
import type { KindOf } from './graph.ts'

/**
 * The kinds with every call after `create` asked again where its answer did not come. All of those calls are harmless
 * when repeated, which is what a kind promises; only `create` has to be looked for first. `leave` ends the asking.
 */
export function repeating(kindOf: KindOf, clock: Clock, leave: AbortSignal): KindOf {
  const known = new Map<string, AnyKind>()
  return type => {
    const kind = known.get(type) ?? repeatingKind(kindOf(type), work => untilAnswered(work, clock, leave))
    known.set(type, kind)
    return kind
  }
}

function repeatingKind(kind: AnyKind, answered: <T>(work: () => Promise<T>) => Promise<T>): AnyKind {
  const { finish, update, retag } = kind
  return {
    ...kind,
    ...(finish && { finish: (...asked) => answered(() => finish(...asked)) }),
    ...(update && { update: (...asked) => answered(() => update(...asked)) }),
    ...(retag && { retag: (...asked) => answered(() => retag(...asked)) }),
    delete: (...asked) => answered(() => kind.delete(...asked)),
  }
}
