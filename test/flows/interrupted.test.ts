import { setMaxListeners } from 'node:events'
import { beforeAll, describe, expect, it } from 'vitest'
import { drift } from '../../src/commands/drift.ts'
import { exitCodes } from '../../src/commands/exit-codes.ts'
import { rollback } from '../../src/commands/rollout-verbs.ts'
import type { RolloutOptions } from '../../src/commands/rollout-options.ts'
import { teardown } from '../../src/commands/teardown.ts'
import type { Ended, Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'
import { whenAt } from '../support/meddling.ts'
import { tools, typeRollout } from '../support/rollouts.ts'

/** A Ctrl-C when this operation is asked for. */
function ctrlCAt(operation: string) {
  const stop = new AbortController()
  setMaxListeners(0, stop.signal)
  const before = (call: { readonly operation: string }) => {
    if (call.operation === operation) stop.abort()
  }
  return { stop: stop.signal, faults: { before } }
}

const stackOf = (environment: string) => `-c /work/provision.yaml -e ${environment} --sandbox`

describe('an interrupted run', () => {
  it('of up ends with the command that continues it', async () => {
    const life = liveWith('minimal')
    const { code, err } = await life.up(ctrlCAt('CreateSubnet'))
    expect(code).toBe(exitCodes.interrupted)
    expect(err.endsWith(`\nNext: provision up ${stackOf('dev')} --yes\n`)).toBe(true)
    expect(err).toMatch(/Started, not finished \(\d+\): /)
    expect(await life.up()).toMatchObject({ code: exitCodes.done })
  })

  it('of up names nothing as left that was to stay as it is', async () => {
    const life = liveWith('minimal')
    await life.up()
    life.edit('nginx:1.27', 'nginx:1.28')
    const { err } = await life.up(ctrlCAt('RegisterTaskDefinition'))
    expect(err).toContain('Up interrupted')
    expect(err).not.toMatch(/(not finished|Not started).*network\/vpc/)
  })

  it('of teardown does so with the consent that was given', async () => {
    const life = liveWith('apranova')
    await life.up()
    const { code, err } = await life.type(
      (options, context) =>
        teardown({ ...options, deleteData: ['data/files', 'data/cache'], deleteImported: true }, context),
      ctrlCAt('DeleteService'),
    )
    expect(code).toBe(exitCodes.interrupted)
    const words = '--delete-data data/files --delete-data data/cache --delete-imported --yes'
    expect(err.endsWith(`\nNext: provision teardown ${stackOf('production')} ${words}\n`)).toBe(true)
  })

  it('of drift --repair does so with its addresses', async () => {
    const life = liveWith('minimal')
    await life.up()
    await life.meanwhile(aws =>
      aws.logs.putRetentionPolicy({ logGroupName: '/ecs/hello-dev/web', retentionInDays: 1 }),
    )
    const addresses = ['observability/web.logs']
    const { code, err } = await life.type(
      (options, context) => drift({ ...options, addresses, repair: true }, context),
      ctrlCAt('DescribeLogGroups'),
    )
    expect([code, err]).toEqual([exitCodes.interrupted, err])
    expect(err.endsWith(`\nNext: provision drift ${addresses[0]} --repair ${stackOf('dev')} --yes\n`)).toBe(
      true,
    )
  })
})

describe('an interrupted rollout', () => {
  const stack = stackOf('production')
  const image = 'public.ecr.aws/docker/library/httpd:2.9'
  let made: Life
  beforeAll(async () => {
    made = liveWith('blue-green')
    await made.up()
    for (const tag of ['v1', 'v2']) made.push('storefront/shop', tag)
    await made.up()
  }, 60_000)

  const stoppedAt = async (
    stage: Parameters<typeof whenAt>[0],
    services: string,
    options: RolloutOptions,
  ): Promise<Ended> => {
    const ctrlC = new AbortController()
    whenAt(stage, () => ctrlC.abort())
    return typeRollout(made.copy(), services, options, { stop: ctrlC.signal })
  }

  it('ends with the command that follows it again and answers its pauses', async () => {
    const options = { image: [image], strategy: 'blue-green', http: ['/health'], timeout: '30m' }
    const { error, err } = await stoppedAt('SCALE_UP', 'api', options)
    expect(error).toMatchObject({
      code: 'interrupted',
      message: expect.stringMatching(/^no longer following api; the release goes on in AWS/),
      hint: `follow it again, from any machine: provision rollout attach api ${stack} --http /health --timeout 30m`,
    })
    expect(err).toContain('Rollout interrupted after')
    expect(err).not.toContain('failed')
  })

  it('names the service that is being released, of several', async () => {
    const options = { image: [`api=${image}`, `shop=${image}`], strategy: 'blue-green' }
    const { error } = await stoppedAt('SCALE_UP', 'api,shop', options)
    expect(error?.hint).toBe(`follow it again, from any machine: provision rollout attach api ${stack}`)
  })

  it('ends with the same command where ECS was not told yet', async () => {
    const life = made.copy()
    life.edit('    paths: [/api/*]\n', '    paths: [/api/*]\n    release: { command: [npm, run, migrate] }\n')
    const options = { image: [image], strategy: 'canary', canary: '5%', verify: ['./smoke.sh "a b"'] }
    const { error, err } = await typeRollout(life, 'api', options, ctrlCAt('DescribeTasks'))
    expect(error).toMatchObject({
      code: 'interrupted',
      message: 'interrupted before ECS was told anything; no traffic was moved',
      hint: `run it again: provision rollout api ${stack} --image ${image} --strategy canary --canary 5% --verify './smoke.sh "a b"' --yes`,
    })
    expect(err).toContain('Rollout interrupted after')
  })

  it('of an earlier release does so, too', async () => {
    const life = made.copy()
    await typeRollout(life, 'api', { image: [image], strategy: 'rolling' })
    const ctrlC = new AbortController()
    const { error } = await life.type(
      (options, context) => rollback('api', { ...options, to: '1' }, context, tools),
      {
        stop: ctrlC.signal,
        faults: { before: ({ operation }) => void (operation === 'UpdateService' && ctrlC.abort()) },
      },
    )
    expect(error).toMatchObject({
      code: 'interrupted',
      hint: `follow it again, from any machine: provision rollout attach api ${stack}`,
    })
  })
})
