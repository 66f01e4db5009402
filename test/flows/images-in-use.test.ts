import { describe, expect, it } from 'vitest'
import { doctor } from '../../src/commands/doctor.ts'
import { rollback } from '../../src/commands/rollout-verbs.ts'
import { restartServices } from '../../src/commands/restart.ts'
import { images, rowsIn } from '../../src/sandbox/ecr/rows.ts'
import { behave } from '../../src/sandbox/ecs/image.ts'
import type { Life } from '../support/life.ts'
import { liveIn } from '../support/life.ts'
import { imagesIn, tools, typeRollout } from '../support/rollouts.ts'

const day = 24 * 60 * 60_000

const shop = (repository: string) => `stack: shop
environment: production
region: us-east-1
repositories:
  app: ${repository}
services:
  web: { repository: app, desiredCount: 1 }
`

const app = 'shop-production/app'

async function running(
  repository = '{ keepImages: 3, lifecycle: { expireUntaggedDays: 1 } }',
): Promise<Life> {
  const life = liveIn(shop(repository))
  expect((await life.up()).code).toBe(0)
  life.push(app)
  expect((await life.up()).code).toBe(0)
  return life
}

const pass = (life: Life, days: number) => life.meanwhile((_aws, _world, clock) => clock.sleep(days * day))

/** What ECR has, by digest, after it has applied the lifecycle policy. */
async function stored(life: Life, repositoryName = app): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>()
  await life.meanwhile(async ({ ecr }) => {
    const { imageDetails = [] } = await ecr.describeImages({ repositoryName })
    for (const { imageDigest = '', imageTags = [] } of imageDetails) found.set(imageDigest, imageTags)
  })
  return found
}

const digestOf = (image: string | undefined) => image?.split('@')[1] ?? ''

/** Digests of the releases in the ledger, by number. */
async function history(life: Life, service = 'web'): Promise<Map<number, string>> {
  const { releases } = (await life.ledger())!
  return new Map((releases?.[service] ?? []).map(({ number, digest = '' }) => [number, digest]))
}

const typeRollback = (life: Life, to?: string) =>
  life.type((common, context) => rollback('web', { ...common, ...(to && { to }) }, context, tools))

describe('images that a release uses or can go back to', () => {
  it('outlive 30 releases in 90 days of daily expiry, and the oldest in the history comes back', async () => {
    const life = await running()
    const all: string[] = []
    for (let number = 1; number <= 30; number++) {
      // As many pipelines do: each build has a tag of its own, and takes `latest`.
      life.push(app, `v${number}`)
      life.push(app)
      expect((await typeRollout(life, 'web', { tag: `v${number}` })).code).toBe(0)
      for (let days = 0; days < 3; days++) {
        await pass(life, 1)
        const there = await stored(life)
        const known = await history(life)
        expect([...known.values()].filter(digest => !there.has(digest))).toEqual([])
      }
      all.push((await history(life)).get(number)!)
    }
    const there = await stored(life)
    // The first ten are out of the history, and ECR has expired them.
    expect(all.map(digest => there.has(digest))).toEqual(all.map((_digest, index) => index >= 10))
    const [oldest] = [...(await history(life)).keys()]
    expect(oldest).toBe(11)
    expect((await typeRollback(life, '11')).code).toBe(0)
    expect(digestOf((await imagesIn(life))['web'])).toBe(all[10])
  })

  it('outlive a new push of the tag that `up` has started', async () => {
    const life = await running()
    const [first] = await stored(life)
    expect(first![1]).toEqual([
      'latest',
      expect.stringMatching(/^provision\.shop\.production\.web\.[0-9a-f]{12}$/),
    ])
    life.push(app)
    await pass(life, 10)
    const there = await stored(life)
    expect(there.get(first![0])).toHaveLength(1)
    // ECS starts the version that it has resolved, by its digest.
    expect(
      (await life.type((common, context) => restartServices(['web'], common, context, tools))).code,
    ).toBe(0)
    expect(digestOf((await imagesIn(life))['web'])).toBe(first![0])
  })

  it('stay with what runs and what ran before, however many releases fail', async () => {
    const life = await running()
    life.push(app, 'good')
    expect((await typeRollout(life, 'web', { tag: 'good' })).code).toBe(0)
    const good = digestOf((await imagesIn(life))['web'])
    for (let number = 1; number <= 22; number++) {
      life.push(app, `bad${number}`)
      await life.meanwhile((_aws, world) =>
        behave(world, `123456789012.dkr.ecr.us-east-1.amazonaws.com/${app}:bad${number}`, {
          exits: { exitCode: 1 },
        }),
      )
      expect((await typeRollout(life, 'web', { tag: `bad${number}` })).code).toBe(10)
      await pass(life, 1)
    }
    expect([...(await history(life)).values()]).toContain(good)
    expect((await stored(life)).has(good)).toBe(true)
    // Those that have failed are marked no longer: the newest three, and what the next release has yet to give up.
    const failed = [...(await stored(life)).values()].filter(tags => tags.some(tag => tag.startsWith('bad')))
    expect(failed.length).toBe(3)
  })

  it('keep their marks in a repository of immutable tags, and lose them with the history', async () => {
    const life = await running('{ immutableTags: true, keepImages: 2 }')
    for (let number = 1; number <= 25; number++) {
      life.push(app, `v${number}`)
      expect((await typeRollout(life, 'web', { tag: `v${number}` })).err).not.toContain(
        'could not all be marked',
      )
    }
    await pass(life, 1)
    const there = await stored(life)
    expect([...(await history(life)).values()].filter(digest => !there.has(digest))).toEqual([])
    expect(there.size).toBe(21)
  })

  it('are marked for each environment that runs them', async () => {
    const yaml = `${shop('{ keepImages: 2 }').replace('environment: production\n', '')}environments: { staging: {}, production: {} }\n`
    const staging = liveIn(yaml, 'staging')
    const production = staging.beside('production')
    for (const life of [staging, production]) expect((await life.up()).code).toBe(0)
    const name = 'shop-staging/app'
    staging.push(name, 'v1')
    expect((await typeRollout(staging, 'web', { tag: 'v1' })).code).toBe(0)
    const promoted = await typeRollout(production, 'web', { from: 'staging' })
    expect([promoted.code, promoted.err]).toEqual([0, promoted.err])
    const digest = digestOf((await imagesIn(production))['web'])
    expect((await stored(staging, name)).get(digest)).toEqual([
      'v1',
      `provision.shop.staging.web.${digest.slice(7, 19)}`,
      `provision.shop.production.web.${digest.slice(7, 19)}`,
    ])
    for (let number = 2; number <= 25; number++) {
      staging.push(name, `v${number}`)
      expect((await typeRollout(staging, 'web', { tag: `v${number}` })).code).toBe(0)
    }
    await pass(staging, 2)
    expect((await stored(staging, name)).get(digest)).toEqual([
      'v1',
      `provision.shop.production.web.${digest.slice(7, 19)}`,
    ])
    expect((await restarted(production)).code).toBe(0)
  })

  it('are refused to a rollback once somebody has deleted them, before anything is changed', async () => {
    const life = await running('{}')
    for (const tag of ['v1', 'v2']) {
      life.push(app, tag)
      expect((await typeRollout(life, 'web', { tag })).code).toBe(0)
    }
    const first = (await history(life)).get(1)!
    await life.meanwhile(({ ecr }) =>
      ecr.batchDeleteImage({ repositoryName: app, imageIds: [{ imageDigest: first }] }),
    )
    const { error, writes } = await typeRollback(life, '1')
    expect([error?.code, error?.message, writes]).toEqual([
      'refused',
      `web cannot go back to release 1: ${app} has no image ${first}`,
      [],
    ])
    expect(error?.hint).toContain('provision rollout history web')
  })
})

