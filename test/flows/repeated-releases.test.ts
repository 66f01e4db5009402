import { beforeAll, describe, expect, it } from 'vitest'
import type { RolloutOptions } from '../../src/commands/rollout-options.ts'
import { rolloutHistory } from '../../src/commands/rollout-status.ts'
import { abortRelease } from '../../src/commands/rollout-verbs.ts'
import { awsFault } from '../../src/sandbox/fault.ts'
import type { DeploymentRow } from '../../src/sandbox/ecs/rows.ts'
import type { Ended, Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'
import { whenAt } from '../support/meddling.ts'
import { imagesIn, tools, typeRollout, weights } from '../support/rollouts.ts'

const cluster = 'production-storefront-cluster'
const next = 'public.ecr.aws/docker/library/httpd:2.9'
const registry = '123456789012.dkr.ecr.us-east-1.amazonaws.com'

const api = (life: Life, options: RolloutOptions = {}, using = tools) =>
  typeRollout(life, 'api', { image: [next], ...options }, {}, using)

/** Types it, and lets its runner die when the release of `api` has got as far. */
async function dies(
  life: Life,
  stage: DeploymentRow['stage'],
  typed: (stop: AbortSignal) => Promise<Ended>,
): Promise<void> {
  const death = new AbortController()
  whenAt(stage, () => death.abort())
  expect((await typed(death.signal)).error?.code).toBe('interrupted')
}

const history = async (life: Life, service = 'api') => {
  const { out } = await life.type((common, context) => rolloutHistory(service, common, context, tools))
  return out.trim().split('\n')
}

describe('an abort', () => {
  it('that comes too late is no success, and says how to go back', async () => {
    const life = liveWith('blue-green')
    await life.up()
    await api(life, { detach: true, strategy: 'blue-green', bake: '1' })
    const before = ({ operation }: { readonly operation: string }) => {
      if (operation === 'StopServiceDeployment') throw awsFault('ConflictException', 'it cannot be stopped')
    }
    const { code, err } = await life.type((common, context) => abortRelease('api', common, context, tools), {
      faults: { before },
    })
    expect([code, weights(life, 'api')]).toEqual([1, [0, 100]])
    expect(err).toMatch(/was over before it could be aborted; provision rollout rollback api -c /)
    expect((await history(life))[0]).toContain('released in')
  })
})

describe('the same rollout, typed again', () => {
  let made: Life
  beforeAll(async () => {
    made = liveWith('blue-green')
    await made.up()
    for (const tag of ['v1', 'v2']) made.push('storefront/shop', tag)
    await made.up()
  }, 60_000)

  it('follows the release that its dead runner has left in the middle of a canary, and begins no other', async () => {
    const life = made.copy()
    await dies(life, 'PRODUCTION_TRAFFIC_SHIFT', stop =>
      typeRollout(life, 'api', { image: [next] }, { stop }),
    )
    const again = await api(life)
    expect([again.code, again.error]).toEqual([0, undefined])
    expect(again.err).toMatch(/^release 1 of api with this image is already in progress: following it\n/)
    expect(again.err).not.toContain('changed outside')
    expect(again.err).toMatch(/api: released httpd:2\.9/)
    // The strategy of the release is taken off the service at its end.
    expect(again.writes.filter(operation => operation !== 'UpdateService')).toEqual([])
    expect(await history(life)).toHaveLength(1)
    expect((await history(life))[0]).toContain('released in')
    expect([weights(life, 'api'), await life.planned()]).toEqual([[0, 100], []])
  })

  it('answers the pauses with the checks that it was given again', async () => {
    const life = made.copy()
    const checked = { image: [next], verify: ['smoke'] }
    await dies(life, 'POST_TEST_TRAFFIC_SHIFT', stop => typeRollout(life, 'api', checked, { stop }))
    const again = await api(life, checked)
    expect(again.code).toBe(0)
    expect(again.err).toMatch(/already in progress[^]*check smoke passed[^]*api: released/)
  })

  it('ends as the release ends: rolled back where its check fails', async () => {
    const life = made.copy()
    const checked = { image: [next], verify: ['smoke'] }
    await dies(life, 'SCALE_UP', stop => typeRollout(life, 'api', checked, { stop }))
    const run = async () => ({ code: 1, lastLines: ['500'] })
    const again = await api(life, checked, { ...tools, programs: { ...tools.programs, run } })
    expect(again.code).toBe(14)
    expect(weights(life, 'api')).toEqual([100, 0])
  })

  it('lets no pause go on that was made for the checks of another command line', async () => {
    const life = made.copy()
    const checked = { image: [next], verify: ['smoke'] }
    await dies(life, 'SCALE_UP', stop => typeRollout(life, 'api', checked, { stop }))
    const again = await api(life)
    expect(again.code).toBe(13)
    expect(again.err).toContain('nobody answered the pause in time')
    expect(weights(life, 'api')).toEqual([100, 0])
  })

  it('stops following at a pause for people, as the first one did', async () => {
    const life = made.copy()
    await dies(life, 'SCALE_UP', stop => typeRollout(life, 'api', { image: [next], pause: true }, { stop }))
    const again = await api(life, { pause: true })
    expect(again.code).toBe(13)
    expect(again.err).toContain('provision rollout continue api')
  })

  it('needs nobody to follow it with --detach', async () => {
    const life = made.copy()
    await api(life, { detach: true })
    const again = await api(life, { detach: true })
    expect([again.code, again.writes]).toEqual([0, []])
    expect(again.err).toMatch(/^release 1 of api with this image is already in progress\n/)
  })

  it('goes on with both of two services of one release', async () => {
    const life = made.copy()
    const both = { image: [`api=${next}`, `shop=${registry}/storefront/shop:v2`] }
    await dies(life, 'BAKE_TIME', stop => typeRollout(life, 'api,shop', both, { stop }))
    const again = await typeRollout(life, 'api,shop', both)
    expect([again.code, again.error]).toEqual([0, undefined])
    expect(Object.values(await imagesIn(life)).join(' ')).toMatch(/httpd:2\.9 \S+shop@sha256/)
  })

  it('of another image is refused with what to type, and blames nobody for the weights of the release', async () => {
    const life = made.copy()
    await dies(life, 'PRODUCTION_TRAFFIC_SHIFT', stop =>
      typeRollout(life, 'api', { image: [next] }, { stop }),
    )
    const { error, writes } = await api(life, { image: ['httpd:3'] })
    expect([error?.code, writes]).toEqual(['refused', []])
    expect(error?.message).toContain('a release is under way')
    expect(error?.message).not.toContain('weights')
    expect(error?.hint).toMatch(/rollout attach api -c \S+ .*rollout abort api -c \S+ /)
  })

  it('knows a split of its own that was left when somebody stopped the deployment', async () => {
    const life = made.copy()
    await dies(life, 'PRODUCTION_TRAFFIC_SHIFT', stop =>
      typeRollout(life, 'api', { image: [next] }, { stop }),
    )
    await life.meanwhile(async (aws, _world, clock) => {
      await clock.sleep(120_000)
      const { serviceDeployments: [last] = [] } = await aws.ecs.listServiceDeployments({
        cluster,
        service: 'api',
      })
      await aws.ecs.stopServiceDeployment({
        serviceDeploymentArn: last!.serviceDeploymentArn!,
        stopType: 'ABORT',
      })
    })
    expect(weights(life, 'api')).toEqual([90, 10])
    const { error } = await api(life, { image: ['httpd:3'] })
    expect(error?.message).toMatch(
      /its last release was stopped on the way, and left its traffic split: \S+ 90 %/,
    )
    expect(error?.hint).toContain('--accept-weights')
  })
})
