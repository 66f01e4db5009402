import type { Decision } from '../plan/decision.ts'
import type { Address } from '../resources/address.ts'
import type { AnyKind } from '../resources/kind.ts'
import type { Resource } from '../resources/resource.ts'
import type { KindOf } from './graph.ts'
import { edgesOf, needsOf } from './graph.ts'
import { node } from './nodes.ts'
import type { WalkNode } from './walk.ts'

/** Two nodes for each resource: AWS has given its id, and it is ready. A third where something waits until it takes changes. */
export function forward(decisions: readonly Decision[], kindOf: KindOf): WalkNode[] {
  const resources = new Map(decisions.map(({ address, resource }) => [address, resource as Resource]))
  const users = usersIn(decisions)
  const awaited = settledFor(decisions)
  return decisions.flatMap(({ address, resource, type, action, joins }): WalkNode[] => {
    const needs = needsOf(resource as Resource, other => resources.get(other)?.type, kindOf)
    const ids = ({ create, finish }: typeof needs, all: boolean) =>
      (all ? [...create, ...finish] : create).map(need =>
        // Only what is made waits for more than that the other one is ready.
        node(need.address, need.milestone === 'settled' && !isMade(action) ? 'ready' : need.milestone),
      )
    const still = action === 'none' || action === 'adopt'
    const { create, update = create } = kindOf(type).seconds
    const works = still ? 0 : action === 'update' ? update : create
    const kind = kindOf(type)
    const begins = isMade(action)
    const needed = needs.create.filter(need => need.milestone === 'id')
    // Requests go to its users only when they are ready.
    const follows = kind.directsTraffic && !still && (!begins || joins === 'hidden')
    return [
      // What is there has its id already, whatever becomes of the things it refers to.
      {
        id: node(address, 'id'),
        needs: begins
          ? ids(needs, false)
          : kind.ahead && !still
            ? ids({ create: needed, finish: [] }, false)
            : [],
        weight: still ? 0 : 1,
      },
      {
        id: node(address, 'ready'),
        needs: [
          node(address, 'id'),
          ...(still ? [] : ids(needs, true)),
          ...(follows ? (users.get(address) ?? []).map(user => node(user, 'ready')) : []),
        ],
        weight: works,
      },
      ...(awaited.has(address)
        ? [{ id: node(address, 'settled'), needs: [node(address, 'ready')], weight: leftOf(kind, still) }]
        : []),
    ]
  })
}

function isMade(action: Decision['action']): boolean {
  return action === 'create' || action === 'replace'
}

/** What something that is made can only be made of once it takes changes. */
function settledFor(decisions: readonly Decision[]): ReadonlySet<Address> {
  const made = decisions.filter(({ action }) => isMade(action))
  return new Set(
    made.flatMap(({ resource }) =>
      (resource as Resource).after.filter(({ needs }) => needs === 'settled').map(({ address }) => address),
    ),
  )
}

/** Seconds from ready until it takes changes. */
function leftOf({ seconds: { create, settled = create } }: AnyKind, still: boolean): number {
  return still ? 0 : settled - create
}

/** For each address, what refers to it. */
function usersIn(decisions: readonly Decision[]): ReadonlyMap<Address, readonly Address[]> {
  const users = new Map<Address, Address[]>()
  for (const { address, resource } of decisions)
    for (const { address: used } of edgesOf(resource as Resource))
      users.set(used, [...(users.get(used) ?? []), address])
  return users
}
