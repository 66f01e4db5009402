import { describe, expect, it } from 'vitest'
import { notesOn, withWithdrawn } from '../../src/plan/withdrawn.ts'
import type { AnyKind } from '../../src/resources/kind.ts'
import type { Resource } from '../../src/resources/resource.ts'
import type { Entry } from '../../src/state/entry.ts'
import { header } from '../support/ledger-samples.ts'

const address = 'step/thing'
const kind = {
  type: 'x/thing',
  withdrawn: {
    policy: { becomes: null },
    twice: ({ size }: { size: number }) => ({ becomes: size * 2 }),
    window: { stays: 'AWS chooses one only at first' },
    version: { stays: 'nobody asks for another', option: 'release' },
    hint: { moot: 'it is nothing in AWS' },
  },
} as unknown as AnyKind
const wish = (props: Resource['props']): Resource => ({
  address,
  type: 'x/thing',
  props,
  tags: {},
  after: [],
})

function wishedAfter(props: Readonly<Record<string, unknown>>, now: Resource['props'], more = {}) {
  return withWithdrawn([wish(now)], ledgerWith(entryOf(props, more)), () => kind)[0]!.props
}

function entryOf(props: Readonly<Record<string, unknown>>, more = {}) {
  return {
    address,
    type: 'x/thing',
    status: 'ready',
    attributes: {},
    tags: {},
    dependsOn: [],
    generation: 1,
    deposed: [],
    props,
    ...more,
  } as Entry
}

function ledgerWith(entry: Entry) {
  return { header, serial: 1, entries: new Map([[address, entry]]) }
}

describe('what the config names no more', () => {
  it('is asked to go, where the kind says what is there without it', () => {
    expect(wishedAfter({ size: 1, policy: 'p', note: 'n' }, { size: 1 })).toEqual({ size: 1, policy: null })
  })

  it('is somebody else’s where it was never named, or has gone already', () => {
    expect(wishedAfter({ size: 1 }, { size: 1 })).toEqual({ size: 1 })
    expect(wishedAfter({ size: 1, policy: null }, { size: 1 })).toEqual({ size: 1 })
  })

  it('is asked again when the run that asked for it was cut off', () => {
    const cut = { status: 'updating' }
    expect(wishedAfter({ size: 1, policy: null }, { size: 1 }, cut)).toEqual({ size: 1, policy: null })
  })

  it('does not come back when it is named again', () => {
    expect(wishedAfter({ policy: 'p' }, { policy: 'q' })).toEqual({ policy: 'q' })
  })

  it('is nothing where another type of thing stood at the address', () => {
    expect(wishedAfter({ policy: 'p' }, {}, { type: 'x/other' })).toEqual({})
  })

  it('gets a default that follows from what is still declared', () => {
    expect(wishedAfter({ size: 1, twice: 7 }, { size: 3 })).toEqual({ size: 3, twice: 6 })
  })

  it('stays as it is where AWS has no default to go back to, and where nothing has to be done', () => {
    const last = { size: 1, window: 'mon', version: '16', hint: 'h' }
    expect(wishedAfter(last, { size: 1 })).toEqual({ size: 1 })
  })
})

describe('the notes on what stays', () => {
  const notes = (last: Readonly<Record<string, unknown>>, now: Resource['props'], more = {}) =>
    notesOn({ ...wish(now), origin: 'things.thing' }, kind, entryOf(last, more))

  it('name the value, the reason and what to write', () => {
    expect(notes({ window: 'mon', version: 16 }, { size: 1 })).toEqual([
      'window stays mon: AWS chooses one only at first; to change it, write things.thing.window',
      'version stays 16: nobody asks for another; to change it, write things.thing.release',
    ])
  })

  it('are none for what is named, was never named, is restored or means nothing', () => {
    expect(notes({ window: 'mon' }, { window: 'tue' })).toEqual([])
    expect(notes({}, {})).toEqual([])
    expect(notes({ policy: 'p', hint: 'h' }, {})).toEqual([])
    expect(notes({ window: 'mon' }, {}, { type: 'x/other' })).toEqual([])
  })
})
