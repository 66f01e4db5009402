import { meaningOf } from '../aws/errors.ts'
import type { Own } from '../plan/blockers.ts'
import { inUseBy, ownerAmong, wordsOf } from '../plan/blockers.ts'
import type { Identity } from '../plan/decision.ts'
import type { Address } from '../resources/address.ts'
import type { Blocker, Owner } from '../resources/blocker.ts'

/** What this run has done by now about something that it deletes. */
export type State = 'leaving' | 'gone' | 'failed'

/** Why a deletion waits, and how long it may do so from the moment when this became the reason. */
export interface Reason {
  readonly words: string
  /** Seconds; undefined where the deletion of something else is under way, which has a limit of its own. */
  readonly within: number | undefined
}

/** Waiting is of no use. */
interface Dead {
  readonly why: string
  readonly hint: string
}

interface Situation {
  /** What is to be deleted. */
  readonly address: Address
  /** True after everything else has been made and changed. */
  readonly last: boolean
  /** Seconds for which AWS may be slow to notice that the last user has gone. */
  readonly within: number
  readonly own: readonly Own[]
  readonly states: ReadonlyMap<Address, State>
  readonly identity: Identity
}

/** Seconds until a deletion of this run has begun that AWS wants before another one, or a change is seen everywhere. */
const soon = 60

/** Whether the blocker goes away by itself or by this run. */
export async function judge(blocker: Blocker, situation: Situation): Promise<Reason | Dead> {
  const { address, last, within, own, states } = situation
  const owner = ownerAmong(blocker, own)
  const words = wordsOf(blocker)
  const released = Math.max(within, blocker.release?.within ?? 0)
  if (!owner) return unlessOwned(blocker, released, situation)
  const state = states.get(owner.address)
  if (owner.fate === 'goes' && state !== 'failed') {
    if (state === 'leaving' && owner.address !== address) return { words, within: undefined }
    return state === 'gone' ? unlessOwned(blocker, released, situation) : { words, within: soon }
  }
  if (owner.fate === 'changes' && last) return { words, within: blocker.release ? released : soon }
  if (owner.fate === 'stays' && last) return unlessOwned(blocker, undefined, situation)
  return dead(blocker, situation)
}

/** Several reasons at once: the longest limit holds. */
export function together(reasons: readonly Reason[]): Reason {
  const [first, second, third, ...others] = reasons.map(({ words }) => words)
  const more = others.length > 0 ? [`${others.length} more`] : []
  const limits = reasons.map(({ within }) => within)
  return {
    words: `waiting for ${[first, second, third, ...more].filter(Boolean).join(', ')}`,
    within: limits.includes(undefined) ? undefined : Math.max(...limits.map(Number)),
  }
}

export function isBlocked(verdict: Reason | Dead): verdict is Dead {
  return 'why' in verdict
}

/** It is waited for while nobody has it any more; `within` undefined: only if AWS removes it by itself. */
async function unlessOwned(
  blocker: Blocker,
  within: number | undefined,
  situation: Situation,
): Promise<Reason | Dead> {
  const words = wordsOf(blocker)
  const { release } = blocker
  if (!release) {
    const ours = ownerAmong(blocker, situation.own)
    return ours && within !== undefined ? { words, within } : dead(blocker, situation)
  }
  const owner = await livingOwner(release)
  return owner ? dead({ ...blocker, owner }, situation) : { words, within: within ?? release.within }
}

/** Where AWS does not permit the question, only waiting tells. */
async function livingOwner({ owner }: NonNullable<Blocker['release']>): Promise<Owner | undefined> {
  try {
    return await owner()
  } catch (error) {
    if (meaningOf(error) !== 'denied') throw error
    return undefined
  }
}

function dead(blocker: Blocker, { own, identity }: Situation): Dead {
  return { why: inUseBy(blocker, ownerAmong(blocker, own), identity), hint: blocker.hint }
}
