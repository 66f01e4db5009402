import { describe, expect, it } from 'vitest'
import { drift } from '../../src/commands/drift.ts'
import { rolloutHistory } from '../../src/commands/rollout-status.ts'
import { rollback } from '../../src/commands/rollout-verbs.ts'
import { behave } from '../../src/sandbox/ecs/image.ts'
import type { Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'
import { imagesIn, tools, typeRollout } from '../support/rollouts.ts'

const registry = '123456789012.dkr.ecr.us-east-1.amazonaws.com'

async function running(): Promise<Life> {
  const life = liveWith('apranova')
  await life.up()
  for (const name of ['apranova/backend', 'apranova/frontend']) life.push(name)
  expect(await life.up()).toMatchObject({ code: 0 })
  return life
}

describe('releases of examples/apranova', () => {
  it('bring a tag into service by its digest, and say so', async () => {
    const life = await running()
    life.push('apranova/frontend', 'v2')
    const { code, err } = await typeRollout(life, 'frontend', { tag: 'v2' })
    expect(code).toBe(0)
    expect(err).toMatch(/frontend: frontend:latest -> frontend@sha256:[0-9a-f]{12}, rolling\n/)
    expect(err).toMatch(/frontend: released frontend@sha256:[0-9a-f]{12} \(\d+m \d\ds\)/)
    expect(err).toContain('Next: provision rollout rollback frontend')
    expect((await imagesIn(life))['frontend']).toMatch(
      new RegExp(`^${registry}/apranova/frontend@sha256:[0-9a-f]{64}$`),
    )
    const history = await life.type((common, context) => rolloutHistory('frontend', common, context, tools))
    expect(history.out).toMatch(/ 1 .* rolling  by ada@laptop  released in \S+ \S+  <- runs now\n/)
  })

  it('are no drift, and repairing drift beside them leaves them alone', async () => {
    const life = await running()
    life.push('apranova/frontend', 'v2')
    await typeRollout(life, 'frontend', { tag: 'v2' })
    const before = await imagesIn(life)
    const seen = (more = {}) =>
      life.type((common, context) => drift({ ...common, detailedExitcode: true, ...more }, context))
    expect((await seen()).code).toBe(0)
    const service = (await life.ledger())?.entries.get('services/frontend')
    const { clusterArn, serviceName } = service?.status === 'ready' ? service.attributes : {}
    await life.meanwhile(({ ecs }) =>
      ecs.updateService({ cluster: String(clusterArn), service: String(serviceName), desiredCount: 2 }),
    )
    expect(await seen({ repair: true })).toMatchObject({ code: 2, writes: ['UpdateService'] })
    expect([await imagesIn(life), (await seen()).code]).toEqual([before, 0])
  })

  it('of two services go forward together', async () => {
    const life = await running()
    for (const name of ['apranova/backend', 'apranova/frontend']) life.push(name, 'v2')
    const { code, err } = await typeRollout(life, 'frontend,backend', { tag: 'v2' })
    expect(code).toBe(0)
    // Frontend comes after backend.
    expect(err.indexOf('backend: released')).toBeLessThan(err.indexOf('frontend: releasing'))
  })

  it('of two services go back together when the second fails', async () => {
    const life = await running()
    const before = await imagesIn(life)
    for (const name of ['apranova/backend', 'apranova/frontend']) life.push(name, 'v2')
    await life.meanwhile((_aws, world) =>
      behave(world, `${registry}/apranova/frontend:v2`, { exits: { exitCode: 1, lines: ['boom'] } }),
    )
    const { code, err } = await typeRollout(life, 'backend,frontend', { tag: 'v2' })
    expect(code).toBe(10)
    expect(err).toContain('log: boom')
    expect(err).toContain('another service of the same release failed')
    expect(await imagesIn(life)).toEqual(before)
  })

  it('go there and back', async () => {
    const life = await running()
    const before = await imagesIn(life)
    life.push('apranova/frontend', 'v2')
    await typeRollout(life, 'frontend', { tag: 'v2' })
    const back = await life.type((common, context) => rollback('frontend', common, context, tools))
    expect(back.code).toBe(0)
    expect(await imagesIn(life)).toEqual(before)
    await life.teardown({ deleteData: ['all'] })
    expect((await life.ledger())?.releases).toBeUndefined()
  })

  it('are refused before anything is changed: no such image, no such service, no word of the image', async () => {
    const life = await running()
    const missing = await typeRollout(life, 'frontend', { tag: 'v9' })
    expect([missing.error?.code, missing.writes]).toEqual(['refused', []])
    expect((await typeRollout(life, 'fronted', { tag: 'v9' })).error?.hint).toBe('Did you mean "frontend"?')
    expect((await typeRollout(life, 'frontend', {})).error?.message).toBe(
      'nothing says which image to release',
    )
    expect((await typeRollout(life, 'frontend', { tag: 'v9', image: ['x'] })).error?.code).toBe('usage')
    expect((await typeRollout(life, 'frontend', { tag: 'v9', canary: '500%' })).error?.code).toBe('usage')
    expect((await typeRollout(life, 'frontend', { tag: 'v9', verify: ['"open'] })).error?.code).toBe('usage')
  })
})
