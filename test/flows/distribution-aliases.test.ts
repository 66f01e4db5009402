import { describe, expect, it } from 'vitest'
import type { Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'

const before = 'buckets:\n  media: { cdn: { alias: static } }\n  assets: { cdn: true }\n'

async function withTwo(): Promise<Life> {
  const life = liveWith('portfolio', 'dev')
  life.edit('repositories:\n', `${before}repositories:\n`)
  const { code, err } = await life.up()
  expect([code, err]).toEqual([0, err])
  return life
}

const aliasesOf = (life: Life) =>
  (life.tables()['cloudfront/distribution'] as { config: { Aliases?: { Items?: string[] } } }[]).map(
    ({ config }) => config.Aliases?.Items ?? [],
  )

describe('an alias, which CloudFront gives to one distribution at a time', () => {
  it('is refused to a second distribution before any write, with the way in two runs', async () => {
    const life = await withTwo()
    life.edit(before, 'buckets:\n  media: { cdn: true }\n  assets: { cdn: { alias: static } }\n')
    const { error, writes } = await life.up()
    expect([error?.code, writes]).toEqual(['refused', []])
    const { out } = await life.plan()
    expect(out).toContain(
      'the alias static.dev.therpiproject.com is in use by cdn/media until this plan is done',
    )
    life.edit('assets: { cdn: { alias: static } }', 'assets: { cdn: true }')
    expect((await life.up()).code).toBe(0)
    life.edit('assets: { cdn: true }', 'assets: { cdn: { alias: static } }')
    const second = await life.up()
    expect([second.code, second.err]).toEqual([0, second.err])
    expect(aliasesOf(life).flat()).toEqual(['static.dev.therpiproject.com'])
    expect(await life.planned()).toEqual([])
  })

  it('is refused where two distributions would exchange theirs', async () => {
    const two = before.replace('assets: { cdn: true }', 'assets: { cdn: { alias: img } }')
    const life = liveWith('portfolio', 'dev')
    life.edit('repositories:\n', `${two}repositories:\n`)
    expect((await life.up()).code).toBe(0)
    life.edit(two, two.replace('static', 'other').replace('img', 'static').replace('other', 'img'))
    const { error, writes } = await life.up()
    expect([error?.code, writes]).toEqual(['refused', []])
    expect((await life.plan()).out).toContain('would exchange their alias')
  })

  it('goes with the distribution to another bucket when the first bucket has none any more', async () => {
    const life = liveWith('portfolio', 'dev')
    life.edit(
      'repositories:\n',
      'buckets:\n  media: { cdn: { alias: static } }\n  assets: {}\nrepositories:\n',
    )
    expect((await life.up()).code).toBe(0)
    life.edit(
      'media: { cdn: { alias: static } }\n  assets: {}',
      'media: {}\n  assets: { cdn: { alias: static } }',
    )
    const moved = await life.up()
    expect([moved.code, moved.err]).toEqual([0, moved.err])
    expect(aliasesOf(life)).toEqual([['static.dev.therpiproject.com']])
    expect(await life.planned()).toEqual([])
  })
})
