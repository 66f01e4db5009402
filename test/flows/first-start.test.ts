import { describe, expect, it } from 'vitest'
import { policy } from '../../src/commands/policy.ts'
import { behave } from '../../src/sandbox/ecs/image.ts'
import type { Life } from '../support/life.ts'
import { liveIn } from '../support/life.ts'
import { statusIn, typeRollout } from '../support/rollouts.ts'

const registry = '123456789012.dkr.ecr.us-east-1.amazonaws.com'

const stack = (services: string) => `
stack: shop
environment: production
region: us-east-1
repositories: { app: {} }
services:
  ${services}
`

const migrating = 'release: { command: [npm, run, migrate] }'
const web = `web: { repository: app, port: 80, paths: ["/*"], desiredCount: 2, ${migrating} }`

/** When a one-off task ended and when the first task of a service was started, by the embedded AWS. */
function order(life: Life) {
  const tables = life.tables()
  const runs = (tables['ecs/task'] ?? []) as readonly { readonly stoppedAt: number }[]
  const services = tables['ecs/service'] as readonly {
    readonly name: string
    readonly tasks: readonly { readonly created: number }[]
  }[]
  const first = services.flatMap(({ tasks }) => tasks.map(({ created }) => created))
  return {
    migrations: runs.length,
    migrated: Math.max(...runs.map(({ stoppedAt }) => stoppedAt)),
    first: Math.min(...first),
  }
}

const failing = (life: Life, image: string) =>
  life.meanwhile((_aws, world) => behave(world, image, { task: { exitCode: 1, lines: ['relation exists'] } }))