/** New tasks of what runs, which have to be able to pull its image. */
const restarted = (life: Life) =>
  life.type((common, context) => restartServices(['web'], common, context, tools))

describe('a lifecycle policy that would expire what runs', () => {
  it('of somebody else’s repository is told by rollout and doctor, and nothing in it is touched', async () => {
    const life = liveIn(shop('{}'))
    await life.meanwhile(async ({ ecr }) => {
      await ecr.createRepository({ repositoryName: 'theirs/app' })
      await ecr.putLifecyclePolicy({
        repositoryName: 'theirs/app',
        lifecyclePolicyText: JSON.stringify({
          rules: [
            {
              rulePriority: 7,
              description: 'Only ten',
              selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 10 },
              action: { type: 'expire' },
            },
          ],
        }),
      })
    })
    life.push('theirs/app', 'v1')
    expect((await life.up()).code).toBe(0)
    const image = ['123456789012.dkr.ecr.us-east-1.amazonaws.com/theirs/app:v1']
    const released = await typeRollout(life, 'web', { image })
    expect([released.code, released.err]).toEqual([
      0,
      expect.stringContaining(
        'rule 7 of the lifecycle policy of theirs/app (“Only ten”) will expire its image',
      ),
    ])
    expect(released.writes).not.toContain('PutImage')
    const { out } = await life.type((common, context) => doctor(common, context))
    expect(out).toContain('web: rule 7 of the lifecycle policy of theirs/app')
  })

  it('of the stack’s own repository is told until up has written the rule that keeps it', async () => {
    const life = await running()
    const said = async () => (await life.type((common, context) => doctor(common, context))).out
    expect(await said()).not.toContain('will expire its image')
    await life.meanwhile(async ({ ecr }, world) => {
      // As a stack of an earlier version has it: no rule that keeps anything, and no mark.
      await ecr.putLifecyclePolicy({
        repositoryName: app,
        lifecyclePolicyText: JSON.stringify({
          rules: [
            {
              rulePriority: 1,
              selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 3 },
              action: { type: 'expire' },
            },
          ],
        }),
      })
      for (const { tag } of rowsIn(world, app))
        if (tag?.startsWith('provision.')) images(world).delete(`${app}:${tag}`)
    })
    expect(await said()).toContain(`web: rule 1 of the lifecycle policy of ${app} will expire its image`)
    expect((await life.up()).code).toBe(0)
    expect(await said()).not.toContain('will expire its image')
  })
})
