import { describe, expect, it } from 'vitest'
import type { Aws } from '../../src/aws/aws.ts'
import type { PruneOptions } from '../../src/commands/prune.ts'
import { pruneStack } from '../../src/commands/prune.ts'
import { rollback } from '../../src/commands/rollout-verbs.ts'
import { actionsOf } from '../../src/aws/actions.ts'
import { policy } from '../../src/commands/policy.ts'
import type { PolicyDocument } from '../../src/policy/documents.ts'
import type { CommandWish, Life } from '../support/life.ts'
import { liveIn } from '../support/life.ts'
import { imagesIn, tools, typeRollout } from '../support/rollouts.ts'

const app = 'shop-production/app'
const yaml = `stack: shop
environment: production
region: us-east-1
repositories: { app: {} }
services:
  web: { repository: app, desiredCount: 1 }
`

/** After so many releases, each of a build of its own. */
async function released(count: number, config = yaml): Promise<Life> {
  const life = liveIn(config)
  expect((await life.up()).code).toBe(0)
  for (let number = 1; number <= count; number++) {
    life.push(app, `v${number}`)
    expect((await typeRollout(life, 'web', { tag: `v${number}` })).code).toBe(0)
  }
  return life
}

const typePrune = (life: Life, options: PruneOptions = {}, wish: CommandWish = {}) =>
  life.type((common, context) => pruneStack({ ...common, ...options }, context), wish)

interface Printed {
  readonly deleted: boolean
  readonly taskDefinitions: readonly string[]
  readonly images: readonly { readonly tags: readonly string[] }[]
  readonly failures: readonly string[]
}

async function wouldPrune(life: Life, options: PruneOptions = {}) {
  const { out, writes } = await typePrune(life, { ...options, dryRun: true, json: true })
  expect(writes).toEqual([])
  const { taskDefinitions, images } = JSON.parse(out) as Printed
  return {
    revisions: taskDefinitions.map(arn => arn.split('/').at(-1)),
    images: images.map(({ tags }) => tags.filter(tag => !tag.startsWith('provision.')).join(' ')),
  }
}

async function asked<Answer>(life: Life, work: (aws: Aws) => Promise<Answer>): Promise<Answer> {
  let answer: Answer
  await life.meanwhile(async aws => void (answer = await work(aws)))
  return answer!
}

/** The tags of all images, without the marks. */
const tagsThere = (life: Life) =>
  asked(life, async ({ ecr }) =>
    (await ecr.describeImages({ repositoryName: app }))
      .imageDetails!.map(({ imageTags = [] }) =>
        imageTags.filter(tag => !tag.startsWith('provision.')).join(' '),
      )
      .toSorted(),
  )

const revisionsThere = (life: Life) =>
  asked(life, async ({ ecs }) => {
    const found = await Promise.all(
      (['ACTIVE', 'INACTIVE'] as const).map(status => ecs.listTaskDefinitions({ status })),
    )
    return found
      .flatMap(({ taskDefinitionArns = [] }) => taskDefinitionArns)
      .map(arn => Number(arn.split(':').at(-1)))
  })

const bringBack = (life: Life, to: string) =>
  life.type((common, context) => rollback('web', { ...common, to }, context, tools))

