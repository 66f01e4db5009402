import { afterAll, beforeAll, expect, test } from 'vitest'
import type { WireLife } from './wire-life.ts'
import { wireLife } from './wire-life.ts'

let life: WireLife

beforeAll(async () => {
  life = await wireLife('apranova')
})

afterAll(() => life?.end())

test('apranova comes up over the wire, stays as it is, changes, and goes away', async () => {
  const { provision } = life
  const first = await provision('up', '--yes')
  expect(first.err + first.out).toContain('47 created')
  expect(first.code).toBe(0)

  const before = await life.writes()
  const second = await provision('up', '--yes')
  expect(second.err).toContain('No changes. AWS matches the configuration (47 resources).')
  expect(await life.writes()).toBe(before)

  await life.edit('allocatedStorage: 20', 'allocatedStorage: 30')
  const planned = JSON.parse((await provision('plan', '--json')).out) as {
    resources: { address: string; action: string; changes: { path: string }[] }[]
  }
  const changed = planned.resources.filter(({ action }) => action !== 'none')
  expect(
    changed.map(({ address, action, changes }) => [address, action, changes.map(({ path }) => path)]),
  ).toEqual([['data/database', 'update', ['allocatedStorage']]])
  expect((await provision('up', '--yes')).code).toBe(0)

  const down = await provision('teardown', '--yes', '--delete-data', 'all')
  expect(down.out).toBe('')
  expect(down.err).toContain('Nothing tagged apranova/production is left in this region.')
  expect(down.code).toBe(0)
  expect(await life.left()).toEqual([])
})

test('every request on the way is one that the API models of AWS allow', async () => {
  expect(await life.violations()).toEqual([])
})
