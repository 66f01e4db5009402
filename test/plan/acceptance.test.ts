import { describe, expect, it } from 'vitest'
import { acceptanceOf } from '../../src/plan/acceptance.ts'
import { configValueFor } from '../../src/plan/config-value.ts'
import type { Decision } from '../../src/plan/decision.ts'
import type { Change } from '../../src/plan/plan.ts'
import type { Entry } from '../../src/state/entry.ts'

const drifted = (path: string, before: unknown, after: unknown): Change => ({
  path,
  before,
  after,
  replaces: false,
  cause: 'drift',
})

const entry = (more: Partial<Entry> = {}) =>
  ({
    address: 'services/web',
    type: 'ecs/service',
    status: 'ready',
    attributes: {},
    props: { desiredCount: 1, cpu: '256' },
    tags: { team: 'shop', Name: 'web' },
    dependsOn: [],
    generation: 1,
    deposed: [],
    ...more,
  }) as Entry

const decision = (more: Partial<Decision>): Decision => ({
  address: 'services/web',
  type: 'ecs/service',
  label: 'ECS service',
  name: 'web',
  action: 'update',
  changes: [drifted('desiredCount', 3, 1)],
  data: false,
  resource: undefined,
  entry: entry(),
  observed: { attributes: {}, props: {}, tags: undefined },
  tags: {},
  edges: [],
  ...more,
})

describe('accepting drift', () => {
  it('takes over values and tags, those that were removed too, and leaves the rest of the entry', () => {
    const changes = [
      drifted('desiredCount', 3, 1),
      drifted('tags.team', undefined, 'shop'),
      drifted('tags.Name', 'other', 'web'),
      { ...drifted('cpu', '256', '512'), cause: 'config' as const },
    ]
    const [accepted] = acceptanceOf([decision({ changes })]).accepted
    expect(accepted?.entry).toMatchObject({ props: { desiredCount: 3, cpu: '256' }, tags: { Name: 'other' } })
    expect(accepted?.entry).not.toHaveProperty('tags.team')
  })

  it('forgets what is gone', () => {
    const { accepted } = acceptanceOf([decision({ action: 'create', changes: [], observed: undefined })])
    expect(accepted).toMatchObject([{ entry: undefined, values: [] }])
  })

  it.each([
    ['what an earlier run did not end', { entry: entry({ status: 'updating' }) }, 'did not end'],
    [
      'what has something left to remove',
      { entry: entry({ deposed: [{ attributes: {}, dependsOn: [] }] }) },
      'left something to remove',
    ],
    [
      'a value in which a release has its part: the image would be taken for a wish',
      {
        changes: [drifted('containers', [{ image: 'b', cpu: 2 }], [{ image: 'b', cpu: 1 }])],
        held: [drifted('containers', [{ image: 'b' }], [{ image: 'a' }])],
      },
      'a release has set',
    ],
  ])('does not accept %s', (_what, more, why) => {
    const { accepted, left } = acceptanceOf([decision(more)])
    expect([accepted, left]).toEqual([
      [],
      [{ decision: decision(more), why: expect.stringContaining(why) as string }],
    ])
  })
})

describe('the value of the config that says what AWS has', () => {
  interface Config {
    readonly services: Readonly<
      Record<string, { readonly count?: number; readonly size: number; readonly port: number }>
    >
    readonly tags: Readonly<Record<string, string>>
  }
  const config: Config = {
    services: { web: { count: 2, size: 2, port: 80 }, api: { size: 2, port: 80 } },
    tags: {},
  }
  /** AWS has three tasks and port 81; a port is that of two resources. */
  const planFor = ({ services: { web, api } }: Config) => {
    const compare = (address: string, path: string, wish: unknown, actual: unknown) =>
      decision({ address, changes: wish === actual ? [] : [drifted(path, actual, wish)] })
    return {
      decisions: [
        compare('web', 'count', web?.count, 3),
        compare('web/document', 'text', JSON.stringify({ size: web?.size }), JSON.stringify({ size: 4 })),
        compare('web/port', 'port', web?.port, 81),
        compare('web/rule', 'port', web?.port, 80),
        compare('api', 'size', api?.size, 2),
      ],
    }
  }
  const said = (address: string, change: Change) => configValueFor({ address, change }, config, planFor)

  it('is found by trying, though others are equal to it', () => {
    expect(said('web', drifted('count', 3, 2))).toEqual({ path: ['services', 'web', 'count'], value: 3 })
  })

  it('is found inside a document', () => {
    expect(said('web/document', drifted('text', '{"size":4}', '{"size":2}'))).toEqual({
      path: ['services', 'web', 'size'],
      value: 4,
    })
  })

  it('is none where it would change something else too, or is of several', () => {
    expect(said('web/port', drifted('port', 81, 80))).toBeUndefined()
    expect(said('web', drifted('both', { a: 3, b: 4 }, { a: 2, b: 2 }))).toBeUndefined()
    expect(said('web', drifted('list', [1, 2], [1]))).toBeUndefined()
  })
})
