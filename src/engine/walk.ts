import { DepGraph } from 'dependency-graph'

/** How one node of a walk ended. */
export type Outcome =
  | { readonly state: 'done' }
  | { readonly state: 'failed'; readonly error: unknown }
  /** A node it needs has failed or was skipped; `because` is the first cause. */
  | { readonly state: 'skipped'; readonly because: string }
  /** The walk was stopped before or while it ran. */
  | { readonly state: 'interrupted' }

export interface WalkNode {
  readonly id: string
  /** Ids of nodes that have to be done first. Ids that are not in the walk count as done. */
  readonly needs: readonly string[]
  /** Usual duration in any unit: whatever has the longest way still to go is started first. */
  readonly weight: number
}

/** Thrown by a visit that gave up because the walk was stopped. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted')
    this.name = 'Interrupted'
  }
}

/**
 * Visits every node once all it needs is done, as many at a time as can. Nodes that need a failed one are skipped, all
 * others go on. When `signal` is aborted nothing new starts; what runs is awaited. `onOutcome` is told how each node
 * ended as soon as that is certain. Throws only on a cycle.
 */
export async function walk(
  nodes: readonly WalkNode[],
  visit: (id: string) => Promise<void>,
  signal?: AbortSignal,
  onOutcome?: (id: string, outcome: Outcome) => void,
): Promise<ReadonlyMap<string, Outcome>> {
  const graph = graphOf(nodes)
  const remaining = remainingPaths(nodes, graph)
  const outcomes = new Map<string, Outcome>()
  const open = new Map(nodes.map(({ id }) => [id, new Set(graph.directDependenciesOf(id))]))

  return new Promise(resolve => {
    let running = 0
    const settle = (id: string, outcome: Outcome): void => {
      outcomes.set(id, outcome)
      open.delete(id)
      onOutcome?.(id, outcome)
      for (const user of graph.directDependantsOf(id)) {
        const needs = open.get(user)
        if (!needs) continue
        if (outcome.state === 'done') needs.delete(id)
        else if (outcome.state === 'interrupted') settle(user, outcome)
        else settle(user, { state: 'skipped', because: outcome.state === 'skipped' ? outcome.because : id })
      }
    }
    const start = (id: string): void => {
      running++
      open.delete(id)
      visit(id)
        .then(
          () => settle(id, { state: 'done' }),
          (error: unknown) =>
            settle(id, error instanceof Interrupted ? { state: 'interrupted' } : { state: 'failed', error }),
        )
        .finally(() => {
          running--
          advance()
        })
    }
    const advance = (): void => {
      if (signal?.aborted) for (const id of open.keys()) settle(id, { state: 'interrupted' })
      else {
        const free = [...open].filter(([, needs]) => needs.size === 0).map(([id]) => id)
        for (const id of free.toSorted((a, b) => remaining.get(b)! - remaining.get(a)!)) start(id)
      }
      if (running === 0) resolve(outcomes)
    }
    advance()
  })
}

function graphOf(nodes: readonly WalkNode[]): DepGraph<WalkNode> {
  const graph = new DepGraph<WalkNode>()
  for (const node of nodes) graph.addNode(node.id, node)
  for (const { id, needs } of nodes)
    for (const need of needs) if (graph.hasNode(need) && need !== id) graph.addDependency(id, need)
  return graph
}

/** For each node: its own weight and that of the longest chain of nodes that wait for it. */
function remainingPaths(nodes: readonly WalkNode[], graph: DepGraph<WalkNode>): Map<string, number> {
  const remaining = new Map<string, number>()
  // Dependencies come first in overallOrder (which throws on a cycle), so users are settled when read backwards.
  for (const id of graph.overallOrder().toReversed()) {
    const after = graph.directDependantsOf(id).map(user => remaining.get(user) ?? 0)
    remaining.set(id, graph.getNodeData(id).weight + Math.max(0, ...after))
  }
  for (const { id, weight } of nodes) if (!remaining.has(id)) remaining.set(id, weight)
  return remaining
}
