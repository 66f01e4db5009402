import { describe, expect, it } from 'vitest'
import { identityTags } from '../../src/aws/tags.ts'
import { makePlan } from '../../src/plan/make-plan.ts'
import { hasWork, summaryOf } from '../../src/plan/decision.ts'
import type { AnyObserved, Situation } from '../../src/plan/decision.ts'
import type { AnyKind } from '../../src/resources/kind.ts'
import type { Resource } from '../../src/resources/resource.ts'
import type { Entry } from '../../src/state/entry.ts'
import { header } from '../support/ledger-samples.ts'

const identity = { stack: 'shop', environment: 'production' }
const address = 'step/thing'
const tags = identityTags(identity, header.lineage, address)

const plain = {
  type: 'x/thing',
  label: 'thing',
  ownership: 'tags',
  replaceOn: ['fixed'],
  replacement: 'delete-first',
  findBy: [],
  seconds: { create: 1, delete: 1 },
  retag: async () => undefined,
} as unknown as AnyKind

const resource: Resource = { address, type: 'x/thing', props: { size: 1, fixed: 'a' }, tags: {}, after: [] }
const there: AnyObserved = { attributes: { id: 't-1' }, props: { size: 1, fixed: 'a' }, tags }
const common = { address, type: 'x/thing', dependsOn: [], generation: 1, deposed: [] }
const recorded = { attributes: { id: 't-1' }, props: { size: 1, fixed: 'a' }, tags }
const ready: Entry = { ...common, ...recorded, status: 'ready' }

interface Case {
  readonly wish?: Resource | undefined
  readonly entry?: Entry
  readonly found?: AnyObserved
  readonly kind?: Partial<AnyKind>
}

function planOf({ wish, entry, found, kind = {} }: Case) {
  const situation: Situation = {
    identity,
    desired: wish ? [wish] : [],
    ledger: entry && { header, serial: 7, entries: new Map([[address, entry]]) },
    observed: new Map(found ? [[address, found]] : []),
    kindOf: () => ({ ...plain, ...kind }) as AnyKind,
    newLineage: 'new',
  }
  return makePlan(situation)
}

const actions = (made: Case) => planOf(made).decisions.map(({ action }) => action)

describe('a plan', () => {
  it.each<[string, Case, string]>([
    ['creates what is nowhere', { wish: resource }, 'create'],
    ['makes anew what has vanished from AWS', { wish: resource, entry: ready }, 'create'],
    ['leaves alone what is as wished', { wish: resource, entry: ready, found: there }, 'none'],
    ['adopts what carries its tags', { wish: resource, found: there }, 'adopt'],
    ['removes what is no longer wished', { entry: ready, found: there }, 'delete'],
    ['forgets what neither the wish nor AWS has', { entry: ready }, 'forget'],
    [
      'goes on with what is pending',
      { wish: resource, entry: ready, found: { ...there, pending: 'making' } },
      'resume',
    ],
    ['keeps data', { entry: ready, found: there, kind: { data: 'keep' } }, 'keep'],
  ])('%s', (_what, made, action) => {
    expect(actions(made)).toEqual([action])
    expect(hasWork(planOf(made))).toBe(action !== 'none' && action !== 'keep')
  })

  it('updates in place what can change, and replaces what cannot', () => {
    const larger = { ...resource, props: { size: 2, fixed: 'a' } }
    const other = { ...resource, props: { size: 1, fixed: 'b' } }
    expect(actions({ wish: larger, entry: ready, found: there })).toEqual(['update'])
    expect(actions({ wish: other, entry: ready, found: there })).toEqual(['replace'])
  })

  it('tells drift from a changed wish', () => {
    const drifted = { ...there, props: { size: 9, fixed: 'a' } }
    const [decision] = planOf({ wish: resource, entry: ready, found: drifted }).decisions
    expect(decision?.changes).toMatchObject([{ path: 'size', before: 9, after: 1, cause: 'drift' }])
  })

  it('leaves a released prop to whoever has changed it, until the wish changes', () => {
    const released = { ...resource, released: ['size'] }
    const scaled = { ...there, props: { size: 9, fixed: 'a' } }
    expect(actions({ wish: released, entry: ready, found: scaled })).toEqual(['none'])
    expect(actions({ wish: released, found: scaled })).toEqual(['adopt'])
    const larger = { ...released, props: { size: 2, fixed: 'a' } }
    const [decision] = planOf({ wish: larger, entry: ready, found: scaled }).decisions
    expect(decision?.changes).toMatchObject([{ path: 'size', before: 9, after: 2, cause: 'config' }])
  })

  it('tells the ports that it opens, and not those that are open already or are closed', () => {
    const opens = ({ ports = [] }: { ports?: string[] }) => ports.map(port => ({ port, to: '0.0.0.0/0' }))
    const opened = (before: string[] | undefined, ports: string[]) => {
      const wish = { ...resource, props: { ...resource.props, ports } }
      const found = before && { ...there, props: { ...there.props, ports: before } }
      const [decision] = planOf({ wish, ...(found && { entry: ready, found }), kind: { opens } }).decisions
      return decision?.opens?.map(({ port }) => port)
    }
    expect(opened(undefined, ['tcp/80'])).toEqual(['tcp/80'])
    expect(opened(['tcp/80'], ['tcp/80', 'tcp/443'])).toEqual(['tcp/443'])
    expect(opened(['tcp/80'], ['tcp/80'])).toBeUndefined()
    expect(opened(['tcp/80', 'tcp/443'], ['tcp/80'])).toBeUndefined()
  })

  it('refuses what exists and carries no tags of ours', () => {
    const { decisions, refusals } = planOf({ wish: resource, found: { ...there, tags: {} } })
    expect(decisions).toEqual([])
    expect(refusals).toMatchObject([
      { address, message: expect.stringContaining('does not belong to this stack') },
    ])
  })

  it('refuses to replace data', () => {
    const other = { ...resource, props: { size: 1, fixed: 'b' } }
    const { refusals } = planOf({ wish: other, entry: ready, found: there, kind: { data: 'snapshot' } })
    expect(refusals).toMatchObject([{ address, message: expect.stringContaining('holds data') }])
  })

  it('leaves the tags of others where they are', () => {
    const found = { ...there, tags: { ...tags, theirs: 'yes' } }
    expect(actions({ wish: resource, entry: ready, found })).toEqual(['none'])
  })

  it('takes the lineage of what it finds again when there is no ledger', () => {
    expect(planOf({ wish: resource, found: there }).lineage).toBe(header.lineage)
    expect(planOf({ wish: resource }).lineage).toBe('new')
  })

  it('is summed up by its actions', () => {
    expect(summaryOf(planOf({ wish: resource }).decisions)).toMatchObject({
      create: 1,
      update: 0,
      unchanged: 0,
    })
  })
})
