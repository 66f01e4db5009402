import { beforeAll, describe, expect, it } from 'vitest'
import { drift } from '../../src/commands/drift.ts'
import type { RolloutOptions } from '../../src/commands/rollout-options.ts'
import { rolloutStatus } from '../../src/commands/rollout-status.ts'
import { abortRelease, attach, resume } from '../../src/commands/rollout-verbs.ts'
import { restartServices } from '../../src/commands/restart.ts'
import { behave } from '../../src/sandbox/ecs/image.ts'
import { awsFault } from '../../src/sandbox/fault.ts'
import type { SandboxCall, World } from '../../src/sandbox/world.ts'
import { targets } from '../../src/sandbox/application-auto-scaling/rows.ts'
import type { CommandWish, Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'
import { refusing, whenAt } from '../support/meddling.ts'
import { tools, typeRollout } from '../support/rollouts.ts'

const next = 'public.ecr.aws/docker/library/httpd:2.9'
const on = { in: false, out: false, scheduled: false }
const off = { in: true, out: true, scheduled: false }

const api = (life: Life, options: RolloutOptions = {}, wish: CommandWish = {}) =>
  typeRollout(life, 'api', { image: [next], ...options }, wish)

const stateIn = (world: World) => {
  const [{ suspended = {} } = {}] = targets(world).list()
  const { DynamicScalingInSuspended, DynamicScalingOutSuspended, ScheduledScalingSuspended } = suspended
  return {
    in: DynamicScalingInSuspended ?? false,
    out: DynamicScalingOutSuspended ?? false,
    scheduled: ScheduledScalingSuspended ?? false,
  }
}

async function state(life: Life) {
  const found: ReturnType<typeof stateIn>[] = []
  await life.meanwhile((_aws, world) => void found.push(stateIn(world)))
  return found[0]
}

/** Somebody suspends a part of it by hand. */
const suspend = (life: Life, SuspendedState: object) =>
  life.meanwhile(({ applicationAutoScaling }) =>
    applicationAutoScaling.registerScalableTarget({
      ServiceNamespace: 'ecs',
      ScalableDimension: 'ecs:service:DesiredCount',
      ResourceId: 'service/production-storefront-cluster/api',
      SuspendedState,
    }),
  )

const status = async (life: Life) => {
  const { out } = await life.type((common, context) => rolloutStatus('api', common, context, tools))
  return out
}

const hour = (life: Life) => life.meanwhile((_aws, _world, clock) => clock.sleep(60 * 60_000))

class Killed extends Error {}

/** A process that dies with its nth change: it, or its answer, does not get through, and nothing after it does. */
function dying(nth: number, when: 'before' | 'after') {
  let changes = 0
  let dead = false
  const dies = (at: string, { operation }: SandboxCall) => {
    if (dead) throw new Killed()
    if (at === when && /^(Update|Register)/.test(operation) && ++changes === nth) {
      dead = true
      throw new Killed()
    }
  }
  return {
    before: (call: SandboxCall) => dies('before', call),
    after: (call: SandboxCall) => dies('after', call),
  }
}

describe('autoscaling', () => {
  let made: Life
  beforeAll(async () => {
    made = liveWith('blue-green')
    made.edit('    paths: [/api/*]\n', '    paths: [/api/*]\n    scaling: { min: 2, max: 6, cpu: 60 }\n')
    await made.up()
  }, 60_000)

  it('is suspended while a release is followed, schedules excepted, and as before when it is over', async () => {
    const life = made.copy()
    const seen: unknown[] = []
    whenAt('SCALE_UP', world => void seen.push(stateIn(world)))
    const { code, writes } = await api(life)
    expect(code).toBe(0)
    expect(seen).toEqual([off])
    expect(await state(life)).toEqual(on)
    expect(writes.filter(call => call === 'RegisterScalableTarget')).toHaveLength(2)
    expect((await life.ledger())?.releases?.['api']?.[0]).not.toHaveProperty('suspended')
    expect([await life.planned(), (await life.up()).writes]).toEqual([[], []])
  })

  it('is suspended before ECS is told, and after it is in the ledger', async () => {
    const life = made.copy()
    const { writes } = await api(life)
    expect(writes.indexOf('RegisterScalableTarget')).toBeLessThan(writes.indexOf('UpdateService'))
    const other = made.copy()
    const before = ({ operation }: SandboxCall) => {
      if (operation === 'RegisterScalableTarget') throw new Killed()
    }
    await api(other, {}, { faults: { before } }).catch(() => undefined)
    expect((await other.ledger())?.releases?.['api']?.[0]).toMatchObject({
      suspended: { scaleIn: false, scaleOut: false },
    })
  })

  it('keeps what somebody had suspended by hand', async () => {
    const life = made.copy()
    const theirs = {
      DynamicScalingInSuspended: true,
      DynamicScalingOutSuspended: false,
      ScheduledScalingSuspended: true,
    }
    await suspend(life, theirs)
    const seen: unknown[] = []
    whenAt('SCALE_UP', world => void seen.push(stateIn(world)))
    expect(await api(life)).toMatchObject({ code: 0 })
    expect(seen).toEqual([{ ...off, scheduled: true }])
    expect(await state(life)).toEqual({ in: true, out: false, scheduled: true })
  })

  it.each([
    ['a rolling one', { strategy: 'rolling' }],
    ['one that nobody follows', { detach: true }],
  ])('is not suspended by %s', async (_name, options) => {
    const life = made.copy()
    const { code, writes } = await api(life, options)
    expect([code, writes.filter(call => call === 'RegisterScalableTarget')]).toEqual([0, []])
  })

  it('is not suspended where the config says so', async () => {
    const life = made.copy()
    life.edit('strategy: canary\n', 'strategy: canary\n      suspendScaling: false\n')
    expect((await life.up()).writes).toEqual([])
    const { code, writes } = await api(life)
    expect([code, writes.filter(call => call === 'RegisterScalableTarget')]).toEqual([0, []])
  })

  it('is suspended during a restart, too', async () => {
    const life = made.copy()
    const seen: unknown[] = []
    whenAt('SCALE_UP', world => void seen.push(stateIn(world)))
    const { code } = await life.type((common, context) => restartServices(['api'], common, context, tools))
    expect([code, seen, await state(life)]).toEqual([0, [off], on])
  })

  it.each([1, 2, 3, 4].flatMap(nth => (['before', 'after'] as const).map(when => ({ nth, when }))))(
    'is restored by up when the command was killed $when its change $nth',
    async ({ nth, when }) => {
      const life = made.copy()
      const by = { DynamicScalingInSuspended: true, DynamicScalingOutSuspended: false }
      await suspend(life, by)
      await api(life, {}, { faults: dying(nth, when) }).catch((error: unknown) => {
        if (!(error instanceof Killed)) throw error
      })
      await hour(life)
      expect(await life.up()).toMatchObject({ code: 0 })
      expect(await state(life)).toEqual({ in: true, out: false, scheduled: false })
      expect(await life.up()).toMatchObject({ code: 0, writes: [] })
      expect(JSON.stringify((await life.ledger())?.releases ?? {})).not.toContain('suspended')
    },
  )

  const killed = async (): Promise<Life> => {
    const life = made.copy()
    const stop = new AbortController()
    whenAt('PRODUCTION_TRAFFIC_SHIFT', () => stop.abort())
    expect((await api(life, {}, { stop: stop.signal })).error?.code).toBe('interrupted')
    return life
  }

  it('is no drift and no change while the release goes on, and status says why', async () => {
    const life = await killed()
    expect(await state(life)).toEqual(off)
    expect(await status(life)).toContain('autoscaling: suspended while release 1 is under way')
    expect((await life.planned()).map(({ address }) => address)).toEqual(['services/api'])
    const { out, code } = await life.run((options, context) =>
      drift({ ...options, detailedExitcode: true }, context),
    )
    expect([code, out]).toEqual([0, expect.not.stringContaining('scaling/api')])
    expect((await life.up()).code).toBe(0)
  })

  it('is restored by attach at the end of the release', async () => {
    const life = await killed()
    expect(await life.type((common, context) => attach('api', common, context, tools))).toMatchObject({
      code: 0,
    })
    expect(await state(life)).toEqual(on)
  })

  it('is restored by attach when the release is over already', async () => {
    const life = await killed()
    await hour(life)
    const { error, err } = await life.type((common, context) => attach('api', common, context, tools))
    expect(error?.message).toBe('no release of api is under way')
    expect(err).toContain('autoscaling of api is suspended by release 1, which no command has followed')
    expect(await state(life)).toEqual(on)
  })

  it('is told by plan, drift excepted, and by status when nobody has followed the release to its end', async () => {
    const life = await killed()
    await hour(life)
    expect(await status(life)).toMatch(/autoscaling: suspended by release 1, [^]*provision up restores it/)
    const told = /Note: autoscaling of api is suspended by release 1, [^]*provision up restores it/
    expect((await life.plan()).out).toMatch(told)
    expect(await life.planned()).toEqual([])
    const { out } = await life.run((options, context) => drift(options, context))
    expect(out).not.toContain('scaling/api')
    const up = await life.up()
    expect([up.code, up.writes]).toEqual([0, ['RegisterScalableTarget']])
    expect(up.err).toContain('autoscaling of api is as it was before release 1')
    expect((await life.plan()).out).not.toContain('autoscaling')
  })

  it('is restored and suspended again by the next release', async () => {
    const life = await killed()
    await hour(life)
    const seen: unknown[] = []
    whenAt('SCALE_UP', world => void seen.push(stateIn(world)))
    expect(await api(life, { image: ['public.ecr.aws/docker/library/httpd:3'] })).toMatchObject({ code: 0 })
    expect([seen, await state(life)]).toEqual([[off], on])
  })

  it('is told by status where somebody has suspended it by hand', async () => {
    const life = made.copy()
    await suspend(life, { DynamicScalingOutSuspended: true })
    expect(await status(life)).toContain('autoscaling: suspended, and not by a release')
  })

  it.each<[string, (life: Life) => Promise<unknown>]>([
    [
      'goes back by itself',
      async life => {
        await life.meanwhile((_aws, world) => behave(world, next, { exits: { exitCode: 3 } }))
        return api(life)
      },
    ],
    ['cannot begin', life => api(life, {}, { faults: refusing('api') })],
    [
      'is aborted by another command',
      async life => {
        const stop = new AbortController()
        whenAt('PRODUCTION_TRAFFIC_SHIFT', () => stop.abort())
        await api(life, {}, { stop: stop.signal })
        return life.type((common, context) => abortRelease('api', common, context, tools))
      },
    ],
    ['waits for people', life => api(life, { pause: true })],
  ])('is as before when the release %s', async (_name, act) => {
    const life = made.copy()
    await act(life)
    expect(await state(life)).toEqual(on)
  })

  it('is suspended again by continue, and restored at the end', async () => {
    const life = made.copy()
    await api(life, { pause: true, strategy: 'blue-green' })
    const seen: unknown[] = []
    whenAt('BAKE_TIME', world => void seen.push(stateIn(world)))
    expect(await life.type((common, context) => resume('api', common, context, tools))).toMatchObject({
      code: 0,
    })
    expect([seen, await state(life)]).toEqual([[off], on])
  })

  it('that AWS does not restore is told at the end of the release, and restored by up', async () => {
    const life = made.copy()
    let registered = 0
    const before = ({ operation }: SandboxCall) => {
      if (operation === 'RegisterScalableTarget' && ++registered > 1)
        throw awsFault('ValidationException', 'no more of this')
    }
    const { code, err } = await api(life, {}, { faults: { before } })
    expect([code, err]).toEqual([
      0,
      expect.stringContaining(
        'autoscaling of api is still suspended (no more of this): provision up restores it',
      ),
    ])
    expect(await state(life)).toEqual(off)
    expect(await life.up()).toMatchObject({ code: 0 })
    expect(await state(life)).toEqual(on)
  })
})
