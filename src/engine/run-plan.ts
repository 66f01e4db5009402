import type { Clock } from '../effects/clock.ts'
import type { Aws } from '../aws/aws.ts'
import type { Listener, RunEvent } from '../events/event.ts'
import type { Decision, Plan } from '../plan/decision.ts'
import type { Address } from '../resources/address.ts'
import type { KindContext } from '../resources/kind.ts'
import type { ProvisionError } from '../errors.ts'
import type { LedgerWriter } from '../state/ledger.ts'
import type { KindOf } from './graph.ts'
import type { Left } from './deposed.ts'
import { deposedIn } from './deposed.ts'
import { edgesOf, withoutCycles } from './graph.ts'
import { Deletion } from './deletion.ts'
import { forward } from './forward.ts'
import { watchLock } from './lock-watch.ts'
import { Making } from './making.ts'
import type { Milestone } from './nodes.ts'
import { addressOf, milestoneOf, node } from './nodes.ts'
import { Progress } from './progress.ts'
import type { Outcome, WalkNode } from './walk.ts'
import { walk } from './walk.ts'

export interface RunOptions {
  readonly plan: Plan
  readonly kindOf: KindOf
  readonly context: KindContext
  /** The same calls, patient with parents that were made a moment ago; `knownAt`: when other services usually know of them. */
  patient(knownAt?: number): Aws
  readonly ledger: LedgerWriter
  readonly clock: Clock
  readonly emit: Listener
  /** Aborted at the first Ctrl-C: nothing new starts, waits end, calls in flight are finished and recorded. */
  readonly signal?: AbortSignal | undefined
}

export interface RunResult {
  readonly outcome: 'done' | 'failed' | 'interrupted'
  /** What each address has in AWS now. */
  readonly attributes: ReadonlyMap<Address, Readonly<Record<string, unknown>>>
  readonly kept: ReadonlyMap<Address, string>
  readonly failed: readonly Address[]
  readonly skipped: readonly Address[]
  /** Why the run stopped by itself: the ledger's lock is somebody else's now. */
  readonly lockLost: ProvisionError | undefined
  /** Monotonic milliseconds: when a request was repeated whose first sending may have made another one. */
  readonly repeatedAt: number | undefined
}

/**
 * Carries out a plan and nothing else. Three passes: what has to make room is deleted, then everything is made and
 * changed in the order of its references, then what is no longer wanted is deleted, users before used.
 */
export async function runPlan(options: RunOptions): Promise<RunResult> {
  const { plan, kindOf, clock, emit } = options
  const say = (event: RunEvent) => emit({ ...event, at: clock.now() })
  const lock = watchLock(options.signal)
  const { signal } = lock
  const making = new Making({ ...options, signal }, say)
  const deletion = new Deletion({ ...options, signal }, say)
  const progress = new Progress({ clock, say, kindOf })

  const roomFor = plan.decisions.filter(({ makesRoom }) => makesRoom)
  const pass = async (nodes: readonly WalkNode[], decisions: readonly Decision[], visit: Visit) => {
    const byAddress = new Map(decisions.map(decision => [decision.address, decision]))
    const decisionOf = (id: string) => byAddress.get(addressOf(id))!
    progress.enter(nodes)
    const visited = (id: string) => lock.under(visit(decisionOf(id), milestoneOf(id)))
    const outcomes = await walk(
      nodes,
      async id => void (await progress.during(id, () => visited(id))),
      signal,
      (id, outcome) => progress.settled(decisionOf(id), outcome),
    )
    return ends(outcomes)
  }

  let result = await pass(backward(roomFor, kindOf), roomFor, (decision, milestone) => {
    progress.begin(decision)
    return milestone === 'leaving' ? deletion.start(decision) : deletion.end(decision, 'make room')
  })

  const makes = plan.decisions.filter(
    ({ resource, action }) => resource && action !== 'delete' && action !== 'keep' && action !== 'forget',
  )
  if (result === 'done') {
    result = await pass(forward(makes, kindOf), makes, async (decision, milestone) => {
      const works = decision.action !== 'none'
      if (milestone === 'id') {
        if (works && decision.action !== 'update') progress.begin(decision)
        return making.begin(decision)
      }
      if (milestone === 'settled') return making.settle(decision)
      if (works) progress.begin(decision)
      await making.complete(decision)
      if (works) progress.finish(decision)
    })
  }

  const remove: Visit = async (decision, milestone) => {
    if ('left' in decision) return deletion.depose(decision as Left, milestone)
    if (milestone === 'leaving') {
      progress.begin(decision)
      return deletion.start(decision)
    }
    if ((await deletion.end(decision, 'for good')) === 'gone') progress.finish(decision)
  }
  const goes = plan.decisions.filter(({ action }) => action === 'delete')
  const directs = ({ type }: Decision) => kindOf(type).directsTraffic === true
  // What still gets requests goes on serving until nothing sends them to it. Where all goes, nobody is served any more.
  const ways = makes.length > 0 ? goes.filter(directs) : []
  if (result === 'done') result = await pass(backward(ways, kindOf), ways, remove)

  // Whoever relied on what is taken away now has moved.
  const wide = makes.filter(decision => making.changing.isWide(decision))
  if (result === 'done')
    result = await pass(
      wide.map(({ address }) => ({ id: node(address, 'ready'), needs: [], weight: 1 })),
      wide,
      decision => making.changing.narrow(decision),
    )

  const rest = [...goes.filter(one => !ways.includes(one)), ...deposedIn(options)]
  for (const { address, label, reason = '' } of plan.decisions.filter(({ action }) => action === 'keep'))
    say({ type: 'resource.kept', address, label, reason })
  const forgotten = plan.decisions.filter(({ action }) => action === 'forget')
  if (!lock.lost()) await deletion.forget(forgotten)
  // What failed to be made may still need what is no longer wanted.
  if (result === 'done') result = await pass(backward(rest, kindOf), rest, remove)
  if (result !== 'done')
    progress.leave(
      plan.decisions.filter(({ address }) => !deletion.kept.has(address)),
      result,
    )

  return {
    outcome: result,
    attributes: making.known.attributes,
    kept: deletion.kept,
    failed: progress.failed,
    skipped: progress.skipped,
    lockLost: lock.lost(),
    repeatedAt: making.repeatedAt,
  }
}

type Visit = (decision: Decision, milestone: Milestone) => Promise<unknown>

/** Two nodes for each resource: its deletion has begun, and it is gone. Used things wait for their users. */
function backward(decisions: readonly Decision[], kindOf: KindOf): WalkNode[] {
  const leaving = new Map<Address, string[]>()
  const edges = decisions.flatMap(({ address, edges: recorded, resource }) =>
    (resource && recorded.length === 0 ? edgesOf(resource) : recorded).map(to => ({ user: address, ...to })),
  )
  for (const { user, address, holds } of withoutCycles(edges)) {
    const milestone = holds ? 'gone' : 'leaving'
    leaving.set(address, [...(leaving.get(address) ?? []), node(user, milestone)])
  }
  return decisions.flatMap(({ address, type }): WalkNode[] => [
    { id: node(address, 'leaving'), needs: leaving.get(address) ?? [], weight: 1 },
    { id: node(address, 'gone'), needs: [node(address, 'leaving')], weight: kindOf(type).seconds.delete },
  ])
}

function ends(outcomes: ReadonlyMap<string, Outcome>): RunResult['outcome'] {
  const states = new Set([...outcomes.values()].map(({ state }) => state))
  return states.has('failed') ? 'failed' : states.has('interrupted') ? 'interrupted' : 'done'
}
