import { describe, expect, it } from 'vitest'
import { sandboxPush } from '../../src/commands/sandbox-push.ts'
import type { StackOptions } from '../../src/session.ts'
import type { Life } from '../support/life.ts'
import { liveIn, liveWith } from '../support/life.ts'
import { imagesIn, statusIn, typeRollout } from '../support/rollouts.ts'

const yaml = `stack: shop
environment: production
region: us-east-1
repositories: { app: { immutableTags: false }, fixed: { immutableTags: true } }
services:
  web: { repository: app, port: 80, paths: ['/*'] }
  worker: { repository: fixed, architecture: arm64 }
`

interface ImageRow {
  readonly repositoryName: string
  readonly tag?: string
  readonly digest: string
}

const running = '1 of 1 tasks run'

const push = (life: Life, ...images: readonly string[]) =>
  life.run((options: StackOptions, context) => sandboxPush(images, options, context))

const imageRows = (life: Life) => (life.tables()['ecr/image'] ?? []) as readonly ImageRow[]

const digestOf = (life: Life, name: string) =>
  imageRows(life).find(({ repositoryName, tag }) => `${repositoryName}:${tag}` === name)?.digest

const tasksIn = async (life: Life) =>
  Object.fromEntries(Object.entries(await statusIn(life)).map(([name, { tasks }]) => [name, tasks]))

describe('images that nobody has pushed to the sandbox', () => {
  it('are simulated by the first up, which says so in one line and ends with running services', async () => {
    const life = liveIn(yaml)
    const said =
      /^simulated images shop-production\/app:latest, shop-production\/fixed:latest: nobody has .*$/m
    const planned = await life.plan({ simulatedImages: true })
    expect(planned.err).toMatch(said)
    expect(imageRows(life)).toEqual([])

    const { code, err } = await life.up({ simulatedImages: true })
    expect([code, err]).toEqual([0, expect.stringMatching(said)])
    expect(err).not.toContain('waits for')
    expect(await tasksIn(life)).toEqual({ web: running, worker: running })

    const again = await life.plan({ simulatedImages: true })
    expect([again.code, again.err]).toEqual([0, ''])
  })

  it('are simulated in a repository that an earlier up has created', async () => {
    const life = liveIn(yaml)
    expect((await life.up({ simulatedImages: false })).err).toContain(
      'waits for a push of shop-production/app:latest',
    )
    const again = '-c /work/provision.yaml -e production --sandbox'
    expect((await life.up({ simulatedImages: false })).err).toContain(
      `Next: provision sandbox push shop-production/app:latest shop-production/fixed:latest ${again}, then provision rollout web,worker --tag latest ${again}\n`,
    )
    expect(imageRows(life)).toEqual([])
    expect((await life.up({ simulatedImages: true })).code).toBe(0)
    expect(await tasksIn(life)).toEqual({ web: running, worker: running })
  })

  it('stay absent where the plan is declined', async () => {
    const life = liveIn(yaml)
    await life.up()
    expect((await life.up({ simulatedImages: true, yes: false })).error).toMatchObject({ code: 'usage' })
    expect(imageRows(life)).toEqual([])
  })

  it('are released as simulated ones by rollout, and refused where that is switched off', async () => {
    const life = liveIn(yaml)
    await life.up({ simulatedImages: true })
    const refused = await typeRollout(life, 'web', { tag: 'v2', simulatedImages: false })
    expect(refused.error).toMatchObject({
      message: expect.stringContaining('shop-production/app has no image v2'),
      hint: expect.stringContaining('provision sandbox push'),
    })
    const released = await typeRollout(life, 'web,worker', { tag: 'v2', simulatedImages: true })
    expect([released.code, released.err]).toEqual([0, released.err])
    expect(released.err.match(/^simulated image.*$/gm)).toEqual([
      'simulated images shop-production/app:v2, shop-production/fixed:v2: nobody has pushed them to the sandbox',
    ])
    const digest = digestOf(life, 'shop-production/app:v2')!
    expect((await imagesIn(life))['web']).toContain(digest)

    // What exists by now is not simulated, and neither is an image of another registry.
    const third = await typeRollout(life, 'web', {
      image: ['public.ecr.aws/nginx/nginx:1.29'],
      simulatedImages: true,
    })
    expect([third.code, third.err]).toEqual([0, expect.not.stringContaining('simulated')])
    const fourth = await typeRollout(life, 'web', { tag: 'v2', simulatedImages: true })
    expect([fourth.code, fourth.err]).toEqual([0, expect.not.stringContaining('simulated')])
  })

  it('take the place of a build: no Docker is looked for', async () => {
    const life = liveIn(yaml)
    await life.up({ simulatedImages: true })
    const { code, err } = await typeRollout(life, 'web', { build: '.', tag: 'v3', simulatedImages: true })
    expect([code, err]).toEqual([
      0,
      expect.stringMatching(/^simulated image shop-production\/app:v3: nothing was built$/m),
    ])
    expect((await imagesIn(life))['web']).toContain(digestOf(life, 'shop-production/app:v3'))
  })
})

