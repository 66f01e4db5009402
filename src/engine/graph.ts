import { DepGraph } from 'dependency-graph'
import type { Address } from '../resources/address.ts'
import type { AnyKind } from '../resources/kind.ts'
import type { Reference } from '../resources/reference.ts'
import { referencesIn } from '../resources/reference.ts'
import type { After, Resource } from '../resources/resource.ts'
import type { RecordedEdge } from '../state/entry.ts'

/** What has to be true of another resource before a call can be made. */
export interface Need {
  readonly address: Address
  readonly milestone: After['needs']
}

export type KindOf = (type: string) => AnyKind

/**
 * What a resource's making waits for. `create`: before its first call. `finish`: in addition, before the calls that
 * follow, because only they use those props. An id is there as soon as the other's create call has returned; an
 * attribute that AWS gives late, only when the other is ready.
 */
export function needsOf(
  resource: Resource,
  typeAt: (address: Address) => string | undefined,
  kindOf: KindOf,
): { readonly create: readonly Need[]; readonly finish: readonly Need[] } {
  const late = new Set<string>(kindOf(resource.type).late ?? [])
  const needOf = ({ reference, attribute }: Reference): Need => {
    const type = typeAt(reference)
    const isLate = type !== undefined && kindOf(type).readyAttributes?.includes(attribute)
    return { address: reference, milestone: isLate ? 'ready' : 'id' }
  }
  const props = Object.entries(resource.props)
  const inProps = (wanted: boolean) =>
    props
      .filter(([name]) => late.has(name) === wanted)
      .flatMap(([, value]) => referencesIn(value).filter(isWaitedFor).map(needOf))
  const ordered = resource.after.map(({ address, needs }) => ({ address, milestone: needs }))
  return { create: [...inProps(false), ...ordered], finish: inProps(true) }
}

/** The edges to record with a resource, so that it can be torn down when its config is gone. */
export function edgesOf(resource: Resource): RecordedEdge[] {
  const edges = new Map<Address, boolean>()
  const add = (address: Address, holds: boolean) => edges.set(address, holds || (edges.get(address) ?? false))
  for (const { reference, holds } of referencesIn(resource.props).filter(isWaitedFor)) add(reference, holds)
  for (const { address, holds = false } of resource.after) add(address, holds)
  edges.delete(resource.address)
  return [...edges].map(([address, holds]) => ({ address, holds }))
}

/** What the target declares is known without it. */
function isWaitedFor({ declared }: Reference): boolean {
  return !declared
}

/** An edge with both its ends. */
interface FullEdge extends RecordedEdge {
  readonly user: Address
}

/**
 * The edges that give an order to delete in. Only late props can close a circle, like rules of two security groups
 * that let each other in; nothing in it comes first. All of it is deleted at once: each kind takes back what its
 * own refers to, and what AWS still finds in use is asked for again.
 */
export function withoutCycles(edges: readonly FullEdge[]): FullEdge[] {
  const graph = new DepGraph<undefined>({ circular: true })
  for (const { user, address } of edges) {
    graph.addNode(user)
    graph.addNode(address)
    graph.addDependency(user, address)
  }
  const below = new Map<Address, Set<string>>()
  const reaches = (from: Address, to: Address): boolean => {
    const all = below.get(from) ?? new Set(graph.dependenciesOf(from))
    below.set(from, all)
    return all.has(to)
  }
  return edges.filter(({ user, address }) => !reaches(address, user))
}
