import { describe, expect, it } from 'vitest'
import type { Aws } from '../../src/aws/aws.ts'
import { Follower } from '../../src/rollout/follower.ts'
import { isOver, listDeployments, readLive } from '../../src/rollout/live.ts'
import { followToEnd } from '../../src/rollout/restore.ts'
import { underWay } from '../../src/rollout/under-way.ts'
import { settled } from '../../src/rollout/settle.ts'
import { behave } from '../../src/sandbox/ecs/image.ts'
import type { BlueGreen } from '../support/blue-green.ts'
import { blueGreen } from '../support/blue-green.ts'
import { sandboxContext } from '../support/context.ts'
import { plain, releasing, watched } from '../support/releasing.ts'

const smoke = { kind: 'command', text: 'smoke' } as const
const canary = { strategy: 'CANARY', canaryPercent: 10, bakeMinutes: 3 } as const

/** Calls that are never answered once the process is dead. */
function mortal(aws: Aws, isDead: () => boolean): Aws {
  const never = new Promise<never>(() => undefined)
  const service = (target: object) =>
    new Proxy(target, {
      get: (calls, operation) => async (input: unknown) => {
        if (isDead()) return never
        const answer: unknown = await (calls as Record<string | symbol, (input: unknown) => unknown>)[
          operation
        ]!(input)
        return isDead() ? never : answer
      },
    })
  return new Proxy(aws, {
    get: (all, name) => service((all as unknown as Record<string | symbol, object>)[name]!),
  })
}

/** Everything ECS still does by itself. */
async function untilOver(bg: BlueGreen): Promise<string> {
  for (;;) {
    const [newest] = await listDeployments({ cluster: bg.cluster, serviceName: 'web' }, bg.context.aws)
    if (isOver(newest?.status)) return newest!.status!
    await bg.wait(20)
  }
}

describe.each([
  ['without checks', {}],
  ['with checks at its pauses', { checks: [smoke] }],
  ['by canary with checks', { ...canary, checks: [smoke] }],
])('a release %s, whose run is killed', (_name, wish) => {
  it.each([3, 60, 135, 150, 165, 240, 700])(
    'after %i seconds never has traffic on a version that is not healthy, and comes to an end by itself',
    async seconds => {
      const bg = await blueGreen(sandboxContext())
      const web = await releasing(bg)
      const death = bg.context.clock.now() + seconds * 1000
      const aws = mortal(bg.context.aws, () => bg.context.clock.now() >= death)
      Object.assign(web.environment, { aws })
      web.doomed('nginx:2', wish)
      await bg.wait(seconds + 1)
      const status = await watched(bg, web.sick, () => untilOver(bg))
      expect(['SUCCESSFUL', 'ROLLBACK_SUCCESSFUL']).toContain(status)
      expect(await bg.weights()).toContain(100)
      expect(web.sick).toEqual([])
    },
  )
})

describe('the run after a killed one', () => {
  it('follows what it has left, and writes down the end', async () => {
    const bg = await blueGreen(sandboxContext())
    const web = await releasing(bg)
    const { aws } = bg.context
    const death = bg.context.clock.now() + 90_000
    Object.assign(web.environment, { aws: mortal(aws, () => bg.context.clock.now() >= death) })
    web.doomed('nginx:2')
    await bg.wait(91)
    const other = { ...web.environment, aws }
    // The lock of a dead process on this machine is taken over; here it is broken by hand.
    const breaker = { user: 'ada', host: 'ci', pid: 7, since: 0, command: 'ledger unlock', tool: 'test' }
    await web.ledger.unlock((await web.ledger.holder())?.id ?? '', breaker).catch(() => undefined)
    const [live] = await readLive([web.target], aws)
    const begun = await underWay(live!, other)
    const end = await followToEnd(begun!, plain, {
      ...other,
      follower: new Follower(other),
      barrier: undefined,
      pauses: 'watch',
    })
    expect(end).toMatchObject({ outcome: 'released', number: 1 })
    expect((await other.book.read('web')).at(-1)?.outcome).toBe('released')
  })

  it('knows from ECS how a release ended that nobody followed', async () => {
    const bg = await blueGreen(sandboxContext())
    const web = await releasing(bg)
    await web.release('nginx:2', { detach: true })
    await untilOver(bg)
    const [live] = await readLive([web.target], bg.context.aws)
    expect(await settled(await web.environment.book.read('web'), live!, bg.context.aws)).toMatchObject([
      { number: 1, outcome: 'released' },
    ])
  })

  it('finds the release by its revision where the dead one did not come to write its deployment down', async () => {
    const bg = await blueGreen(sandboxContext())
    const web = await releasing(bg)
    await web.release('nginx:2', { detach: true })
    const [begun] = await web.environment.book.read('web')
    const { deployment, ...unwritten } = begun!
    const book = await web.environment.book.open(0)
    await book.put('web', unwritten)
    await book.close()
    const [live] = await readLive([web.target], bg.context.aws)
    expect(await underWay(live!, web.environment)).toMatchObject({
      deployment,
      release: { number: 1, deployment },
    })
    await untilOver(bg)
    const [later] = await readLive([web.target], bg.context.aws)
    const known = await settled(await web.environment.book.read('web'), later!, bg.context.aws)
    expect(known).toMatchObject([{ number: 1, outcome: 'released', deployment }])
  })

  it('calls a release failed of which ECS never heard', async () => {
    const bg = await blueGreen(sandboxContext())
    const web = await releasing(bg)
    await web.release('nginx:2')
    const [first] = await web.environment.book.read('web')
    const { deployment: _, finished: _at, ...rest } = first!
    const book = await web.environment.book.open(0)
    const taskDefinition = `${first!.taskDefinition}9`
    await book.put('web', {
      ...rest,
      number: 2,
      taskDefinition,
      outcome: 'running',
      started: bg.context.clock.now(),
    })
    await book.close()
    await web.release('nginx:3')
    expect(await web.environment.book.read('web')).toMatchObject([
      { number: 1, outcome: 'released' },
      { number: 2, outcome: 'failed', why: 'its run ended before ECS was told' },
      { number: 3, outcome: 'released' },
    ])
  })
})

