import { describe, expect, it } from 'vitest'
import { exampleNames } from '../sim/universe.ts'
import { liveWith } from '../support/life.ts'

describe('a stack that was torn down', () => {
  it.each(exampleNames)('comes up again within the hour, beside what was kept of examples/%s', async name => {
    const life = liveWith(name, ['portfolio', 'replicated'].includes(name) ? 'dev' : undefined)
    const first = await life.up()
    expect([first.code, first.err]).toEqual([0, first.err])
    expect(await life.teardown()).toMatchObject({ code: 0 })
    const again = await life.up()
    expect([again.code, again.err]).toEqual([0, again.err])
    expect(await life.planned()).toEqual([])
  })
})
