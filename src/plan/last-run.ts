import { canonical } from '../resources/json.ts'
import type { Reference } from '../resources/reference.ts'
import { referencesIn, resolve } from '../resources/reference.ts'
import type { After, Resource } from '../resources/resource.ts'
import type { Entry } from '../state/entry.ts'
import type { Situation } from './decision.ts'
import { normal } from './diff.ts'

/**
 * The situation as it would be had the config not been touched since the last run: the wish is what that run recorded.
 * A plan made from it holds what has changed in AWS, and nothing that only the config has changed. Where the config says
 * by now what AWS has, the two agree, and there is nothing to tell.
 */
export function asLastRun(situation: Situation): Situation {
  const { desired, ledger } = situation
  return {
    ...situation,
    desired: desired.flatMap(resource => {
      const entry = ledger?.entries.get(resource.address)
      // Whether AWS has carried out what is `creating` or `deleting` is for the next run to find out.
      if (!entry || entry.status === 'creating' || entry.status === 'deleting') return []
      return entry.type === resource.type ? [recordedAs(resource, entry, situation)] : []
    }),
  }
}

type Remembered = Exclude<Entry, { status: 'creating' | 'deleting' }>

/** What the config says as the last run did is taken from the config, with its references: they give the order. */
function recordedAs(
  resource: Resource,
  entry: Remembered,
  { ledger, observed, kindOf }: Situation,
): Resource {
  const kind = kindOf(entry.type)
  const found = observed.get(entry.address)
  const lookup = ({ reference, attribute }: Reference) => {
    const other = ledger?.entries.get(reference)
    return other && 'attributes' in other ? other.attributes[attribute] : undefined
  }
  const wished = normal(kind, resolve(resource.props, lookup) as Record<string, unknown>)
  const last = normal(kind, entry.props)
  const same = (one: unknown, other: unknown) => canonical(one) === canonical(other)
  const props = Object.fromEntries(
    Object.keys(last).map(name => {
      const agreed = same(wished[name], last[name]) || (found && same(wished[name], found.props[name]))
      return [name, agreed && name in resource.props ? resource.props[name] : last[name]]
    }),
  )
  const tags = Object.fromEntries(
    Object.entries(entry.tags).map(([key, value]) => {
      const now = resource.tags[key]
      return [key, now !== undefined && found?.tags?.[key] === now ? now : value]
    }),
  )
  return { ...resource, props, tags, after: [...resource.after, ...ordersLost(resource, props, entry)] }
}

/** A recorded id is no reference any more; the order in which the two are torn down has to stay. */
function ordersLost({ after }: Resource, props: Resource['props'], { dependsOn }: Remembered): After[] {
  const said = new Set([
    ...referencesIn(props).map(({ reference }) => reference),
    ...after.map(({ address }) => address),
  ])
  return dependsOn
    .filter(({ address }) => !said.has(address))
    .map(({ address, holds }) => ({ address, needs: 'id', holds }))
}
