import { describe, expect, it } from 'vitest'
import { exampleNames } from '../sim/universe.ts'
import { liveWith } from '../support/life.ts'

const environmentOf: Readonly<Record<string, string>> = { portfolio: 'dev', replicated: 'dev' }

describe.each([
  ['beside what was kept', {}],
  ['where nothing was kept', { deleteData: ['all'] }],
])('a stack that was torn down comes up again within the hour, %s', (_how, wish) => {
  it.each(exampleNames)('of examples/%s', async name => {
    const life = liveWith(name, environmentOf[name])
    const first = await life.up()
    expect([first.code, first.err]).toEqual([0, first.err])
    expect(await life.teardown(wish)).toMatchObject({ code: 0 })
    const again = await life.up()
    expect([again.code, again.err]).toEqual([0, again.err])
    expect(await life.planned()).toEqual([])
  })
})
