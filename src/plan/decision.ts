import type { Address } from '../resources/address.ts'
import type { AnyKind, Observed, Tags } from '../resources/kind.ts'
import type { Resource } from '../resources/resource.ts'
import type { Restored } from '../resources/restored.ts'
import type { Entry, LedgerContent, RecordedEdge } from '../state/entry.ts'
import type { Action, Interruption, Leftover, PlannedResource, PlanSummary, Refusal } from './plan.ts'

export type AnyObserved = Observed<Record<string, unknown>, Record<string, unknown>>

export interface Identity {
  readonly stack: string
  readonly environment: string
}

export interface Situation {
  readonly identity: Identity
  /** In the order in which the steps declare them. */
  readonly desired: readonly Resource[]
  readonly ledger: LedgerContent | undefined
  /** What AWS has at each address of the wish and of the ledger. */
  readonly observed: ReadonlyMap<Address, AnyObserved>
  /** What AWS has scheduled for deletion at addresses of the desired state: `create` brings it back. */
  readonly scheduled?: ReadonlyMap<Address, AnyObserved>
  readonly kindOf: (type: string) => AnyKind
  /** The lineage to begin with, should there be none. */
  readonly newLineage: string
  /** What releases have brought back, by address. */
  readonly restored?: ReadonlyMap<Address, Restored>
  /** What the config asks for and AWS would refuse as things are, as the look at it has shown. */
  readonly refused?: readonly Refusal[]
  /** Data that the config no longer names and that the user has consented to lose: its addresses. */
  readonly deleteData?: ReadonlySet<Address>
  /** The user has said that what AWS no longer shows is really gone. */
  readonly acceptMissing?: boolean
}

/** What is to be done about one address, with all that doing it needs. */
export interface Decision extends PlannedResource {
  readonly resource: Resource | undefined
  readonly entry: Entry | undefined
  readonly observed: AnyObserved | undefined
  /** The full tags it shall carry. */
  readonly tags: Tags
  /** What a release has brought back of it. */
  readonly restored?: Restored | undefined
  /** What it refers to, for the order of deletions. */
  readonly edges: readonly RecordedEdge[]
  /** For a replacement: the old one is deleted before the new one is created. */
  readonly makesRoom?: boolean
  /** It is created in a parent that serves already; hidden: it gets no production traffic before its users are ready. */
  readonly joins?: 'hidden' | 'open'
  /** For what is kept: which consent of the user deletes it. */
  readonly consent?: 'data' | 'imported'
  /** The address whose resource this one takes over. */
  readonly takesOver?: Address
}

export interface Plan {
  readonly identity: Identity
  readonly lineage: string
  /** Serial of the ledger this was made from; 0 where there was none. */
  readonly serial: number
  readonly decisions: readonly Decision[]
  readonly refusals: readonly Refusal[]
  readonly interruptions: readonly Interruption[]
  readonly leftovers: readonly Leftover[]
}

/** True when running the plan would change anything in AWS or in the ledger. */
export function hasWork(plan: Pick<Plan, 'decisions' | 'leftovers'>): boolean {
  return hasActions(plan) || plan.decisions.some(({ notes }) => notes !== undefined)
}

/** True when there is something to agree to. That the ledger forgets a removed option is nothing. */
export function hasActions({ decisions, leftovers }: Pick<Plan, 'decisions' | 'leftovers'>): boolean {
  return leftovers.length > 0 || decisions.some(({ action }) => action !== 'none' && action !== 'keep')
}

/** What keeps all of a plan from running. What is refused for one resource alone is left as it is, and the rest runs. */
export function blockingIn({ refusals }: Pick<Plan, 'refusals'>): readonly Refusal[] {
  return refusals.filter(({ blocks }) => blocks === undefined)
}

/** True when services are started after the plan has been run. */
export function hasStarts({ decisions }: Pick<Plan, 'decisions'>): boolean {
  return decisions.some(({ startedByRelease }) => startedByRelease)
}

export function summaryOf(decisions: readonly PlannedResource[]): PlanSummary {
  const count = (...actions: Action[]) => decisions.filter(({ action }) => actions.includes(action)).length
  return {
    create: count('create'),
    update: count('update'),
    replace: count('replace'),
    delete: count('delete'),
    keep: count('keep'),
    adopt: count('adopt'),
    resume: count('resume'),
    unchanged: count('none'),
  }
}
