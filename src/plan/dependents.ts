import type { AnyKind } from '../resources/kind.ts'
import type { AnyObserved, Decision } from './decision.ts'
import type { Refusal } from './plan.ts'

/**
 * What the plan would delete although another resource of the stack still uses it when everything else of the plan is
 * done. AWS would refuse that deletion for as long as it is asked.
 */
export function dependentsRefused(
  decisions: readonly Decision[],
  kindOf: (type: string) => AnyKind,
): Refusal[] {
  return decisions.flatMap((going): Refusal[] => {
    const { address, label, name, action, observed, makesRoom } = going
    if (!observed || makesRoom || (action !== 'delete' && action !== 'replace')) return []
    // What it depends on itself is named in its attributes too.
    const parents = decisions.filter(other => going.edges.some(edge => edge.address === other.address))
    const theirs = new Set(parents.flatMap(parent => (parent.observed ? idsOf(parent.observed) : [])))
    const ids = new Set(idsOf(observed).filter(id => !theirs.has(id)))
    const dependent = decisions.find(
      other =>
        other.address !== address &&
        stays(other) &&
        other.entry?.dependsOn.some(edge => edge.address === address && edge.holds) &&
        mentions(whenDone(other, kindOf(other.type)), ids),
    )
    if (!dependent) return []
    const what = `${kindOf(dependent.type).label} ${dependent.address}`
    return [
      {
        address,
        message: `${label} ${name ?? address} would be deleted, but ${what} still uses it after this plan`,
        hint: `remove ${dependent.address} from the config too, or keep ${address}; to move to a new one without an interruption, create a second environment, switch the DNS name and tear this one down`,
      },
    ]
  })
}

function stays({ action, observed }: Decision): boolean {
  return observed !== undefined && action !== 'delete' && action !== 'forget' && action !== 'replace'
}

/**
 * Its props in AWS when the plan is done. What only the run will tell is `Unknown`, and mentions nothing. A prop that the
 * config no longer names may go by what happens to others.
 */
function whenDone({ observed, changes, resource }: Decision, { withdrawn = {} }: AnyKind): unknown {
  const props = { ...observed?.props, ...Object.fromEntries(changes.map(({ path, after }) => [path, after])) }
  const goes = (name: string) => {
    const effect = withdrawn[name]
    return resource?.props[name] === undefined && typeof effect === 'object' && 'moot' in effect
  }
  return Object.entries(props).flatMap(([name, value]) => (resource && goes(name) ? [] : [value]))
}

function idsOf({ attributes }: AnyObserved): string[] {
  return Object.values(attributes).filter(value => typeof value === 'string' && value !== '') as string[]
}

function mentions(value: unknown, ids: ReadonlySet<string>): boolean {
  if (typeof value === 'string') return ids.has(value)
  if (Array.isArray(value)) return value.some(member => mentions(member, ids))
  return typeof value === 'object' && value !== null && Object.values(value).some(one => mentions(one, ids))
}
