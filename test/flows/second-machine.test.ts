import { describe, expect, it } from 'vitest'
import type { CommandContext } from '../../src/commands/command.ts'
import { rolloutHistory, rolloutStatus } from '../../src/commands/rollout-status.ts'
import { abortRelease, attach, resume, rollback } from '../../src/commands/rollout-verbs.ts'
import type { CommandWish, Life, TypedOptions } from '../support/life.ts'
import { liveWith } from '../support/life.ts'
import { imagesIn, tools, typeRollout, weights } from '../support/rollouts.ts'

const httpd = 'public.ecr.aws/docker/library/httpd'

/** Two people, two machines, one ledger in DynamoDB. */
async function shared(): Promise<Life> {
  const life = liveWith('blue-green')
  life.keepLedgerAt('dynamodb:ledgers')
  await life.up()
  life.push('storefront/shop', 'v1')
  expect(await life.up()).toMatchObject({ code: 0 })
  return life
}

type Verb = (
  service: string,
  options: TypedOptions & { readonly to?: string; readonly verify?: readonly string[] },
  context: CommandContext,
  using: typeof tools,
) => Promise<number>

/** On the second machine. */
const there = (life: Life, verb: Verb, more: object = {}) =>
  life.type((common, context) => verb('api', { ...common, ...more }, context, tools), { machine: 'desk' })

/** Cut off from AWS from that look at the deployment on: what a killed run leaves. */
function dies(atLook: number): CommandWish {
  let looks = 0
  const before = ({ operation }: { readonly operation: string }) => {
    if (operation === 'DescribeServiceDeployments') looks++
    if (looks >= atLook) throw new Error('the machine is off')
  }
  return { faults: { before } }
}

async function dyingRollout(life: Life, tag: string, options: object = {}) {
  const wish = dies(10)
  await expect(typeRollout(life, 'api', { image: [`${httpd}:${tag}`], ...options }, wish)).rejects.toThrow(
    'the machine is off',
  )
}

const history = async (life: Life) => {
  const { out } = await there(life, rolloutHistory)
  return out.trimEnd().split('\n')
}

describe('a release whose machine has died', () => {
  it('is seen, followed to its end and written down from another one', async () => {
    const life = await shared()
    await dyingRollout(life, '2.5')
    expect((await there(life, rolloutStatus)).out).toMatch(/release 1: starting the new version/)
    const { code, err } = await there(life, attach)
    expect([code, err]).toEqual([0, expect.stringContaining('api: released httpd:2.5')])
    expect(await history(life)).toEqual([
      expect.stringMatching(/ 1 .* by ada@laptop {2}released in .* {2}<- runs now$/),
    ])
    expect([weights(life, 'api'), await life.planned(), (await life.up()).writes]).toEqual([[0, 100], [], []])
  })

  it('has its pauses answered by checks that run on another one', async () => {
    const life = await shared()
    await dyingRollout(life, '2.5', { verify: ['smoke'] })
    const { code, err } = await there(life, attach, { verify: ['smoke'] })
    expect([code, err]).toEqual([0, expect.stringMatching(/smoke[^]*api: released/)])
  })

  it('goes back by itself when nobody comes, and history knows', async () => {
    const life = await shared()
    await dyingRollout(life, '2.5', { verify: ['smoke'] })
    await life.meanwhile((_aws, world) => world.sleep(3600))
    expect(await history(life)).toEqual([
      expect.stringMatching(/by ada@laptop {2}rolled back in .* timed out/),
    ])
    expect(weights(life, 'api')).toEqual([100, 0])
    expect(await life.up()).toMatchObject({ code: 0 })
    expect(await life.planned()).toEqual([])
  })

  it('is aborted from another one', async () => {
    const life = await shared()
    const before = await imagesIn(life)
    await dyingRollout(life, '2.5')
    const { code, err } = await there(life, abortRelease)
    expect([code, err]).toEqual([0, expect.stringContaining('api: aborted')])
    expect([await imagesIn(life), weights(life, 'api'), await life.planned()]).toEqual([before, [100, 0], []])
  })
})

describe('a release that one has begun', () => {
  it('is let go on by another, and brought back by number', async () => {
    const life = await shared()
    expect(await typeRollout(life, 'api', { image: [`${httpd}:2.5`] })).toMatchObject({ code: 0 })
    expect(await typeRollout(life, 'api', { image: [`${httpd}:2.6`], pause: true })).toMatchObject({
      code: 13,
    })
    // It waits once more, before the second step of the canary.
    expect(await there(life, resume)).toMatchObject({ code: 13 })
    const last = await there(life, resume)
    expect([last.code, last.err]).toEqual([0, expect.stringContaining('api: released httpd:2.6')])
    expect(await there(life, rollback, { to: '1' })).toMatchObject({ code: 0 })
    expect(await history(life)).toEqual([
      expect.stringMatching(/ 3 .*httpd:2\.5 .*by bob@desk .*brought back 1 {2}<- runs now$/),
      expect.stringMatching(/ 2 .*httpd:2\.6 .*by ada@laptop {2}released/),
      expect.stringMatching(/ 1 .*httpd:2\.5 .*by ada@laptop {2}released in \S+ \S+$/),
    ])
    expect((await imagesIn(life))['api']).toBe(`${httpd}:2.5`)
  })

  it('is not there any more: each verb says what to type instead', async () => {
    const life = await shared()
    const errors = []
    for (const verb of [attach, resume, abortRelease]) errors.push((await there(life, verb)).error)
    expect(errors).toMatchObject([
      { code: 'refused', hint: 'provision rollout history api tells how the last ones ended' },
      { code: 'refused', hint: 'provision rollout history api tells how the last ones ended' },
      { code: 'refused', hint: expect.stringContaining('provision rollout rollback api') },
    ])
  })
})
