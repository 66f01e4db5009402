import type { Address } from '../resources/address.ts'
import type { Entry, Recorded } from '../state/entry.ts'
import type { Decision } from './decision.ts'
import { driftIn } from './drift.ts'
import type { Change } from './plan.ts'

/** What accepting the drift at one address means for the ledger. */
export interface Accepted {
  readonly decision: Decision
  /** Of the drift, what is taken over: `before` is what AWS has. Empty for what is gone. */
  readonly values: readonly Change[]
  /** The entry from now on; undefined: it is forgotten. */
  readonly entry: Entry | undefined
}

/** A value that was taken over, and where the config would say it; undefined: no single value does. */
export interface Suggested {
  readonly address: Address
  readonly change: Change
  readonly said: { readonly path: string; readonly value: unknown } | undefined
}

/** What cannot be accepted, and why not. */
export interface Unaccepted {
  readonly decision: Decision
  readonly why: string
}

/** The ledger's side of the drift in a plan for `asLastRun`. Changes nothing but what is remembered. */
export function acceptanceOf(decisions: readonly Decision[]): {
  readonly accepted: readonly Accepted[]
  readonly left: readonly Unaccepted[]
} {
  const drifted = new Set(driftIn({ decisions }).map(({ address }) => address))
  const accepted: Accepted[] = []
  const left: Unaccepted[] = []
  for (const decision of decisions.filter(({ address }) => drifted.has(address))) {
    const why = whyNot(decision)
    if (why) left.push({ decision, why })
    else accepted.push(acceptedOf(decision))
  }
  return { accepted, left }
}

function acceptedOf(decision: Decision): Accepted {
  const { entry, observed, changes } = decision
  if (!observed || entry?.status !== 'ready') return { decision, values: [], entry: undefined }
  const values = changes.filter(({ cause }) => cause === 'drift')
  const props: Record<string, Recorded[string]> = { ...entry.props }
  const tags: Record<string, string> = { ...entry.tags }
  for (const { path, before } of values) {
    const key = path.startsWith('tags.') ? path.slice('tags.'.length) : undefined
    if (key === undefined) props[path] = before as Recorded[string]
    else if (typeof before === 'string') tags[key] = before
    else delete tags[key]
  }
  return { decision, values, entry: { ...entry, props, tags } }
}

function whyNot({ entry, observed, held = [], changes }: Decision): string | undefined {
  if (entry && entry.deposed.length > 0)
    return 'an earlier run has left something to remove: provision up does'
  if (observed && entry?.status !== 'ready') return 'an earlier run did not end: provision up goes on with it'
  // The image that a release has brought is in the same value: it would be taken for what the config wished.
  const both = changes.find(({ path, cause }) => cause === 'drift' && held.some(one => one.path === path))
  return both
    ? `${both.path} holds what a release has set as well: write the rest into the config`
    : undefined
}
