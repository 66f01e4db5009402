import { describe, expect, it } from 'vitest'
import { isBlocked, judge, together } from '../../src/engine/blocked.ts'
import type { State } from '../../src/engine/blocked.ts'
import type { Fate, Own } from '../../src/plan/blockers.ts'
import type { Blocker, Owner } from '../../src/resources/blocker.ts'
import { awsFault } from '../../src/sandbox/fault.ts'

const blocker: Blocker = { id: 'eni-1', what: 'network interface eni-1', hint: 'remove it' }

/** AWS removes it by itself once this owner has gone. */
const released = (owner: Owner | undefined): Blocker => ({
  ...blocker,
  release: { within: 600, owner: async () => owner },
})

const ours = (fate: Fate): Own => ({
  address: 'data/database',
  type: 'rds/instance',
  attributes: { id: 'eni-1' },
  props: {},
  fate,
})

interface Case {
  readonly of?: Blocker
  readonly own?: Own
  readonly state?: State
  readonly last?: boolean
}

async function verdict({ of = blocker, own, state, last = true }: Case) {
  const judged = await judge(of, {
    address: 'network/subnet-a',
    last,
    within: 300,
    own: own ? [own] : [],
    states: new Map(state ? [['data/database', state]] : []),
    identity: { stack: 'shop', environment: 'dev' },
  })
  return isBlocked(judged) ? 'give up' : (judged.within ?? 'as long as it takes')
}

const living = { words: 'RDS database other', ids: ['other'] }

describe('what keeps a resource from being deleted', () => {
  it.each([
    ['is nobody’s of the stack', {}, 'give up'],
    ['has an owner in AWS', { of: released(living) }, 'give up'],
    ['has no owner any more', { of: released(undefined) }, 600],
    ['is being deleted by this run', { own: ours('goes'), state: 'leaving' }, 'as long as it takes'],
    ['will be deleted by this run', { own: ours('goes') }, 60],
    ['could not be deleted by this run', { own: ours('goes'), state: 'failed' }, 'give up'],
    ['has been deleted by this run, and AWS still counts it', { own: ours('goes'), state: 'gone' }, 300],
    [
      'is left of what this run has deleted',
      { of: released(undefined), own: ours('goes'), state: 'gone' },
      600,
    ],
    [
      'turns out to be somebody else’s after what this run has deleted',
      { of: released(living), own: ours('goes'), state: 'gone' },
      'give up',
    ],
    ['has been changed by this run', { own: ours('changes') }, 60],
    ['is left of what this run has changed', { of: released(living), own: ours('changes') }, 600],
    ['will be changed only later', { own: ours('changes'), last: false }, 'give up'],
    ['stays as it is', { own: ours('stays') }, 'give up'],
    ['is left of something that stays', { of: released(undefined), own: ours('stays') }, 600],
  ] as const)('and %s: %s -> %s', async (_what, of, expected) => {
    expect(await verdict(of)).toBe(expected)
  })

  it('is waited for where AWS does not permit the question whose it is', async () => {
    const denied = async () => {
      throw awsFault('AccessDenied', 'no')
    }
    expect(await verdict({ of: { ...blocker, release: { within: 600, owner: denied } } })).toBe(600)
  })

  it('has the longest of several limits, and names three', () => {
    const reason = (words: string, within: number | undefined) => ({ words, within })
    expect(together([reason('a', 60), reason('b', 600)])).toEqual({ words: 'waiting for a, b', within: 600 })
    expect(together([reason('a', 60), reason('b', undefined)]).within).toBeUndefined()
    expect(together(['a', 'b', 'c', 'd', 'e'].map(words => reason(words, 1))).words).toBe(
      'waiting for a, b, c, 2 more',
    )
  })
})
