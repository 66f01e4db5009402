import { describe, expect, it } from 'vitest'
import { kindOf } from '../../src/kinds/index.ts'
import type { Entry } from '../../src/state/entry.ts'
import { liveWith } from '../support/life.ts'
import type { Life } from '../support/life.ts'

/** Two stacks in one account, the second one with a domain, a firewall and buckets behind CloudFront as well. */
async function neighbours(): Promise<{ ours: Life; theirs: Life }> {
  const ours = liveWith('portfolio', 'dev')
  ours.edit('loadBalancer:\n', 'loadBalancer:\n  waf: true\n')
  ours.edit('repositories:\n', 'buckets:\n  media: { cdn: { alias: static } }\nrepositories:\n')
  const theirs = ours.beside('prod')
  for (const life of [ours, theirs]) {
    const { code, err } = await life.up()
    expect([code, err]).toEqual([0, err])
  }
  return { ours, theirs }
}

/** As if it were something of ours that the config no longer names. */
function stolen(entry: Entry): Entry {
  return { ...entry, address: `old/${entry.address.replace('/', '.')}`, dependsOn: [] }
}

async function taggedIn(life: Life): Promise<Entry[]> {
  const { entries } = (await life.ledger())!
  return [...entries.values()].filter(({ type }) => kindOf(type).ownership === 'tags')
}

describe('a ledger that names what is not ours', { timeout: 120_000 }, () => {
  it('aims neither up nor teardown at it: every taggable thing of another stack is refused by its live tags', async () => {
    const { ours, theirs } = await neighbours()
    const victims = (await taggedIn(theirs)).map(stolen)
    expect(new Set(victims.map(({ type }) => type)).size).toBeGreaterThan(25)
    for (const victim of victims) await ours.forge(victim)

    for (const command of [ours.up, ours.teardown]) {
      const { error, writes } = await command({ deleteData: ['all'] })
      expect(error).toMatchObject({
        code: 'refused',
        hint: expect.stringContaining('provision ledger rebuild'),
      })
      // What holds data is kept by `up` whosever it is.
      const inReach = victims.filter(({ type }) => command === ours.teardown || !kindOf(type).data)
      for (const { address } of inReach) expect(error?.message).toContain(`${address}: `)
      expect(error?.message).toContain('in AWS it is tagged as part of portfolio/prod')
      expect(writes).toEqual([])
    }
    expect((await theirs.plan()).out).toContain('No changes')

    expect(await ours.rebuild()).toMatchObject({ code: 0, writes: [] })
    const addresses = [...(await ours.ledger())!.entries.keys()]
    expect(addresses.filter(address => address.startsWith('old/'))).toEqual([])
    expect(await ours.up()).toMatchObject({ code: 0, writes: [] })
  })

  it('does not get it deleted as what a replacement has left behind either', async () => {
    const { ours, theirs } = await neighbours()
    const [ourTopic, theirTopic] = await Promise.all(
      [ours, theirs].map(async life => (await taggedIn(life)).find(({ type }) => type === 'logs/log-group')!),
    )
    const attributes = 'attributes' in theirTopic! ? theirTopic.attributes : {}
    await ours.forge({ ...ourTopic!, deposed: [{ attributes, dependsOn: [] }] })
    const { error, writes } = await ours.up()
    expect(error).toMatchObject({ code: 'refused', message: expect.stringContaining('portfolio/prod') })
    expect(writes).toEqual([])
  })
})

describe('a thing of ours whose tags somebody has removed', () => {
  it('is not deleted until it has them again, or is forgotten', async () => {
    const life = liveWith('minimal')
    await life.up()
    const group = (await taggedIn(life)).find(({ type }) => type === 'logs/log-group')!
    const arn = 'attributes' in group ? String(group.attributes['arn']) : ''
    await life.meanwhile(aws =>
      aws.logs.untagResource({ resourceArn: arn, tagKeys: Object.keys('tags' in group ? group.tags : {}) }),
    )
    const { error, writes } = await life.teardown()
    expect(error).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('carries no tag of this stack'),
      hint: expect.stringContaining('tag it provision:stack=hello'),
    })
    expect(writes).toEqual([])
  })
})
