import { beforeAll, describe, expect, it } from 'vitest'
import type { RestartOptions } from '../../src/commands/restart.ts'
import { restartServices } from '../../src/commands/restart.ts'
import { rolloutHistory } from '../../src/commands/rollout-status.ts'
import { abortRelease, rollback } from '../../src/commands/rollout-verbs.ts'
import { secretSet } from '../../src/commands/secret.ts'
import { secretSetRestarting } from '../../src/commands/secret-restart.ts'
import { behave } from '../../src/sandbox/ecs/image.ts'
import type { CommandWish, Ended, Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'
import { refusing, whenAt } from '../support/meddling.ts'
import { imagesIn, tools, typeRollout, weights } from '../support/rollouts.ts'

const cluster = 'production-storefront-cluster'
const httpd = 'public.ecr.aws/docker/library/httpd'
const registry = '123456789012.dkr.ecr.us-east-1.amazonaws.com'

const restart = (life: Life, names: readonly string[], options: RestartOptions = {}, wish?: CommandWish) =>
  life.type((common, context) => restartServices(names, { ...common, ...options }, context, tools), wish)

const history = async (life: Life, service: string) => {
  const { out } = await life.type((common, context) => rolloutHistory(service, common, context, tools))
  return out.trim().split('\n')
}

interface TaskRow {
  readonly id: string
  readonly revision: number
}

const tasksOf = (life: Life, service: string) =>
  (life.tables()['ecs/service'] as { name: string; tasks: TaskRow[] }[])
    .find(({ name }) => name === service)!
    .tasks.map(({ id }) => id)

const deploymentsOf = (life: Life, service: string) =>
  (life.tables()['ecs/service'] as { name: string; deployments: { strategy: string }[] }[])
    .find(({ name }) => name === service)!
    .deployments.map(({ strategy }) => strategy)

describe('a restart', () => {
  let made: Life
  beforeAll(async () => {
    made = liveWith('blue-green')
    await made.up()
    made.push('storefront/shop', 'v1')
    await made.up()
  }, 60_000)

  it('starts new tasks of the same version by the strategy of the service, and is followed to its end', async () => {
    const life = made.copy()
    const [before, images] = [tasksOf(life, 'api'), await imagesIn(life)]
    const { code, err, writes } = await restart(life, ['api'])
    expect([code, writes.filter(one => one !== 'UpdateService')]).toEqual([0, []])
    expect(err).toMatch(/^api: restart httpd:2\.4, canary\n/m)
    expect(err).toMatch(/api: restarting httpd:2\.4 \(release 1, canary\)[^]*10 % of production traffic/)
    expect(err).toMatch(/api: restarted httpd:2\.4 \(\S+ \S+\)/)
    expect(await imagesIn(life)).toEqual(images)
    expect(tasksOf(life, 'api')).toHaveLength(before.length)
    expect(tasksOf(life, 'api').filter(id => before.includes(id))).toEqual([])
    expect(deploymentsOf(life, 'api').at(-1)).toBe('CANARY')
    expect(await history(life, 'api')).toEqual([
      expect.stringMatching(
        /1 .*httpd:2\.4 {2}canary {2}restart {2}by ada@laptop {2}released in .*<- runs now/,
      ),
    ])
    expect([await life.planned(), (await life.up()).writes]).toEqual([[], []])
  })

  it('of several services lets each go its own way', async () => {
    const life = made.copy()
    await life.meanwhile((_aws, world) =>
      behave(world, `${registry}/storefront/shop:v1`, { exits: { exitCode: 1, lines: ['no memory'] } }),
    )
    const { code, err } = await restart(life, ['api', 'shop'])
    expect(code).toBe(10)
    expect(err).toContain('log: no memory')
    expect(err).toMatch(/Failed shop: rolled back[^]*shop runs the version that it ran before/)
    expect(err).toMatch(/api: restarted/)
    expect([weights(life, 'api'), weights(life, 'shop')]).toEqual([
      [0, 100],
      [100, 0],
    ])
  })

  it('answers the pauses of its checks, and goes back where one fails', async () => {
    const life = made.copy()
    const run = async () => ({ code: 1, lastLines: ['500'] })
    const failing = { ...tools, programs: { ...tools.programs, run } }
    const failed = await life.type((common, context) =>
      restartServices(['api'], { ...common, verify: ['smoke'] }, context, failing),
    )
    expect([failed.code, weights(life, 'api')]).toEqual([14, [100, 0]])
    const good = await restart(life, ['api'], { verify: ['smoke'] })
    expect([good.code, weights(life, 'api')]).toEqual([0, [0, 100]])
  })

  it('follows a release that is under way, since that starts new tasks as well', async () => {
    const life = made.copy()
    await typeRollout(life, 'api', { image: [`${httpd}:2.9`], detach: true })
    const { code, err } = await restart(life, ['api'])
    expect(code).toBe(0)
    expect(err).toMatch(/^release 1 of api is already in progress: following it\n/)
    expect(err).toContain('api: released httpd:2.9')
    expect(await history(life, 'api')).toHaveLength(1)
  })

  it('typed again after its runner died follows the same restart', async () => {
    const life = made.copy()
    const death = new AbortController()
    whenAt('PRODUCTION_TRAFFIC_SHIFT', () => death.abort())
    const { error } = await restart(life, ['api'], {}, { stop: death.signal })
    expect(error?.hint).toContain('provision rollout attach api')
    const again = await restart(life, ['api'])
    expect([again.code, await history(life, 'api')]).toEqual([0, [expect.stringContaining('released')]])
  })

  it('is started once where the answer of ECS is lost', async () => {
    const life = made.copy()
    let lost = 0
    const after = ({ operation }: { operation: string }) => {
      if (operation === 'UpdateService' && lost++ === 0)
        throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' })
    }
    const { code } = await restart(life, ['shop'], {}, { faults: { after } })
    // The first deployment was that of up.
    expect([code, deploymentsOf(life, 'shop').length]).toEqual([0, deploymentsOf(made, 'shop').length + 1])
  })

  it('is refused where there is nothing to restart, and begins nothing where ECS says no', async () => {
    const life = liveWith('blue-green')
    await life.up()
    const { error, writes } = await restart(life, ['shop'])
    expect([error?.code, error?.message, writes]).toEqual([
      'refused',
      'shop has desired count 0: there is no task to restart',
      [],
    ])
    expect(error?.hint).toMatch(/^provision up -c /)
    const no = await restart(life, ['api'], {}, { faults: refusing('api') })
    expect(no.error?.message).toContain('no more of this')
    expect(await history(life, 'api')).toEqual([expect.stringContaining('failed')])
    expect((await restart(life, ['apo'])).error?.code).toBe('usage')
  })

  it('can be aborted, and is nothing that a rollback goes back to', async () => {
    const life = made.copy()
    await typeRollout(life, 'api', { image: [`${httpd}:2.9`], strategy: 'blue-green', bake: '0' })
    await restart(life, ['api'], { detach: true })
    const aborted = await life.type((common, context) => abortRelease('api', common, context, tools))
    expect([aborted.code, aborted.err]).toEqual([0, expect.stringContaining('Abort complete')])
    expect((await restart(life, ['api'])).code).toBe(0)
    const back = await life.type((common, context) => rollback('api', common, context, tools))
    expect([back.code, (await imagesIn(life))['api']]).toEqual([0, `${httpd}:2.4`])
  })

  it('runs the same version also where its tag means another image by now', async () => {
    const life = made.copy()
    const digest = (JSON.stringify(life.tables()['ecr/image']).match(/sha256:[0-9a-f]{64}/) ?? [])[0]!
    life.push('storefront/shop', 'v1')
    const { code, err } = await restart(life, ['shop'])
    expect([code, (await imagesIn(life))['shop']]).toEqual([0, `${registry}/storefront/shop@${digest}`])
    expect(err).toMatch(/shop:v1 is another image by now[^]*provision rollout shop --image \S+shop:v1/)
    expect(await life.planned()).toEqual([])
  })

  it('moves the traffic back to the first target group, so that the strategy can become rolling', async () => {
    const life = made.copy()
    life.push('storefront/shop', 'v2')
    expect((await typeRollout(life, 'shop', { tag: 'v2' })).code).toBe(0)
    expect(weights(life, 'shop')).toEqual([0, 100])
    life.edit('deployment: blue-green', 'deployment: rolling')
    // With its ledger, the second group would become the only one. Without it nobody knows of that group.
    life.loseLedger()
    const refused = await life.up()
    expect(refused.error?.hint).toContain('provision restart shop; then run provision up again')
    expect((await restart(life, ['shop'])).code).toBe(0)
    expect(weights(life, 'shop')).toEqual([100, 0])
    const rolling = await life.up()
    expect([rolling.code, rolling.error]).toEqual([0, undefined])
    await life.meanwhile(async ({ ecs }) => {
      const { services } = await ecs.describeServices({ cluster, services: ['shop'] })
      expect(services![0]!.deploymentConfiguration!.strategy).toBe('ROLLING')
    })
    expect(await life.planned()).toEqual([])
  })
})

describe('releasing what runs already', () => {
  it('is nothing to do, and is done with --force: new tasks of the same reference', async () => {
    const life = liveWith('blue-green')
    await life.up()
    const typed = { image: [`${httpd}:2.4`], strategy: 'blue-green', bake: '0' }
    const nothing = await typeRollout(life, 'api', typed)
    expect([nothing.code, nothing.writes]).toEqual([0, []])
    expect(nothing.err).toContain(
      'api runs this image already: nothing to release (--force releases it again).',
    )
    const before = tasksOf(life, 'api')
    const forced = await typeRollout(life, 'api', { ...typed, force: true })
    expect([forced.code, (await imagesIn(life))['api']]).toEqual([0, `${httpd}:2.4`])
    expect(tasksOf(life, 'api').filter(id => before.includes(id))).toEqual([])
  })

  it('is a release without --force where its tag has another digest by now', async () => {
    const life = liveWith('blue-green')
    await life.up()
    life.push('storefront/shop', 'v1')
    await life.up()
    const released = async () => {
      const { code, err } = await typeRollout(life, 'shop', { tag: 'v1', bake: '0' })
      return [code, /nothing to release/.test(err), (await imagesIn(life))['shop']] as const
    }
    life.push('storefront/shop', 'v1')
    const first = await released()
    expect(first.slice(0, 2)).toEqual([0, false])
    expect(await released()).toEqual([0, true, first[2]])
    life.push('storefront/shop', 'v1')
    const second = await released()
    expect(second.slice(0, 2)).toEqual([0, false])
    expect(second[2]).not.toBe(first[2])
  })
})

describe('a new value of a secret', () => {
  let made: Life
  const set = (life: Life): Promise<Ended> =>
    life.type((common, context) => secretSet('signing-key', common, context), { stdin: 'one' })
  const setRestarting = (life: Life, wish: CommandWish = {}): Promise<Ended> =>
    life.type((common, context) => secretSetRestarting('signing-key', common, context, tools), {
      stdin: 'two',
      ...wish,
    })

  beforeAll(async () => {
    made = liveWith('uploads')
    await made.up()
    made.push('uploads-production/web')
    await set(made)
    await made.up()
  }, 60_000)

  it('is told who reads it, and how they come to read it', async () => {
    const { code, err } = await set(made.copy())
    expect(code).toBe(0)
    expect(err).toContain('has its value. Tasks of web read it when they start.\n')
    expect(err).toMatch(/^Or: {3}provision restart web -c \S+ .*\(tasks that run keep the value/m)
  })

  it('is read by all tasks at the end with --restart', async () => {
    const life = made.copy()
    const service = (life.tables()['ecs/service'] as { name: string }[])[0]!.name
    const before = tasksOf(life, service)
    const { code, err } = await setRestarting(life)
    expect([code, err]).toEqual([0, expect.stringMatching(/has its value[^]*web: restarted/)])
    expect(tasksOf(life, service).filter(id => before.includes(id))).toEqual([])
  })

  it('with --restart restarts after a release that began before', async () => {
    const life = made.copy()
    life.push('uploads-production/web', 'v2')
    await typeRollout(life, 'web', { tag: 'v2', detach: true })
    const { code, err } = await setRestarting(life)
    expect(code).toBe(0)
    expect(err).toMatch(/release 1 of web is already in progress[^]*web: released[^]*web: restarted/)
  })

  it('with --restart leaves to up what has no task yet', async () => {
    const life = liveWith('uploads')
    await life.up()
    const { code, err } = await setRestarting(life)
    expect(code).toBe(0)
    expect(err).toMatch(/web: no tasks to restart; provision up -c \S+ .* starts what waited/)
  })
})