describe('prune', () => {
  it('deletes what 20 releases can no longer go back to, and nothing else; the oldest of them comes back', async () => {
    const life = await released(25)
    life.push(app, 'v26')
    const found = await wouldPrune(life)
    // Release N has revision N + 1. Revision 1 is of `up`: the ledger names it.
    expect(found).toEqual({
      revisions: [2, 3, 4, 5].map(number => `production-shop-web:${number}`),
      images: ['v1', 'v2', 'v3', 'v4'],
    })
    const { code, err, writes } = await typePrune(life)
    expect([code, err]).toEqual([0, expect.stringMatching(/^shop\/production\n[^]*Deleted\.\n$/)])
    expect(err).toContain('Task definitions to delete: 4 revisions\n  production-shop-web:2-5\n')
    expect(err).toContain(`Images to delete in ${app}: 4 of 26\n  app@sha256:`)
    expect(new Set(writes)).toEqual(
      new Set(['DeregisterTaskDefinition', 'DeleteTaskDefinitions', 'BatchDeleteImage']),
    )
    expect(await wouldPrune(life)).toEqual({ revisions: [], images: [] })
    expect(await tagsThere(life)).toHaveLength(22)
    expect(await tagsThere(life)).toContain('v26')
    expect(await life.planned()).toEqual([])
    expect((await bringBack(life, '6')).code).toBe(0)
    expect((await typePrune(life)).code).toBe(0)
    expect((await bringBack(life, '25')).code).toBe(0)
  })

  it('keeps so many releases as it is told, and a rollback beyond them is refused', async () => {
    const life = await released(6)
    expect((await wouldPrune(life, { keep: '2' })).images).toEqual(['v1', 'v2', 'v3'])
    expect((await typePrune(life, { keep: '2' })).code).toBe(0)
    expect(await tagsThere(life)).toEqual(['v4', 'v5', 'v6'])
    const { error, writes } = await bringBack(life, '2')
    expect([error?.code, error?.message, writes]).toEqual([
      'refused',
      expect.stringMatching(/^web cannot go back to release 2: /),
      [],
    ])
    expect((await bringBack(life, '5')).code).toBe(0)
    for (const keep of ['0', 'few'])
      expect((await typePrune(life, { keep })).error).toMatchObject({ code: 'usage' })
  })

  it('says that there is nothing to delete, and deletes nothing without consent', async () => {
    const life = await released(1)
    expect((await typePrune(life)).err).toContain('Nothing to delete')
    for (const tag of ['v2', 'v3', 'v4']) {
      life.push(app, tag)
      await typeRollout(life, 'web', { tag })
    }
    const refused = await typePrune(life, { keep: '1', yes: false })
    expect([refused.error?.code, refused.writes]).toEqual(['usage', []])
    expect((await typePrune(life, { keep: '1', dryRun: true, yes: false })).writes).toEqual([])
  })

  it('is continued by the same command wherever it was cut off', async () => {
    const whole = await released(6)
    const { writes } = await typePrune(whole.copy(), { keep: '2' })
    expect(writes).toHaveLength(5)
    for (let cut = 0; cut < writes.length; cut++) {
      const life = whole.copy()
      let seen = 0
      const dying = {
        before: ({ operation }: { readonly operation: string }) => {
          if (/^(Deregister|Delete|BatchDelete|Put)/.test(operation) && seen++ >= cut)
            throw Object.assign(new Error('no answer'), {
              name: 'AccessDeniedException',
              $metadata: { httpStatusCode: 400 },
            })
        },
      }
      expect((await typePrune(life, { keep: '2' }, { faults: dying })).error).toBeDefined()
      expect((await typePrune(life, { keep: '2' })).code).toBe(0)
      expect(await wouldPrune(life, { keep: '2' })).toEqual({ revisions: [], images: [] })
      expect(await tagsThere(life)).toEqual(['v4', 'v5', 'v6'])
      expect(await revisionsThere(life)).toEqual([1, 5, 6, 7])
    }
  })

  it('keeps what a task or a service of somebody else runs, wherever it is', async () => {
    const life = await released(4)
    await life.meanwhile(async ({ ecs }) => {
      await ecs.createCluster({ clusterName: 'theirs' })
      const registered = async (family: string, tag: string) => {
        const { taskDefinition } = await ecs.registerTaskDefinition({
          family,
          networkMode: 'bridge',
          containerDefinitions: [
            {
              name: 'main',
              memory: 128,
              image: `123456789012.dkr.ecr.us-east-1.amazonaws.com/${app}:${tag}`,
            },
          ],
        })
        return taskDefinition!.taskDefinitionArn!
      }
      await ecs.createService({
        cluster: 'theirs',
        serviceName: 'batch',
        desiredCount: 0,
        taskDefinition: await registered('batch', 'v1'),
      })
    })
    expect((await wouldPrune(life, { keep: '1' })).images).toEqual(['v2'])
  })

  it('keeps what another environment has released from this repository', async () => {
    const both = `${yaml.replace('environment: production\n', '')}environments: { production: {}, live: {} }\n`
    const life = liveIn(both, 'production')
    const live = life.beside('live')
    for (const one of [life, live]) expect((await one.up()).code).toBe(0)
    life.push(app, 'v1')
    await typeRollout(life, 'web', { tag: 'v1' })
    expect((await typeRollout(live, 'web', { from: 'production' })).code).toBe(0)
    for (const tag of ['v2', 'v3', 'v4']) {
      life.push(app, tag)
      await typeRollout(life, 'web', { tag })
    }
    // Not even a service that has no task just now loses its image.
    await life.meanwhile(({ ecs }) =>
      ecs.updateService({ cluster: 'live-shop-cluster', service: 'web', desiredCount: 0 }),
    )
    expect((await wouldPrune(life, { keep: '1' })).images).toEqual(['v2'])
  })

  it('keeps all where the ledger does not know the releases, and is refused without a ledger', async () => {
    const life = await released(4)
    life.loseLedger()
    expect((await typePrune(life)).error).toMatchObject({
      code: 'refused',
      hint: 'provision ledger rebuild -c /work/provision.yaml -e production --sandbox records what AWS has',
    })
    expect((await life.rebuild()).code).toBe(0)
    expect(await wouldPrune(life)).toEqual({ revisions: [], images: [] })
  })

  it('waits for whoever holds the ledger', async () => {
    const life = await released(1)
    await life.lockLedger({ user: 'bob', host: 'elsewhere', pid: 1 })
    expect((await typePrune(life)).error).toMatchObject({ code: 'locked' })
  })

  it('calls nothing that its policy does not allow', async () => {
    const life = await released(6)
    const { out } = await life.type((common, context) => policy('prune', common, context))
    const may = new Set(
      [JSON.parse(out) as PolicyDocument]
        .flat()
        .flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action)),
    )
    const { calls } = await typePrune(life, { keep: '3' })
    const used = new Set(calls.flatMap(({ service, operation }) => actionsOf(service, operation)))
    expect(used.has('ecr:BatchDeleteImage')).toBe(true)
    expect([...used].filter(action => !may.has(action))).toEqual([])
  })

  it('leaves revisions of others in the family and what runs of the release before last', async () => {
    const life = await released(3)
    const images = await imagesIn(life)
    await life.meanwhile(async ({ ecs }) => {
      const { taskDefinition } = await ecs.describeTaskDefinition({ taskDefinition: 'production-shop-web' })
      const {
        family,
        containerDefinitions,
        networkMode,
        cpu,
        memory,
        requiresCompatibilities,
        executionRoleArn,
      } = taskDefinition!
      const input = {
        family,
        containerDefinitions,
        networkMode,
        cpu,
        memory,
        requiresCompatibilities,
        executionRoleArn,
      }
      for (let times = 0; times < 2; times++) await ecs.registerTaskDefinition(input)
    })
    expect((await wouldPrune(life, { keep: '1' })).revisions).toEqual(['production-shop-web:2'])
    expect((await typePrune(life, { keep: '1' })).code).toBe(0)
    expect(await revisionsThere(life)).toEqual([1, 3, 4, 5, 6])
    expect(await imagesIn(life)).toEqual(images)
  })
})
