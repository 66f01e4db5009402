import { describe, expect, it } from 'vitest'
import {
  dataWithoutConsent,
  deniedReads,
  emptyAccount,
  handDeleted,
  lostWhileUnseen,
  storm,
  strangers,
  teardownInOrder,
  twinOf,
  twoRunners,
  under,
} from './scenarios.ts'

describe('strangers', () => {
  it('of every type are refused or left beside ours, and never touched', async () => {
    const rows = await strangers()
    expect(Object.keys(rows).length).toBeGreaterThan(12)
    const twins = Object.keys(rows).filter(table => table !== 'tagging/resource')
    for (const table of twins) expect([table, ...(await twinOf(table, rows))]).toEqual([table])
  })
})

describe('what AWS does not show', () => {
  it.each(['up', 'teardown'] as const)('stops %s when it is almost everything', async command => {
    expect(await emptyAccount(command)).toEqual([])
  })

  it('is made again when one thing was deleted by hand, and nothing else is', async () => {
    expect(await handDeleted()).toEqual([])
  })

  it('for moments, of new things, makes nothing twice', async () => {
    expect(await under({ visibilityLag: 4 })).toEqual([])
  })
})

describe('reads that are not permitted', () => {
  it('are told, and taken for nothing else', async () => {
    expect(await deniedReads()).toEqual([])
  })
})

describe('a teardown', () => {
  it('asks for no deletion before its time', async () => {
    expect(await teardownInOrder()).toEqual([])
  })
})

describe('an unclear creation while nothing new is seen', () => {
  it('is made once where AWS takes a token', async () => {
    expect(await lostWhileUnseen('CreateRouteTable')).toEqual([])
  })
})

describe('two runs at once', () => {
  it.each([1, 2, 3, 4, 5])('leave one to go on and one to say so, seed %i', async seed => {
    expect(await twoRunners(seed, 0)).toEqual([])
  })

  it('are kept apart also when the first is paused for ten minutes in the middle', async () => {
    expect(await twoRunners(1, 120_000)).toEqual([])
  })
})

describe('a storm of throttling', () => {
  it('alone fails no step', async () => {
    expect(await under(storm(400))).toEqual([])
  })
})

describe('data nobody has let go', () => {
  it('stays, or leaves a snapshot, when the stack is torn down', async () => {
    expect(await dataWithoutConsent()).toEqual([])
  })

  it('stays when its final snapshot fails', async () => {
    expect(await dataWithoutConsent('fails')).toEqual([])
  })
})
