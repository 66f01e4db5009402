import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../src/effects/virtual-clock.ts'
import { Interrupted, walk } from '../../src/engine/walk.ts'
import type { WalkNode } from '../../src/engine/walk.ts'

/** Nodes that need only nodes before them: no cycle. */
const acyclic = fc
  .array(
    fc.record({ weight: fc.nat(50), picks: fc.array(fc.nat(), { maxLength: 4 }), fails: fc.boolean() }),
    {
      minLength: 1,
      maxLength: 14,
    },
  )
  .map(rows =>
    rows.map(({ weight, picks, fails }, index) => ({
      id: `n${index}`,
      weight,
      fails,
      needs: index === 0 ? [] : [...new Set(picks.map(pick => `n${pick % index}`))],
    })),
  )

const chain: WalkNode[] = [
  { id: 'a', needs: [], weight: 1 },
  { id: 'b', needs: ['a'], weight: 1 },
  { id: 'c', needs: ['b'], weight: 1 },
]

describe('a walk', () => {
  it('begins each node after everything it needs has ended, and visits each once', async () => {
    await fc.assert(
      fc.asyncProperty(acyclic, async nodes => {
        const clock = new VirtualClock()
        const begun: string[] = []
        const ended = new Set<string>()
        const needs = new Map(nodes.map(node => [node.id, node.needs]))
        const weights = new Map(nodes.map(node => [node.id, node.weight]))
        const outcomes = await walk(nodes, async id => {
          begun.push(id)
          for (const need of needs.get(id)!) expect(ended).toContain(need)
          await clock.sleep(weights.get(id)!)
          ended.add(id)
        })
        expect(begun.toSorted()).toEqual(nodes.map(({ id }) => id).toSorted())
        expect([...outcomes.values()].every(({ state }) => state === 'done')).toBe(true)
      }),
    )
  })

  it('skips exactly what stands on a failure, and names a failed node as the cause', async () => {
    await fc.assert(
      fc.asyncProperty(acyclic, async nodes => {
        const clock = new VirtualClock()
        const byId = new Map(nodes.map(node => [node.id, node]))
        const outcomes = await walk(nodes, async id => {
          await clock.sleep(byId.get(id)!.weight)
          if (byId.get(id)!.fails) throw new Error(id)
        })
        expect(outcomes.size).toBe(nodes.length)
        for (const { id, needs, fails } of nodes) {
          const blocked = needs.some(need => outcomes.get(need)!.state !== 'done')
          const outcome = outcomes.get(id)!
          expect(outcome.state).toBe(blocked ? 'skipped' : fails ? 'failed' : 'done')
          if (outcome.state === 'skipped') expect(outcomes.get(outcome.because)?.state).toBe('failed')
        }
      }),
    )
  })

  it('begins what has the longest way still to go first', async () => {
    const begun: string[] = []
    await walk(
      [
        { id: 'short', needs: [], weight: 5 },
        { id: 'head', needs: [], weight: 1 },
        { id: 'tail', needs: ['head'], weight: 10 },
        { id: 'middle', needs: [], weight: 7 },
      ],
      async id => void begun.push(id),
    )
    expect(begun).toEqual(['head', 'middle', 'short', 'tail'])
  })

  it('throws on a cycle before it visits anything', async () => {
    const visited: string[] = []
    const cycle = [...chain.slice(1), { id: 'a', needs: ['c'], weight: 1 }]
    await expect(walk(cycle, async id => void visited.push(id))).rejects.toThrow(/[Cc]ycle/)
    expect(visited).toEqual([])
  })

  it('counts needs outside of it as done', async () => {
    const outcomes = await walk([{ id: 'a', needs: ['elsewhere', 'a'], weight: 1 }], async () => undefined)
    expect(outcomes.get('a')).toEqual({ state: 'done' })
  })

  it('ends at once when there is nothing to visit', async () => {
    expect((await walk([], async () => undefined)).size).toBe(0)
  })

  it('lets what runs end and begins nothing new once it is stopped', async () => {
    const stop = new AbortController()
    const outcomes = await walk(chain, async () => stop.abort(), stop.signal)
    expect([...outcomes.values()].map(({ state }) => state)).toEqual(['done', 'interrupted', 'interrupted'])
  })

  it('takes a visit that gave up for interrupted, with all that needs it', async () => {
    const outcomes = await walk(chain, async () => {
      throw new Interrupted()
    })
    expect([...outcomes.values()].map(({ state }) => state)).toEqual([
      'interrupted',
      'interrupted',
      'interrupted',
    ])
  })
})
