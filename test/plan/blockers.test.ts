import { describe, expect, it } from 'vitest'
import { environmentTag, stackTag } from '../../src/aws/tags.ts'
import type { Blocked, Fate, Own } from '../../src/plan/blockers.ts'
import { blockedRefusals, ownerAmong } from '../../src/plan/blockers.ts'
import type { Blocker } from '../../src/resources/blocker.ts'

const identity = { stack: 'shop', environment: 'dev' }
const group: Blocker = { id: 'sg-9', what: 'security group sg-9', hint: 'delete it' }

const blocked = (blocker: Blocker, address = 'network/vpc', left = false): Blocked => ({
  address,
  label: 'VPC',
  name: 'vpc-1',
  left,
  blocker,
})
const own = (fate: Fate, more: Partial<Own> = {}): Own => ({
  address: 'a/b',
  type: 'ec2/security-group',
  attributes: { groupId: 'sg-9' },
  props: {},
  fate,
  ...more,
})
const refusals = (all: readonly Blocked[], ours: readonly Own[] = []) => blockedRefusals(all, ours, identity)

describe('what blocks a plan', () => {
  it('is everything that is not part of the stack', () => {
    expect(refusals([blocked(group)])).toEqual([
      {
        address: 'network/vpc',
        message:
          'VPC vpc-1 cannot be deleted: it is in use by security group sg-9, which is not part of this stack',
        hint: 'delete it',
      },
    ])
  })

  it.each([
    ['goes', 0],
    ['changes', 0],
    ['stays', 1],
  ] as const)('is, of the stack itself, what the plan leaves there: %s -> %s', (fate, count) => {
    expect(refusals([blocked(group)], [own(fate)])).toHaveLength(count)
  })

  it('is not what AWS removes by itself, nor what keeps the leftovers of an earlier run', () => {
    const release = { within: 1, owner: async () => undefined }
    expect(refusals([blocked({ ...group, release })], [own('stays')])).toEqual([])
    expect(refusals([blocked(group, 'network/vpc', true)], [own('stays')])).toEqual([])
    expect(refusals([blocked(group, 'network/vpc', true)])).toHaveLength(1)
  })

  it('is told once, at the innermost of what it blocks', () => {
    const [refusal, ...others] = refusals([blocked(group), blocked(group, 'network/subnet-a')])
    expect(others).toEqual([])
    expect(refusal).toMatchObject({ address: 'network/subnet-a' })
    expect(refusal!.message).toMatch(/It blocks network\/vpc as well$/)
  })

  it.each([
    [{}, 'not part of this stack'],
    [{ [stackTag]: 'other', [environmentTag]: 'prod' }, 'part of the stack other/prod'],
    [{ [stackTag]: 'shop', [environmentTag]: 'dev' }, 'neither the config nor the ledger names it'],
  ])('is said to be whose its tags say it is: %j', (tags, words) => {
    expect(refusals([blocked({ ...group, tags })])[0]!.message).toContain(words)
  })
})

describe('the owner of what blocks', () => {
  it('is found by its id, by the id of its owner, and by what it refers to', () => {
    const database = own('goes', {
      type: 'rds/instance',
      attributes: { id: 'db' },
      props: { groups: ['sg-1'] },
    })
    const eni: Blocker = { id: 'eni-1', what: 'eni-1', hint: '' }
    expect(ownerAmong({ ...eni, id: 'db' }, [database])).toBe(database)
    expect(ownerAmong({ ...eni, owner: { words: '', ids: ['db'] } }, [database])).toBe(database)
    const types = ['rds/instance']
    expect(ownerAmong({ ...eni, madeBy: { types, referring: ['sg-1'] } }, [database])).toBe(database)
    expect(ownerAmong({ ...eni, madeBy: { types, referring: ['sg-1', 'sg-2'] } }, [database])).toBeUndefined()
    expect(ownerAmong({ ...eni, madeBy: { types, referring: [] } }, [database])).toBeUndefined()
    expect(ownerAmong({ ...eni, madeBy: { types: [], referring: ['sg-1'] } }, [database])).toBeUndefined()
  })

  it('is a container only where that goes, and the making that goes where there are two', () => {
    const rule: Blocker = { id: 'rule-1', what: 'rule', containers: ['sg-9'], hint: '' }
    expect(ownerAmong(rule, [own('goes')])).toBeDefined()
    expect(ownerAmong(rule, [own('changes'), own('stays')])).toBeUndefined()
    expect(ownerAmong(group, [own('stays'), own('goes')])?.fate).toBe('goes')
  })
})
