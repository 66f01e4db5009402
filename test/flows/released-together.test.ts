import { beforeAll, describe, expect, it } from 'vitest'
import type { RunEvent } from '../../src/events/event.ts'
import { behave } from '../../src/sandbox/ecs/image.ts'
import { sickTraffic } from '../support/bystander.ts'
import type { Ended, Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'
import { imagesIn, statusIn, tools, typeRollout, weights } from '../support/rollouts.ts'

const httpd = 'public.ecr.aws/docker/library/httpd'
const shop = '123456789012.dkr.ecr.us-east-1.amazonaws.com/storefront/shop:v2'
const images = { image: [`shop=${shop}`, `api=${httpd}:2.9`], json: true }

const eventsIn = ({ out }: Ended) =>
  out
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as RunEvent)

/** What each service went through, in order: `api started`, `shop POST_SCALE_UP`, `api released`. */
const story = (ended: Ended) =>
  eventsIn(ended).flatMap(event => {
    if (event.type === 'release.started') return `${event.service} started`
    if (event.type === 'release.stage') return `${event.service} ${event.stage}`
    return event.type === 'release.finished' ? `${event.service} ${event.outcome}` : []
  })

describe('a release of two blue/green services, the second of which comes after the first', () => {
  let made: Life
  beforeAll(async () => {
    made = liveWith('blue-green')
    made.edit('    repository: shop\n', '    repository: shop\n    after: [api]\n')
    await made.up()
    made.push('storefront/shop', 'v1')
    await made.up()
    made.push('storefront/shop', 'v2')
    // The load balancer has found its targets healthy.
    await made.meanwhile((_aws, world) => world.sleep(600))
  }, 60_000)

  it('goes forward together: the first waits under full traffic until the second has come as far', async () => {
    const life = made.copy()
    const sick = sickTraffic()
    const ended = await typeRollout(life, 'shop,api', images)
    expect([ended.code, ended.error]).toEqual([0, undefined])
    const told = story(ended)
    const order = [
      'api started',
      'api POST_PRODUCTION_TRAFFIC_SHIFT',
      'shop started',
      'shop POST_PRODUCTION_TRAFFIC_SHIFT',
      'api BAKE_TIME',
      'api released',
    ].map(what => told.indexOf(what))
    expect([Math.min(...order) >= 0, order]).toEqual([true, order.toSorted((a, b) => a - b)])
    expect(ended.writes.filter(call => call === 'ContinueServiceDeployment')).toHaveLength(2)
    expect([weights(life, 'api'), weights(life, 'shop'), sick]).toEqual([[0, 100], [0, 100], []])
    expect([await life.planned(), (await life.up()).writes]).toEqual([[], []])
  })

  it('goes back together when the second does not start, the first with one call', async () => {
    const life = made.copy()
    const before = await imagesIn(life)
    const sick = sickTraffic()
    await life.meanwhile((_aws, world) => behave(world, shop, { exits: { exitCode: 1, lines: ['boom'] } }))
    const ended = await typeRollout(life, 'shop,api', images)
    expect(ended.code).toBe(10)
    expect(story(ended).filter(what => /started|rolled-back/.test(what))).toEqual([
      'api started',
      'shop started',
      'shop rolled-back',
      'api rolled-back',
    ])
    expect(ended.writes.filter(call => call === 'StopServiceDeployment')).toHaveLength(1)
    expect([await imagesIn(life), weights(life, 'api'), weights(life, 'shop'), sick]).toEqual([
      before,
      [100, 0],
      [100, 0],
      [],
    ])
    expect(await life.planned()).toEqual([])
  })

  it('goes back together when a check of the second fails, with its exit code', async () => {
    const life = made.copy()
    const failing = {
      ...tools,
      programs: {
        ...tools.programs,
        run: async ({ environment }: Parameters<typeof tools.programs.run>[0]) => ({
          code: environment?.['PROVISION_SERVICE'] === 'shop' ? 1 : 0,
          lastLines: ['expected 200, got 500'],
        }),
      },
    }
    const ended = await typeRollout(life, 'shop,api', { ...images, verify: ['smoke'] }, {}, failing)
    expect(ended.code).toBe(14)
    expect(eventsIn(ended).filter(({ type }) => type === 'release.finished')).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({ service: 'shop', outcome: 'gate-failed' }),
        expect.objectContaining({
          service: 'api',
          outcome: 'rolled-back',
          why: 'another service of the same release failed',
        }),
      ]),
    )
    expect([weights(life, 'api'), weights(life, 'shop')]).toEqual([
      [100, 0],
      [100, 0],
    ])
  })

  it('does not touch the second when the first fails', async () => {
    const life = made.copy()
    await life.meanwhile((_aws, world) => behave(world, `${httpd}:2.9`, { exits: { exitCode: 1 } }))
    const ended = await typeRollout(life, 'shop,api', images)
    expect([ended.code, story(ended).filter(what => what.startsWith('shop'))]).toEqual([10, []])
    expect((await statusIn(life))['shop']).toMatchObject({ tasks: '2 of 2 tasks run' })
    expect([weights(life, 'api'), weights(life, 'shop')]).toEqual([
      [100, 0],
      [100, 0],
    ])
  })

  it('leaves nothing half done when it is killed while the first waits: ECS takes both back', async () => {
    const life = made.copy()
    const before = await imagesIn(life)
    let dead = false
    const killed = await typeRollout(life, 'shop,api', images, {
      faults: {
        before: ({ operation, input }) => {
          if (operation === 'UpdateService' && (input as { service?: string }).service === 'shop') dead = true
          if (dead) throw new Error('killed')
        },
      },
    }).catch((error: unknown) => error)
    expect(killed).toBeDefined()
    await life.meanwhile(async (aws, world) => {
      await world.sleep(2 * 3600)
      await aws.ecs.describeServices({ cluster: 'production-storefront-cluster', services: ['api', 'shop'] })
    })
    expect([await imagesIn(life), weights(life, 'api'), weights(life, 'shop')]).toEqual([
      before,
      [100, 0],
      [100, 0],
    ])
  })
})