describe('the first tasks of a service with a release command', () => {
  it('start after it, by the first up, where the image is there', async () => {
    const life = liveIn(
      stack(`web: { image: "nginx:1.27", port: 80, paths: ["/*"], desiredCount: 2, ${migrating} }`),
    )
    const { out } = await life.plan()
    expect(out).toContain('Starts services/web after its release command (npm run migrate).')
    const { code, err } = await life.up()
    expect(err).toContain('web: release command: npm run migrate')
    expect(code).toBe(0)
    const { migrations, migrated, first } = order(life)
    expect(migrations).toBe(1)
    expect(first).toBeGreaterThanOrEqual(migrated)
    expect((await statusIn(life))['web']).toMatchObject({ image: 'nginx:1.27', tasks: '2 of 2 tasks run' })
    expect(await life.planned()).toEqual([])
    expect(await life.up()).toMatchObject({ code: 0, writes: [] })
  })

  it('start after it, by up after a push', async () => {
    const life = liveIn(stack(web))
    expect(await life.up()).toMatchObject({ code: 0 })
    expect(life.tables()['ecs/task']).toBeUndefined()
    life.push('shop-production/app')
    expect(await life.plan()).toMatchObject({ code: 2 })
    expect(await life.up()).toMatchObject({ code: 0 })
    const { migrations, migrated, first } = order(life)
    expect([migrations, first >= migrated]).toEqual([1, true])
    expect((await statusIn(life))['web']).toMatchObject({ tasks: '2 of 2 tasks run' })
    expect(await life.plan()).toMatchObject({ code: 0 })
    // The next start is none: a change of the config is a deployment of up's own, without the command.
    life.edit('desiredCount: 2', 'desiredCount: 3')
    expect(await life.up()).toMatchObject({ code: 0 })
    expect(order(life).migrations).toBe(1)
    expect((await statusIn(life))['web']).toMatchObject({ tasks: '3 of 3 tasks run' })
  })

  it('start after it, by up with a simulated image', async () => {
    const life = liveIn(stack(web))
    expect(await life.up({ simulatedImages: true })).toMatchObject({ code: 0 })
    const { migrations, migrated, first } = order(life)
    expect([migrations, first >= migrated]).toEqual([1, true])
    expect((await statusIn(life))['web']).toMatchObject({ tasks: '2 of 2 tasks run' })
    const again = await life.plan({ simulatedImages: true })
    expect([again.code, again.err]).toEqual([0, ''])
  })

  it('start after it, by up with a simulated image where nothing else is left to do', async () => {
    const life = liveIn(stack(web))
    await life.up()
    expect(await life.up({ simulatedImages: true })).toMatchObject({ code: 0 })
    expect(order(life).migrations).toBe(1)
    expect((await statusIn(life))['web']).toMatchObject({ tasks: '2 of 2 tasks run' })
  })

  it('start after it, by rollout', async () => {
    const life = liveIn(stack(web))
    await life.up()
    life.push('shop-production/app', 'abc123')
    expect(await typeRollout(life, 'web', { tag: 'abc123' })).toMatchObject({ code: 0 })
    const { migrations, migrated, first } = order(life)
    expect([migrations, first >= migrated]).toEqual([1, true])
  })

  it.each([
    ['up', (life: Life) => life.up(), 1],
    ['rollout', (life: Life) => typeRollout(life, 'web', { tag: 'latest' }), 14],
  ])('do not start when it fails: %s', async (_name, start, expected) => {
    const life = liveIn(stack(web))
    await life.up()
    life.push('shop-production/app')
    await failing(life, `${registry}/shop-production/app:latest`)
    const { code, err } = await start(life)
    expect(code).toBe(expected)
    expect(err).toContain('log: relation exists')
    expect(err).toContain('web still runs no task; fix the command and release again')
    expect((await statusIn(life))['web']).toMatchObject({
      tasks: expect.stringContaining('no task runs: desired count 0'),
    })
    expect(life.tables()['ecs/service']).toMatchObject([{ tasks: [], stopped: [] }])
    await life.meanwhile((_aws, world) =>
      behave(world, `${registry}/shop-production/app:latest`, { task: { exitCode: 0 } }),
    )
    expect(await life.up()).toMatchObject({ code: 0 })
    expect((await statusIn(life))['web']).toMatchObject({ tasks: '2 of 2 tasks run' })
  })

  it('come before those of a service that comes after it, which stay away when it fails', async () => {
    const life = liveIn(stack(`${web}\n  worker: { repository: app, after: [web] }`))
    await life.up()
    life.push('shop-production/app')
    await failing(life, `${registry}/shop-production/app:latest`)
    const failed = await life.up()
    expect(failed.code).toBe(1)
    expect(failed.err).toContain('worker is not started: it comes after web')
    expect((await statusIn(life))['worker']).toMatchObject({
      tasks: expect.stringContaining('no task runs: desired count 0'),
    })
    await life.meanwhile((_aws, world) =>
      behave(world, `${registry}/shop-production/app:latest`, { task: { exitCode: 0 } }),
    )
    expect(await life.up()).toMatchObject({ code: 0 })
    expect(await statusIn(life)).toMatchObject({
      web: { tasks: '2 of 2 tasks run' },
      worker: { tasks: '1 of 1 tasks run' },
    })
  })

  it('are started by the next up where this one was interrupted', async () => {
    const life = liveIn(stack(web))
    await life.up()
    life.push('shop-production/app')
    const stop = new AbortController()
    const before = ({ operation }: { readonly operation: string }) => {
      if (operation === 'RunTask') stop.abort()
    }
    const { error } = await life.up({ stop: stop.signal, faults: { before } })
    expect(error).toMatchObject({
      code: 'interrupted',
      hint: expect.stringContaining('provision up') as string,
    })
    expect((await statusIn(life))['web']).toMatchObject({
      tasks: expect.stringContaining('no task runs: desired count 0'),
    })
    expect(await life.up()).toMatchObject({ code: 0 })
    expect((await statusIn(life))['web']).toMatchObject({ tasks: '2 of 2 tasks run' })
  })

  it('are what the policy of up allows for, where a service has such a command', async () => {
    const allowed = async (services: string) => {
      const { out } = await liveIn(stack(services)).type((common, context) => policy('up', common, context))
      return ['ecs:RunTask', 'ecs:DescribeServiceDeployments', 'logs:GetLogEvents'].map(action =>
        out.includes(`"${action}"`),
      )
    }
    expect(await allowed(web)).toEqual([true, true, true])
    expect(await allowed('web: { repository: app }')).toEqual([false, expect.any(Boolean), false])
  })
})
