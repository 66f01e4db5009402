import { describe, expect, it } from 'vitest'
import { drift } from '../../src/commands/drift.ts'
import { abortRelease, rollback } from '../../src/commands/rollout-verbs.ts'
import { secretSet } from '../../src/commands/secret.ts'
import { behave } from '../../src/sandbox/ecs/image.ts'
import type { Life } from '../support/life.ts'
import { liveIn } from '../support/life.ts'
import { imagesIn, statusIn, tools, typeRollout } from '../support/rollouts.ts'

const registry = '123456789012.dkr.ecr.us-east-1.amazonaws.com'

const stack = (service: string) => `
stack: shop
environment: production
region: us-east-1
repositories: { app: {} }
services:
  web: { repository: app, ${service} }
`

const front = 'port: 80, paths: ["/*"], desiredCount: 2'

/** A stack that is up, and whose image has never been pushed. */
async function empty(service: string): Promise<Life> {
  const life = liveIn(stack(service))
  const { code, err } = await life.up()
  expect(code).toBe(0)
  expect(err).toContain('services/web has desired count 0: it waits for a push of shop-production/app:latest')
  return life
}

const pushed = (life: Life, tag: string, repository = 'shop-production/app') => life.push(repository, tag)

const crashing = (life: Life, tag: string) =>
  life.meanwhile((_aws, world) =>
    behave(world, `${registry}/shop-production/app:${tag}`, {
      exits: { exitCode: 1, lines: ['no DATABASE_URL'] },
    }),
  )

const noTask = { tasks: 'no task runs: desired count 0, and the config says 2' }

