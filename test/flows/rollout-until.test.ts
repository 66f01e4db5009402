import { beforeAll, describe, expect, it } from 'vitest'
import type { RolloutOptions } from '../../src/commands/rollout-options.ts'
import { rolloutHistory } from '../../src/commands/rollout-status.ts'
import { attach, resume } from '../../src/commands/rollout-verbs.ts'
import { setAlarmState } from '../../src/sandbox/alarm-state.ts'
import { services } from '../../src/sandbox/ecs/rows.ts'
import { targets } from '../../src/sandbox/application-auto-scaling/rows.ts'
import type { CommandWish, Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'
import { editWeights, whenAt } from '../support/meddling.ts'
import { imagesIn, tools, typeRollout, weights } from '../support/rollouts.ts'

const next = 'public.ecr.aws/docker/library/httpd:2.9'
const api = (life: Life, options: RolloutOptions = {}, wish: CommandWish = {}) =>
  typeRollout(life, 'api', { image: [next], ...options }, wish)

async function stage(life: Life) {
  const found: string[] = []
  await life.meanwhile(async ({ ecs }, world) => {
    // What time has brought is there once somebody looks.
    await ecs.listServiceDeployments({ cluster: 'production-storefront-cluster', service: 'api' })
    const [service] = services(world)
      .list()
      .filter(({ name }) => name === 'api')
    const { status, stage: at } = service!.deployments.at(-1)!
    found.push(status === 'IN_PROGRESS' ? at : status)
  })
  return found[0]
}

const hour = (life: Life) => life.meanwhile((_aws, _world, clock) => clock.sleep(60 * 60_000))

describe('rollout --until', () => {
  let made: Life
  beforeAll(async () => {
    made = liveWith('blue-green')
    made.edit('    paths: [/api/*]\n', '    paths: [/api/*]\n    scaling: { min: 2, max: 6, cpu: 60 }\n')
    await made.up()
  }, 60_000)

  it('production-traffic returns 0 before the bake time ends, and says what goes on', async () => {
    const life = made.copy()
    const { code, err } = await api(life, { until: 'production-traffic' })
    expect([code, await stage(life), weights(life, 'api')]).toEqual([0, 'BAKE_TIME', [0, 100]])
    expect(err).toMatch(/api: production traffic on httpd:2\.9 \(/)
    expect(err).toMatch(
      /api goes on: all production traffic is on the new version; ECS keeps the previous one for 10 min, and goes back to it without this command if an alarm goes off/,
    )
    expect(err).toMatch(
      /Rollout has come to production-traffic in [^]*Next: provision rollout attach api -c [^]* follows it to its end; provision rollout abort api -c /,
    )
  })

  it('production-traffic leaves a release that ends by itself, which history and up know', async () => {
    const life = made.copy()
    await api(life, { until: 'production-traffic' })
    await hour(life)
    const { out } = await life.type((common, context) => rolloutHistory('api', common, context, tools))
    expect(out).toContain('released in')
    expect([(await life.up()).code, await life.planned(), (await imagesIn(life))['api']]).toEqual([
      0,
      [],
      next,
    ])
  })

  it('production-traffic leaves a release that an alarm takes back', async () => {
    const life = made.copy()
    await api(life, { until: 'production-traffic' })
    await life.meanwhile((_aws, world) =>
      setAlarmState(world, 'production-storefront-api-release-errors-b', 'ALARM'),
    )
    await hour(life)
    expect([await stage(life), weights(life, 'api')]).toEqual(['ROLLBACK_SUCCESSFUL', [100, 0]])
  })

  it('production-traffic has run the checks, all of them', async () => {
    const life = made.copy()
    let runs = 0
    const counting = {
      ...tools,
      programs: { ...tools.programs, run: async () => (runs++, { code: 0, lastLines: [] }) },
    }
    const whole = { image: [next], verify: ['smoke'] }
    expect(await typeRollout(made.copy(), 'api', whole, {}, counting)).toMatchObject({ code: 0 })
    const all = runs
    runs = 0
    const until = { ...whole, until: 'production-traffic' }
    expect(await typeRollout(life, 'api', until, {}, counting)).toMatchObject({ code: 0 })
    expect([runs, await stage(life)]).toEqual([all, 'BAKE_TIME'])
  })

  it('restores autoscaling when it returns', async () => {
    const life = made.copy()
    const { writes } = await api(life, { until: 'production-traffic' })
    expect(writes.filter(call => call === 'RegisterScalableTarget')).toHaveLength(2)
    await life.meanwhile((_aws, world) => {
      const [target] = targets(world).list()
      expect(target!.suspended).toMatchObject({ DynamicScalingOutSuspended: false })
    })
  })

  it('test-traffic returns when the new version can be tried, and ECS goes on', async () => {
    const life = made.copy()
    const { code, err } = await api(life, { until: 'test-traffic' })
    expect([code, weights(life, 'api')]).toEqual([0, [100, 0]])
    // ECS goes on at once.
    expect(await stage(life)).toMatch(/^(POST_TEST|PRE_PRODUCTION|PRODUCTION)_TRAFFIC_SHIFT$/)
    expect(err).toContain('api: test traffic on httpd:2.9')
    await hour(life)
    expect([await stage(life), weights(life, 'api')]).toEqual(['SUCCESSFUL', [0, 100]])
  })

  it('is told as an event, with the stage', async () => {
    const { out } = await api(made.copy(), { until: 'production-traffic', json: true })
    const events = out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Record<string, unknown>)
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'release.finished',
        outcome: 'running',
        reached: 'production-traffic',
      }),
    )
    expect(events).toContainEqual(expect.objectContaining({ type: 'rollout.finished', exitCode: 0 }))
  })

  it('is no success when the traffic is elsewhere', async () => {
    const life = made.copy()
    whenAt('BAKE_TIME', world => editWeights(world, [50, 50]))
    const { code, err } = await api(life, { until: 'production-traffic' })
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(
        /it has come to production-traffic, but the new version does not have all the traffic/,
      ),
    ])
  })

  it('ends as the release ends where that comes first', async () => {
    const life = made.copy()
    whenAt('PRODUCTION_TRAFFIC_SHIFT', world =>
      setAlarmState(world, 'production-storefront-api-release-errors-b', 'ALARM'),
    )
    expect(await api(life, { until: 'production-traffic' })).toMatchObject({ code: 10 })
  })

  it('is an option of attach and of continue, too', async () => {
    const life = made.copy()
    await api(life, { detach: true })
    const until = 'production-traffic'
    expect(
      await life.type((common, context) => attach('api', { ...common, until }, context, tools)),
    ).toMatchObject({ code: 0 })
    expect(await stage(life)).toBe('BAKE_TIME')
    const other = made.copy()
    expect(await api(other, { pause: true, strategy: 'blue-green', bake: '3' })).toMatchObject({ code: 13 })
    expect(
      await other.type((common, context) => resume('api', { ...common, until }, context, tools)),
    ).toMatchObject({ code: 0 })
    expect(await stage(other)).toBe('BAKE_TIME')
  })

  it.each<[string, RolloutOptions, string]>([
    ['an unknown stage', { until: 'baked' }, '--until baked is not known'],
    ['--detach', { until: 'test-traffic', detach: true }, '--detach follows no stage'],
    ['a rolling deployment', { until: 'production-traffic', strategy: 'rolling' }, 'task by task'],
    [
      'checks that come after the stage',
      { until: 'test-traffic', verify: ['smoke'] },
      'its checks run again when production traffic has moved',
    ],
    [
      'steps that somebody has to take',
      { until: 'test-traffic', steps: '1,5,100' },
      'leaves nobody to move its traffic from step to step',
    ],
  ])('is refused with %s', async (_name, options, message) => {
    const { error, writes } = await api(made.copy(), options)
    expect([error?.message, writes]).toEqual([expect.stringContaining(message), []])
  })

  it('is refused for several services, and for attach to steps that somebody has to take', async () => {
    const life = made.copy()
    const several = await typeRollout(life, 'api,shop', {
      image: [`api=${next}`],
      until: 'production-traffic',
    })
    expect(several.error?.message).toBe('--until leaves nobody to keep several services together')
    const stop = new AbortController()
    whenAt('SCALE_UP', () => stop.abort())
    await api(life, { steps: '1,5,100', stepMinutes: '2' }, { stop: stop.signal })
    const { error } = await life.type((common, context) =>
      attach('api', { ...common, until: 'test-traffic' }, context, tools),
    )
    expect(error?.message).toContain('leaves nobody to move its traffic from step to step')
  })
})
