import { meaningOf } from '../aws/errors.ts'
import { ProvisionError } from '../errors.ts'
import type { Own } from '../plan/blockers.ts'
import { ownIn } from '../plan/blockers.ts'
import type { Address } from '../resources/address.ts'
import type { Blocker, Companion } from '../resources/blocker.ts'
import type { AnyKind, DeleteRequest } from '../resources/kind.ts'
import type { Recorded } from '../state/entry.ts'
import type { Reason, State } from './blocked.ts'
import { isBlocked, judge, together } from './blocked.ts'
import { isPartOf } from './blockers.ts'
import type { Say } from './lifecycle.ts'
import type { RunOptions } from './run-plan.ts'
import { Interrupted } from './walk.ts'

/** Seconds between two attempts to delete what is in use. */
const pause = 5

/** AWS is asked what uses it at the first refusal, and at every sixth after it. */
const attemptsPerLook = 6

/** Seconds. AWS is sometimes slow to notice that the last user has gone. */
const defaultRelease = 300

interface Request extends DeleteRequest<Recorded> {
  /** True after everything else has been made and changed. Before that, no user can have moved away. */
  readonly last: boolean
}

/**
 * Deletes what AWS may refuse to delete because it is in use. At the first refusal AWS is asked what uses it. Something
 * that this run is deleting, or that AWS is about to remove, is waited for; anything else ends the attempt at once.
 */
export class Removal {
  readonly #options: RunOptions
  readonly #say: Say
  readonly #states = new Map<Address, State>()
  readonly #announced = new Set<string>()

  constructor(options: RunOptions, say: Say) {
    this.#options = options
    this.#say = say
  }

  /** Until AWS has accepted the deletion. */
  async delete(kind: AnyKind, request: Request): Promise<void> {
    const { address } = request
    this.#states.set(address, 'leaving')
    try {
      await this.#attempts(kind, request)
    } catch (error) {
      this.#states.set(address, 'failed')
      throw error
    }
  }

  /** Notes how the wait for its end has ended, for whatever waits for it to go. */
  async end(address: Address, wait: () => Promise<void>): Promise<void> {
    try {
      await wait()
      this.#states.set(address, 'gone')
    } catch (error) {
      this.#states.set(address, 'failed')
      throw error
    }
  }

  async #attempts(kind: AnyKind, { last, ...request }: Request): Promise<void> {
    const { context, clock, signal } = this.#options
    let reason: Reason | undefined
    let since = clock.monotonic()
    for (let attempt = 0; ; attempt++) {
      try {
        return await kind.delete(request, context)
      } catch (error) {
        if (meaningOf(error) !== 'in-use') throw error
        if (signal?.aborted) throw new Interrupted()
        if (attempt % attemptsPerLook === 0) {
          const before = reason?.words
          reason = await this.#look(kind, request, last, error)
          if (reason.words !== before) {
            since = clock.monotonic()
            this.#say({ type: 'resource.waiting', address: request.address, status: reason.words })
          }
        }
        const waited = (clock.monotonic() - since) / 1000
        if (reason?.within !== undefined && waited + pause > reason.within)
          throw tooLong(reason, waited, error)
      }
      await clock.sleep(pause * 1000, signal).catch((error: unknown) => {
        throw signal?.aborted ? new Interrupted() : error
      })
    }
  }

  /** Why AWS refuses. Throws where that does not end by itself. */
  async #look(
    kind: AnyKind,
    { address, attributes }: DeleteRequest<Recorded>,
    last: boolean,
    refusal: unknown,
  ): Promise<Reason> {
    const within = kind.releases ?? defaultRelease
    const blockers = await this.#blockersOf(kind, attributes)
    if (blockers.length === 0)
      return { words: `AWS still counts it as in use: ${(refusal as Error).message}`, within }
    const situation = {
      address,
      last,
      within,
      own: this.#own(),
      states: this.#states,
      identity: this.#options.plan.identity,
    }
    const companions = await this.#companionsAmong(blockers)
    const others = blockers.filter(blocker => !companions.some(({ id }) => isPartOf(blocker, new Set([id]))))
    const verdicts = await Promise.all(others.map(blocker => judge(blocker, situation)))
    const blocked = verdicts.filter(isBlocked)
    if (blocked.length > 0)
      throw new ProvisionError({
        code: 'failed',
        message: `AWS refuses to delete it: ${blocked.map(({ why }) => why).join('; ')}`,
        hint: `${[...new Set(blocked.map(({ hint }) => hint))].join('; ')}; then run the same command again`,
      })
    for (const companion of companions) await this.#remove(companion)
    return together([
      ...verdicts.flatMap(verdict => (isBlocked(verdict) ? [] : [verdict])),
      ...companions.map(({ what, within: limit }) => ({ words: what, within: limit })),
    ])
  }

  /** None where the kind cannot tell, or may not ask. */
  async #blockersOf(kind: AnyKind, attributes: Recorded): Promise<readonly Blocker[]> {
    try {
      return (await kind.blockers?.([attributes], this.#options.context))?.[0] ?? []
    } catch (error) {
      if (meaningOf(error) !== 'denied') throw error
      return []
    }
  }

  /** What goes along with something that the plan deletes, as far as it is among the blockers. */
  async #companionsAmong(blockers: readonly Blocker[]): Promise<Companion[]> {
    const { plan, kindOf, context } = this.#options
    const found = await Promise.all(
      plan.decisions.map(async ({ type, action, observed }) => {
        const goes = action === 'delete' || action === 'replace'
        const kind = kindOf(type)
        if (!goes || !observed || !kind.companions) return []
        return (await kind.companions([observed.attributes], context)).flat()
      }),
    )
    return found.flat().filter(({ id }) => blockers.some(blocker => isPartOf(blocker, new Set([id]))))
  }

  async #remove({ id, what, remove }: Companion): Promise<void> {
    try {
      await remove()
    } catch (error) {
      // Another companion is still in it: both are removed, the outer one at a later look.
      if (meaningOf(error) !== 'in-use') throw error
      return
    }
    if (this.#announced.has(id)) return
    this.#announced.add(id)
    this.#say({ type: 'note', level: 'info', message: `removing ${what}` })
  }

  /** What the plan knows, and what this run has made since. */
  #own(): Own[] {
    const { plan, ledger } = this.#options
    const made = [...(ledger.content?.entries.values() ?? [])].flatMap((entry): Own[] =>
      'attributes' in entry && entry.status !== 'deleting'
        ? [
            {
              address: entry.address,
              type: entry.type,
              attributes: entry.attributes,
              props: entry.props,
              fate: 'stays',
            },
          ]
        : [],
    )
    return [...ownIn(plan.decisions), ...made]
  }
}

function tooLong({ words }: Reason, waited: number, cause: unknown): ProvisionError {
  const minutes = Math.max(1, Math.round(waited / 60))
  return new ProvisionError({
    code: 'failed',
    message: `AWS has refused to delete it for ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}; ${words}`,
    hint: 'look in the AWS console for what uses it and remove that, then run the same command again',
    cause,
  })
}