describe('the first release of a service', () => {
  it.each([
    ['rolling', front],
    ['rolling without a load balancer', 'desiredCount: 2'],
    ['blue-green', `${front}, deployment: blue-green`],
    ['blue-green without a load balancer', 'desiredCount: 2, deployment: blue-green'],
    ['canary', `${front}, deployment: canary`],
    ['linear', `${front}, deployment: linear`],
  ])('starts its tasks: %s', async (_name, service) => {
    const life = await empty(service)
    pushed(life, 'abc123')
    const { code, err } = await typeRollout(life, 'web', { tag: 'abc123' })
    expect(err).toContain('no task -> app@sha256:')
    expect(err).toContain('starts 2 tasks')
    expect(code).toBe(0)
    const { web } = await statusIn(life)
    expect(web).toMatchObject({ tasks: '2 of 2 tasks run' })
    if (service.includes('port')) expect(web?.healthy).toBe('2 of 2 targets healthy')
    // There is no traffic to shift, and no old version to stand by.
    expect(err).not.toMatch(/1?[05] % of production traffic|stands by/)
    expect(err).toMatch(/\((?:[0-5]m )?\d+s\)/)
    const released = await imagesIn(life)
    expect(await life.up()).toMatchObject({ code: 0, writes: [] })
    expect(await life.planned()).toEqual([])
    const seen = await life.type((common, context) => drift({ ...common, detailedExitcode: true }, context))
    expect(seen.code).toBe(0)
    expect(await imagesIn(life)).toEqual(released)
  })

  it('is what up keeps without a ledger', async () => {
    const life = await empty(front)
    pushed(life, 'abc123')
    await typeRollout(life, 'web', { tag: 'abc123' })
    const released = await statusIn(life)
    life.loseLedger()
    const { code, err } = await life.up()
    expect(code, err).toBe(0)
    expect(err).not.toContain('waits for a push')
    expect(await statusIn(life)).toEqual(released)
    expect(await life.planned()).toEqual([])
    life.edit('desiredCount: 2', 'desiredCount: 3, cpu: 512, memory: 1024')
    expect(await life.up()).toMatchObject({ code: 0 })
    expect((await statusIn(life))['web']).toMatchObject({
      image: released['web']!.image,
      tasks: '3 of 3 tasks run',
    })
  })

  it('brings the bounds of autoscaling, and up leaves the count to it', async () => {
    const life = await empty(`${front}, scaling: { min: 3, max: 6, cpu: 60 }`)
    const bounds = () => life.tables()['application-autoscaling/target']
    expect(bounds()).toMatchObject([{ minCapacity: 0, maxCapacity: 6 }])
    pushed(life, 'abc123')
    expect(await typeRollout(life, 'web', { tag: 'abc123' })).toMatchObject({ code: 0 })
    expect(bounds()).toMatchObject([{ minCapacity: 3, maxCapacity: 6 }])
    expect((await statusIn(life))['web']?.tasks).toBe('3 of 3 tasks run')
    expect(await life.up()).toMatchObject({ code: 0, writes: [] })
  })

  it.each([
    ['rolling', front],
    ['rolling without a load balancer', 'desiredCount: 2'],
    ['blue-green', `${front}, deployment: blue-green`],
    ['canary', `${front}, scaling: { min: 2, max: 4, cpu: 60 }, deployment: canary`],
  ])('leaves no task when its image does not start: %s', async (_name, service) => {
    const life = await empty(service)
    pushed(life, 'bad')
    await crashing(life, 'bad')
    const { code, err } = await typeRollout(life, 'web', { tag: 'bad' })
    expect(code).toBe(1)
    expect(err).toContain('log: no DATABASE_URL')
    expect(err).toContain('no task of web runs, as before; fix the cause and release again')
    expect((await statusIn(life))['web']).toMatchObject(noTask)
    expect(await life.up()).toMatchObject({ code: 0, writes: [] })
    pushed(life, 'good')
    expect(await typeRollout(life, 'web', { tag: 'good' })).toMatchObject({ code: 0 })
    expect((await statusIn(life))['web']?.tasks).toBe('2 of 2 tasks run')
  })

  it.each([
    ['rolling', front],
    ['blue-green', `${front}, deployment: blue-green`],
  ])('leaves no task when a check does not pass: %s', async (_name, service) => {
    const life = await empty(service)
    pushed(life, 'v1')
    const failing = {
      ...tools,
      programs: { ...tools.programs, run: async () => ({ code: 1, lastLines: [] }) },
    }
    const { code } = await typeRollout(life, 'web', { tag: 'v1', verify: ['smoke'] }, {}, failing)
    expect(code).toBe(14)
    expect((await statusIn(life))['web']).toMatchObject(noTask)
    expect(await life.up()).toMatchObject({ code: 0, writes: [] })
  })

  it('is not followed with --detach, and up goes on with what it has started', async () => {
    const life = await empty(`${front}, scaling: { min: 2, max: 4, cpu: 60 }`)
    pushed(life, 'v1')
    expect(await typeRollout(life, 'web', { tag: 'v1', detach: true })).toMatchObject({ code: 0 })
    expect(await life.up()).toMatchObject({ code: 0 })
    expect((await statusIn(life))['web']).toMatchObject({ tasks: '2 of 2 tasks run' })
    expect(await life.planned()).toEqual([])
  })

  it('that nobody followed and that failed is put back to no task by up', async () => {
    const life = await empty(front)
    pushed(life, 'bad')
    await crashing(life, 'bad')
    await typeRollout(life, 'web', { tag: 'bad', detach: true })
    await life.meanwhile((_aws, _world, clock) => clock.sleep(60 * 60_000))
    expect((await statusIn(life))['web']?.tasks).toBe('0 of 2 tasks run')
    const { code, err, error } = await life.up()
    expect([code, error]).toEqual([0, undefined])
    expect(err).toContain('services/web has desired count 0')
    expect((await statusIn(life))['web']).toMatchObject(noTask)
  })

  it('has nothing before it that rollback could bring back', async () => {
    const life = await empty(front)
    pushed(life, 'v1')
    await typeRollout(life, 'web', { tag: 'v1' })
    const { error } = await life.type((common, context) => rollback('web', common, context, tools))
    expect(error?.message).toBe('nothing is known of what web ran before')
  })

  it('of a service that the config keeps at no task is no start', async () => {
    const life = liveIn(stack('desiredCount: 0'))
    await life.up()
    pushed(life, 'v1')
    const { code, err } = await typeRollout(life, 'web', { tag: 'v1' })
    expect([code, err]).toEqual([0, expect.stringContaining('desired count 0')])
  })

  it('waits for the value of a secret, which rollout asks for as up does', async () => {
    const life = liveIn(`${stack(`${front}, uses: [api-key]`)}secrets: { api-key: {} }\n`)
    await life.up()
    pushed(life, 'v1')
    const early = await typeRollout(life, 'web', { tag: 'v1' })
    expect([early.error?.code, early.writes]).toEqual(['refused', []])
    expect(early.error?.message).toContain('the secret shop/production/api-key has no value')
    await life.type((common, context) => secretSet('api-key', common, context), { stdin: 's3cret' })
    expect(await typeRollout(life, 'web', { tag: 'v1' })).toMatchObject({ code: 0 })
    expect((await statusIn(life))['web']?.tasks).toBe('2 of 2 tasks run')
    expect(await life.up()).toMatchObject({ code: 0, writes: [] })
  })

  it('that is aborted leaves no task', async () => {
    const life = await empty(front)
    pushed(life, 'v1')
    await typeRollout(life, 'web', { tag: 'v1', detach: true })
    const { code, err } = await life.type((common, context) => abortRelease('web', common, context, tools))
    expect(err).toContain('Aborted web: it runs no task, as before')
    expect(code).toBe(0)
    expect(err).toContain('web: aborted')
    expect(err).toContain('no task of web runs, as before; provision rollout web')
    expect((await statusIn(life))['web']).toMatchObject(noTask)
    expect(await life.up()).toMatchObject({ code: 0, writes: [] })
  })

  it.each([
    ['rolling', front],
    ['canary', `${front}, scaling: { min: 2, max: 4, cpu: 60 }, deployment: canary`],
  ])('typed again is followed, and still leaves no task when it fails: %s', async (_name, service) => {
    const life = await empty(service)
    pushed(life, 'bad')
    await crashing(life, 'bad')
    await typeRollout(life, 'web', { tag: 'bad', detach: true })
    const failed = await typeRollout(life, 'web', { tag: 'bad' })
    expect([failed.code, failed.err]).toEqual([1, expect.stringContaining('already in progress')])
    expect(failed.err).toContain('no task of web runs, as before')
    expect((await statusIn(life))['web']).toMatchObject(noTask)
    pushed(life, 'good')
    await typeRollout(life, 'web', { tag: 'good', detach: true })
    const followed = await typeRollout(life, 'web', { tag: 'good' })
    expect([followed.code, followed.err]).toEqual([0, expect.stringContaining('already in progress')])
    expect((await statusIn(life))['web']?.tasks).toBe('2 of 2 tasks run')
    expect(await life.up()).toMatchObject({ code: 0, writes: [] })
  })
})

