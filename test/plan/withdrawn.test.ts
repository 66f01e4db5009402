import { describe, expect, it } from 'vitest'
import { withWithdrawn } from '../../src/plan/withdrawn.ts'
import type { AnyKind } from '../../src/resources/kind.ts'
import type { Resource } from '../../src/resources/resource.ts'
import type { Entry } from '../../src/state/entry.ts'
import { header } from '../support/ledger-samples.ts'

const address = 'step/thing'
const kind = { type: 'x/thing', withdrawn: { policy: null } } as unknown as AnyKind
const wish = (props: Resource['props']): Resource => ({
  address,
  type: 'x/thing',
  props,
  tags: {},
  after: [],
})

function wishedAfter(props: Readonly<Record<string, unknown>>, now: Resource['props'], more = {}) {
  const entry = {
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
  const ledger = { header, serial: 1, entries: new Map([[address, entry]]) }
  return withWithdrawn([wish(now)], ledger, () => kind)[0]!.props
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
})
