import { describe, expect, it } from 'vitest'
import { behave } from '../../src/sandbox/ecs/image.ts'
import type { SandboxCall } from '../../src/sandbox/world.ts'
import type { Life } from '../support/life.ts'
import { liveIn } from '../support/life.ts'
import { statusIn, typeRollout } from '../support/rollouts.ts'

const image = '123456789012.dkr.ecr.us-east-1.amazonaws.com/shop-production/app:v1'

const stack = (deployment: string, more: string) => `
stack: shop
environment: production
region: us-east-1
repositories: { app: {} }
services:
  web:
    repository: app
    port: 80
    paths: ["/*"]
    desiredCount: 2
    scaling: { min: 2, max: 4, cpu: 60 }
    deployment: ${deployment}
    ${more}
`

async function ready(deployment: string, more = ''): Promise<Life> {
  const life = liveIn(stack(deployment, more))
  await life.up()
  life.push('shop-production/app', 'v1')
  return life
}

class Killed extends Error {}

/** The release ends with its nth change: it, or its answer, does not get through, and nothing after it does. */
function dying(nth: number, when: 'before' | 'after') {
  let changes = 0
  let dead = false
  const isChange = ({ operation }: SandboxCall) => /^(Update|Register|Run)/.test(operation)
  return {
    before: (call: SandboxCall) => {
      if (dead) throw new Killed()
      if (when === 'before' && isChange(call) && ++changes === nth) {
        dead = true
        throw new Killed()
      }
    },
    after: (call: SandboxCall) => {
      if (when === 'after' && isChange(call) && ++changes === nth) {
        dead = true
        throw new Killed()
      }
    },
  }
}

const running = { tasks: '2 of 2 tasks run', healthy: '2 of 2 targets healthy' }
const none = { tasks: 'no task runs: desired count 0, and the config says 2' }

/** At each of so many changes, and in both ways. */
const deaths = (changes: number) =>
  ['rolling', 'blue-green'].flatMap(deployment =>
    Array.from({ length: changes }, (_, index) => index + 1).flatMap(nth =>
      (['before', 'after'] as const).map(when => ({ deployment, nth, when })),
    ),
  )

describe('a first release that is cut off', () => {
  it.each(deaths(4))(
    '$when its change $nth is finished by the next one, or by up ($deployment)',
    async ({ deployment, nth, when }) => {
      const life = await ready(deployment, 'release: { command: [npm, run, migrate] }')
      const killed = typeRollout(life, 'web', { tag: 'v1' }, { faults: dying(nth, when) })
      await expect(killed).rejects.toThrow(Killed)
      await life.meanwhile((_aws, _world, clock) => clock.sleep(60 * 60_000))
      expect(await life.up()).toMatchObject({ code: 0 })
      const { web } = await statusIn(life)
      expect([none.tasks, running.tasks]).toContain(web?.tasks)
      expect(await typeRollout(life, 'web', { tag: 'v1' })).toMatchObject({ code: 0 })
      expect((await statusIn(life))['web']).toMatchObject(running)
      expect(life.tables()['application-autoscaling/target']).toMatchObject([{ minCapacity: 2 }])
      expect(await life.up()).toMatchObject({ code: 0, writes: [] })
    },
  )

  it.each(deaths(5))(
    '$when its change $nth leaves no task of an image that does not start ($deployment)',
    async ({ deployment, nth, when }) => {
      const life = await ready(deployment)
      await life.meanwhile((_aws, world) => behave(world, image, { exits: { exitCode: 1 } }))
      const killed = typeRollout(life, 'web', { tag: 'v1' }, { faults: dying(nth, when) })
      await expect(killed).rejects.toThrow(Killed)
      await life.meanwhile((_aws, _world, clock) => clock.sleep(60 * 60_000))
      expect(await life.up()).toMatchObject({ code: 0 })
      expect((await statusIn(life))['web']).toMatchObject(none)
      // While ECS still goes back, the configuration of the release stays.
      await life.meanwhile((_aws, _world, clock) => clock.sleep(60 * 60_000))
      expect(await life.up()).toMatchObject({ code: 0 })
      expect((await statusIn(life))['web']).toMatchObject(none)
      expect(await life.up()).toMatchObject({ code: 0, writes: [] })
    },
  )
})