describe('a deployment that somebody else has begun', () => {
  it('is followed to its end, and not recorded as a release of ours', async () => {
    const bg = await blueGreen(sandboxContext())
    const web = await releasing(bg)
    await bg.release('nginx:9')
    const [live] = await readLive([web.target], bg.context.aws)
    const begun = await underWay(live!, web.environment)
    const follower = new Follower(web.environment)
    const following = { ...web.environment, follower, barrier: undefined, pauses: 'watch' } as const
    expect(await followToEnd(begun!, plain, following)).toMatchObject({ outcome: 'released', number: 0 })
    expect(await web.environment.book.read('web')).toEqual([])
  })
})

describe('a second runner', () => {
  it('is refused while a release is under way, and told how to watch or end it', async () => {
    const bg = await blueGreen(sandboxContext())
    const web = await releasing(bg)
    const first = web.release('nginx:2', { detach: true })
    await first
    await expect(web.release('nginx:3')).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('a release is under way'),
      hint: expect.stringMatching(/rollout attach web.*rollout abort web/),
    })
  })

  it('at the same moment is kept out by the lock', async () => {
    const bg = await blueGreen(sandboxContext())
    const web = await releasing(bg)
    const ends = await Promise.allSettled([web.release('nginx:2'), web.release('nginx:3')])
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(ends[1]).toMatchObject({ reason: { code: 'locked' } })
  })
})

describe('a version that gets sick', () => {
  it('before the shift never gets production traffic', async () => {
    const bg = await blueGreen(sandboxContext(), {
      strategy: 'BLUE_GREEN',
      bakeTimeInMinutes: 5,
      deploymentCircuitBreaker: { enable: true, rollback: true },
    })
    behave(bg.context.world, 'nginx:2', { unhealthy: { from: 0 } })
    const web = await releasing(bg)
    const end = await web.release('nginx:2')
    expect(end.outcome).toBe('rolled-back')
    expect(end.details.join('\n')).toMatch(/unhealthy|health check/i)
    expect(web.sick).toEqual([])
  })

  it('after the end that ECS calls successful makes the release fail', async () => {
    const bg = await blueGreen(sandboxContext())
    const web = await releasing(bg)
    const end = web.release('nginx:2')
    while ((await bg.weights())[1] !== 100) await bg.wait(1)
    await bg.wait(300)
    behave(bg.context.world, 'nginx:2', { unhealthy: { from: bg.context.clock.now() } })
    const { outcome, why } = await end
    expect(['failed', 'rolled-back']).toContain(outcome)
    expect(why).toBeTruthy()
  })

  it('when it is the old one, is told and does not keep the new one out', async () => {
    const bg = await blueGreen(sandboxContext())
    const web = await releasing(bg)
    behave(bg.context.world, 'public.ecr.aws/nginx/nginx:1.29', {
      unhealthy: { from: bg.context.clock.now() },
    })
    await bg.wait(60)
    expect((await web.release('nginx:2')).outcome).toBe('released')
    expect(await bg.weights()).toEqual([0, 100])
  })
})