describe('the first release of several services', () => {
  const both = (deployment: string) => `
stack: shop
environment: production
region: us-east-1
repositories: { app: {} }
services:
  api: { repository: app, port: 80, paths: ["/api/*"], deployment: ${deployment} }
  web: { repository: app, command: [web], port: 80, paths: ["/*"], after: [api], deployment: ${deployment} }
`
  const none = { tasks: 'no task runs: desired count 0, and the config says 1' }

  it.each(['rolling', 'blue-green', 'canary'])('starts them in order: %s', async deployment => {
    const life = liveIn(both(deployment))
    await life.up()
    pushed(life, 'v1')
    const { code, err } = await typeRollout(life, 'web,api', { tag: 'v1' })
    expect(code).toBe(0)
    expect(err.indexOf('api: releasing')).toBeLessThan(err.indexOf('web: releasing'))
    const running = { tasks: '1 of 1 tasks run', healthy: '1 of 1 targets healthy' }
    expect(await statusIn(life)).toMatchObject({ api: running, web: running })
    expect(await life.up()).toMatchObject({ code: 0, writes: [] })
  })

  it.each(['rolling', 'blue-green'])(
    'leaves no task of any when one does not start: %s',
    async deployment => {
      const life = liveIn(both(deployment))
      life.edit('repositories: { app: {} }', 'repositories: { app: {}, site: {} }')
      life.edit('web: { repository: app', 'web: { repository: site')
      await life.up()
      pushed(life, 'v1')
      pushed(life, 'v1', 'shop-production/site')
      await life.meanwhile((_aws, world) =>
        behave(world, `${registry}/shop-production/site:v1`, { exits: { exitCode: 1 } }),
      )
      const { code, err } = await typeRollout(life, 'api,web', { tag: 'v1' })
      expect(code).toBe(1)
      expect(err).toContain('another service of the same release failed')
      expect(await statusIn(life)).toMatchObject({ api: none, web: none })
      expect(await life.up()).toMatchObject({ code: 0, writes: [] })
    },
  )
})
