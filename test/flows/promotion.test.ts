import { beforeAll, describe, expect, it } from 'vitest'
import type { Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'
import { imagesIn, typeRollout } from '../support/rollouts.ts'

const devRepository = '123456789012.dkr.ecr.us-east-1.amazonaws.com/portfolio-dev-frontend'

async function running(life: Life, environment: string): Promise<Life> {
  await life.up()
  for (const name of ['frontend', 'backend']) life.push(`portfolio-${environment}-${name}`)
  const { code, err } = await life.up()
  expect([code, err]).toEqual([0, err])
  return life
}

describe('what runs in one environment of examples/portfolio', { timeout: 60_000 }, () => {
  let both: Life
  beforeAll(async () => {
    both = await running(liveWith('portfolio', 'dev'), 'dev')
    await running(both.beside('prod'), 'prod')
  }, 60_000)
  /** Each test has the two environments for itself. */
  const environments = () => {
    const dev = both.copy()
    return { dev, prod: dev.beside('prod') }
  }

  it('is promoted to another, byte for byte, with nothing built, and belongs to the release there', async () => {
    const { dev, prod } = environments()
    dev.push('portfolio-dev-frontend', 'v2')
    expect(await typeRollout(dev, 'frontend', { tag: 'v2' })).toMatchObject({ code: 0 })
    const { frontend } = await imagesIn(dev)
    expect(frontend).toMatch(new RegExp(`^${devRepository}@sha256:`))
    // The tag moves on; what was tried does not.
    dev.push('portfolio-dev-frontend', 'v2')
    const { code, err, calls } = await typeRollout(prod, 'frontend', { from: 'dev' })
    expect([code, err]).toEqual([
      0,
      expect.stringContaining(
        'frontend will run from portfolio-dev-frontend, the repository of dev: the image has to stay there',
      ),
    ])
    expect((await imagesIn(prod))['frontend']).toBe(frontend)
    expect(calls.filter(({ operation }) => operation === 'GetAuthorizationToken')).toEqual([])
    expect([await prod.planned(), (await prod.up()).writes, await dev.planned()]).toEqual([[], [], []])
  })

  it('is refused where it was never released: a tag may mean something else by now', async () => {
    const { prod } = environments()
    const { error, writes } = await typeRollout(prod, 'frontend', { from: 'dev' })
    expect([error?.code, error?.message, writes]).toEqual([
      'refused',
      `frontend in dev runs ${devRepository}:latest, which is a tag and may mean something else by now`,
      [],
    ])
    expect(error?.hint).toBe(
      `release it there first: provision rollout frontend -e dev --image ${devRepository}:latest`,
    )
  })

  it('is refused while a release is under way there', async () => {
    const { dev, prod } = environments()
    dev.push('portfolio-dev-frontend', 'v2')
    expect(await typeRollout(dev, 'frontend', { tag: 'v2', detach: true })).toMatchObject({ code: 0 })
    const { error, writes } = await typeRollout(prod, 'frontend', { from: 'dev' })
    expect([error?.message, writes]).toEqual([
      'a release of frontend is under way in dev: what it will run is not decided yet',
      [],
    ])
    expect(error?.hint).toBe('wait for its end: provision rollout attach frontend -e dev')
  })

  it('is refused when the image is gone from the registry', async () => {
    const { dev, prod } = environments()
    dev.push('portfolio-dev-frontend', 'v2')
    await typeRollout(dev, 'frontend', { tag: 'v2' })
    await dev.meanwhile(async ({ ecr }) => {
      const repositoryName = 'portfolio-dev-frontend'
      const { imageDetails } = await ecr.describeImages({ repositoryName, imageIds: [{ imageTag: 'v2' }] })
      const imageIds = imageDetails!.map(({ imageDigest }) => ({ imageDigest }))
      await ecr.batchDeleteImage({ repositoryName, imageIds })
    })
    const { error, writes } = await typeRollout(prod, 'frontend', { from: 'dev' })
    expect([error?.code, error?.message, writes]).toEqual([
      'refused',
      expect.stringMatching(/^portfolio-dev-frontend has no image sha256:/),
      [],
    ])
  })

  it('is refused where that environment is not up, does not exist, or is out of reach', async () => {
    const { prod } = environments()
    const lone = liveWith('portfolio', 'prod')
    expect((await typeRollout(lone, 'frontend', { from: 'dev' })).error).toMatchObject({
      message: expect.stringMatching(/^in dev frontend is not up/),
      hint: 'provision up -e dev',
    })
    expect((await typeRollout(prod, 'frontend', { from: 'staging' })).error?.message).toContain('staging')
    prod.edit('  dev:\n', '  dev:\n    region: eu-west-1\n    network: { zones: [eu-west-1a, eu-west-1b] }\n')
    const { error } = await typeRollout(prod, 'frontend', { from: 'dev' })
    expect([error?.code, error?.hint]).toEqual([
      'usage',
      'copy the image into the registry here and release it with --image',
    ])
  })
})