describe('sandbox push', () => {
  it('pushes several images, by the name of the repository in the config or in ECR', async () => {
    const life = liveIn(yaml)
    await life.up()
    const { code, out, err } = await push(life, 'app:v1', 'shop-production/fixed:v1')
    expect(code).toBe(0)
    expect(out).toBe(
      `shop-production/app:v1  ${digestOf(life, 'shop-production/app:v1')}\n` +
        `shop-production/fixed:v1  ${digestOf(life, 'shop-production/fixed:v1')}\n`,
    )
    expect(err).toContain('provision rollout worker --tag v1 -c /work/provision.yaml -e production --sandbox')
    const full = '123456789012.dkr.ecr.us-east-1.amazonaws.com/shop-production/app'
    expect((await push(life, full)).out).toContain('shop-production/app:latest  sha256:')
  })

  it('moves a tag to a new image, and keeps the image that had it', async () => {
    const life = liveIn(yaml)
    await life.up()
    await push(life, 'app:v1')
    const first = digestOf(life, 'shop-production/app:v1')
    await push(life, 'app:v1')
    const second = digestOf(life, 'shop-production/app:v1')
    expect(second).not.toBe(first)
    expect(imageRows(life).filter(({ tag }) => tag === undefined)).toMatchObject([{ digest: first }])
  })

  it('refuses to move an immutable tag, and then pushes nothing', async () => {
    const life = liveIn(yaml)
    await life.up()
    expect((await push(life, 'fixed:v1')).code).toBe(0)
    const before = imageRows(life)
    expect((await push(life, 'app:v1', 'fixed:v1')).error).toMatchObject({
      code: 'refused',
      message: expect.stringMatching(/^shop-production\/fixed:v1 was not pushed: .*the tag is immutable/),
      hint: 'push it under another tag',
    })
    expect(imageRows(life)).toEqual(before)
  })

  it('is refused without a sandbox, without the repository, and for what is no image', async () => {
    const life = liveIn(yaml)
    expect((await push(life, 'app:v1')).error).toMatchObject({
      code: 'usage',
      message: 'there is no sandbox of shop yet',
      hint: 'provision up -c /work/provision.yaml -e production --sandbox creates it',
    })
    await life.up()
    expect((await push(life, 'ap:v1')).error).toMatchObject({
      message: 'the sandbox has no repository ap',
      hint: 'Did you mean "app"?',
    })
    expect((await push(life, 'App:v1:v2')).error).toMatchObject({ code: 'usage' })
    life.edit('repositories: {', 'repositories: { late: {},')
    expect((await push(life, 'late:v1')).error).toMatchObject({
      message: 'the sandbox has no repository shop-production/late',
      hint: 'provision up -c /work/provision.yaml -e production --sandbox creates it',
    })
    expect(imageRows(life)).toEqual([])
  })
})

describe('the embedded AWS of the quick start', () => {
  it('runs every service of apranova after one command', async () => {
    const life = liveWith('apranova')
    const { code, err } = await life.up({ simulatedImages: true })
    expect([code, err]).toEqual([0, err])
    expect(await tasksIn(life)).toEqual({ backend: running, frontend: running })
  })
})
