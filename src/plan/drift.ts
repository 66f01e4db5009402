import type { Address } from '../resources/address.ts'
import type { Decision, Plan } from './decision.ts'

/** One prop or tag that AWS has other than the last run left it. */
export interface DriftedValue {
  readonly path: string
  /** As the last run left it. */
  readonly recorded: unknown
  readonly actual: unknown
}

export interface DriftedResource {
  readonly address: Address
  readonly label: string
  readonly name: string | undefined
  /** `gone`: the ledger knows it, AWS does not. */
  readonly state: 'changed' | 'gone'
  readonly values: readonly DriftedValue[]
}

/**
 * What somebody has changed in AWS since the last run, seen through a plan for `asLastRun`. Props that the config does
 * not name are not compared.
 */
export function driftIn({ decisions }: Pick<Plan, 'decisions'>): DriftedResource[] {
  return decisions.flatMap((decision): DriftedResource[] => {
    const { address, label, name, changes } = decision
    if (isGone(decision)) return [{ address, label, name, state: 'gone', values: [] }]
    const values = changes
      .filter(({ cause }) => cause === 'drift')
      .map(({ path, before, after }) => ({ path, recorded: after, actual: before }))
    return values.length > 0 ? [{ address, label, name, state: 'changed', values }] : []
  })
}

/** A resource that is not at rest, with AWS's word for it. */
export interface Unsettled {
  readonly address: Address
  readonly status: string
}

export function unsettledIn({ decisions }: Pick<Plan, 'decisions'>): Unsettled[] {
  return decisions.flatMap(({ address, observed }) =>
    observed?.pending === undefined ? [] : [{ address, status: observed.pending }],
  )
}

/** An entry that says `creating` may be of a call that never arrived, one that says `deleting` of one that did. */
function isGone({ entry, observed }: Decision): boolean {
  return !observed && entry !== undefined && entry.status !== 'creating' && entry.status !== 'deleting'
}
