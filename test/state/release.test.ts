import { describe, expect, test } from 'vitest'
import { withRelease } from '../../src/state/release.ts'
import { release } from '../support/ledger-samples.ts'

describe('the releases that are remembered', () => {
  test('hold each number once, as it was told last', () => {
    const all = withRelease([release(1), release(2, { outcome: 'running' })], release(2))
    expect(all).toEqual([release(1), release(2)])
  })

  test('lose the oldest beyond twenty', () => {
    let all = withRelease([], release(1))
    for (let number = 2; number <= 25; number++) all = withRelease(all, release(number))
    expect(all.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, index) => index + 6))
  })
})
