import { beforeEach, describe, expect, it } from 'vitest'
import { status } from '../../src/commands/status.ts'
import type { Entry } from '../../src/state/entry.ts'
import type { Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'

const address = 'observability/web.logs'
const left = '/ecs/hello-dev/web-of-yesterday'

const heading = 'Left over from earlier replacements (removed by the next up)'

function groups(life: Life): string[] {
  const rows = (life.tables()['logs/log-group'] ?? []) as readonly { readonly name: string }[]
  return rows.map(({ name }) => name).toSorted()
}

describe('what a replacement has left and could not delete', () => {
  let life: Life
  let entry: Entry
  beforeEach(async () => {
    life = liveWith('minimal')
    await life.up()
    entry = (await life.ledger())!.entries.get(address)!
    const tags = 'tags' in entry ? { ...entry.tags } : {}
    await life.meanwhile(aws => aws.logs.createLogGroup({ logGroupName: left, tags }))
    const attributes = { ...('attributes' in entry ? entry.attributes : {}) }
    const old = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [
        name,
        typeof value === 'string' ? value.replace('/ecs/hello-dev/web', left) : value,
      ]),
    )
    await life.forge({ ...entry, deposed: [{ attributes: old, dependsOn: [] }] })
  })

  it('is shown by plan, which then never says that there are no changes', async () => {
    const { out, err } = await life.plan()
    expect(out + err).toContain(heading)
    expect(out + err).toMatch(new RegExp(`${address}  log group .*${left}`))
    expect(out + err).not.toContain('No changes')
  })

  it('is shown by status, for people and for programs', async () => {
    const { out, err, writes } = await life.run(status)
    expect(err).toContain(heading)
    expect(err).toMatch(new RegExp(`${address}  log group .*${left}`))
    expect(out).not.toContain(left)
    expect(writes).toEqual([])
    const json = await life.type((options, context) => status({ ...options, json: true }, context))
    expect(JSON.parse(json.out)).toMatchObject({
      leftovers: [{ address, type: 'logs/log-group', label: 'log group', id: expect.stringContaining(left) }],
    })
  })

  it('cannot move the cursor of a terminal', async () => {
    const attributes = { arn: 'arn:aws:logs\u001b[2J\rus-east-1', name: 'x' }
    await life.forge({ ...entry, deposed: [{ attributes, dependsOn: [] }] })
    const { err } = await life.run(status)
    expect(err).toContain(heading)
    expect(err).not.toMatch(/(?!\n)\p{Cc}/u)
  })

  it('is removed by the next up, and nothing else is; then nothing is said of it', async () => {
    expect(groups(life)).toEqual(['/ecs/hello-dev/web', left])
    const { code, err, writes } = await life.up()
    expect([code, err]).toEqual([0, err])
    expect(writes).toEqual(['DeleteLogGroup'])
    expect(groups(life)).toEqual(['/ecs/hello-dev/web'])
    expect(err).toMatch(new RegExp(`${address}: removed the previous log group .*${left}`))
    expect((await life.plan()).out).toContain('No changes')
    expect((await life.run(status)).err).not.toContain('Left over')
  })
})

it('a stack without leftovers says nothing of them, and has none in the document', async () => {
  const life = liveWith('minimal')
  await life.up()
  expect((await life.run(status)).err).not.toContain('Left over')
  const json = await life.type((options, context) => status({ ...options, json: true }, context))
  expect(JSON.parse(json.out)).toMatchObject({ leftovers: [] })
})
