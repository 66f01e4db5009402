import { describe, expect, it } from 'vitest'
import { drift } from '../../src/commands/drift.ts'
import { services } from '../../src/sandbox/ecs/rows.ts'
import type { Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'
import { imagesIn, typeRollout } from '../support/rollouts.ts'

/** examples/minimal with this in its service, up and running. */
async function running(...lines: readonly string[]): Promise<Life> {
  const life = liveWith('minimal')
  life.edit('    paths: [/*]\n', ['    paths: [/*]', ...lines, ''].join('\n    '))
  expect(await life.up()).toMatchObject({ code: 0 })
  return life
}

/** Somebody in the console. */
const byHand = (life: Life, input: object) =>
  life.meanwhile(({ ecs }, world) => {
    const [row] = services(world).list()
    return ecs.updateService({ cluster: row!.clusterArn, service: row!.name, ...input })
  })

const scaled = [
  'desiredCount: 2',
  'scaling: { min: 2, max: 4, cpu: 60 }',
  'deployment: { maximumPercent: 150 }',
]
const numbers =
  '1 task, minimumHealthyPercent 100 keeps ceil(1.0) = 1 task and maximumPercent 150 allows floor(1.5) = 1 task'

describe('a rolling deployment that ECS can neither stop nor start a task for', () => {
  it('is reported by up with the numbers and what to change, and goes on with other percentages', async () => {
    const life = await running(...scaled)
    await byHand(life, { desiredCount: 1 })
    life.edit('nginx:1.27', 'nginx:1.28')
    const { code, err } = await life.up()
    expect(code).toBe(1)
    expect(err).toContain('unable to stop or start tasks during a deployment')
    expect(err).toContain(numbers)
    expect(err).toContain('Change deployment.maximumPercent')
    expect(await life.up()).toMatchObject({ code: 1 })
    life.edit('maximumPercent: 150', 'maximumPercent: 200')
    expect(await life.up()).toMatchObject({ code: 0 })
    expect(await imagesIn(life)).toEqual({ web: 'nginx:1.28' })
  })

  it('goes on when up takes back percentages that were set by hand', async () => {
    const life = await running()
    const deploymentConfiguration = { maximumPercent: 150, minimumHealthyPercent: 100 }
    await byHand(life, { deploymentConfiguration, forceNewDeployment: true })
    const { code, err } = await life.type((common, context) =>
      drift({ ...common, detailedExitcode: true }, context),
    )
    expect([code, err]).toEqual([2, ''])
    expect(await life.up()).toMatchObject({ code: 0, writes: ['UpdateService'] })
    expect(await life.planned()).toEqual([])
  })

  it('is not begun by rollout', async () => {
    const life = await running(...scaled)
    await byHand(life, { desiredCount: 1 })
    const { error, writes } = await typeRollout(life, 'web', { image: ['nginx:1.28'] })
    expect(error).toMatchObject({ code: 'refused', message: expect.stringContaining(numbers) })
    expect(writes).toEqual([])
  })
})
