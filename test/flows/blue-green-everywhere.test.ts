import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { rollback } from '../../src/commands/rollout-verbs.ts'
import type { Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'
import { imagesIn, statusIn, tools, typeRollout, weights } from '../support/rollouts.ts'

interface Served {
  readonly example: string
  readonly environment?: string
  /** A service with a load balancer, and the line of the config that says so. */
  readonly service: string
  readonly paths: string
  /** Of every service of the stack, so that all of them run; the one of `service` first. */
  readonly repositories: readonly string[]
  readonly secret?: string
}

const served: readonly Served[] = [
  {
    example: 'apranova',
    service: 'backend',
    paths: 'paths: [/api/*, /admin/*]',
    repositories: ['apranova/backend', 'apranova/frontend'],
  },
  { example: 'minimal', service: 'web', paths: 'paths: [/*]', repositories: [] },
  {
    example: 'ecs-on-ec2',
    service: 'app',
    paths: 'paths: [/*]',
    repositories: ['portal-production/app'],
    secret: 'portal/production/api-urls',
  },
  {
    example: 'fargate-observability',
    service: 'api',
    paths: 'paths: [/*]',
    repositories: ['ledgerly/api', 'ledgerly/worker'],
  },
  ...['dev', 'prod'].map(environment => ({
    example: 'portfolio',
    environment,
    service: 'frontend',
    paths: 'paths: [/*]',
    repositories: [`portfolio-${environment}-frontend`, `portfolio-${environment}-backend`],
  })),
  {
    example: 'replicated',
    environment: 'prod',
    service: 'web',
    paths: 'paths: [/*]',
    repositories: ['ledgerbook-prod/web'],
  },
  {
    example: 'uploads',
    service: 'web',
    paths: 'paths: [/*]',
    repositories: ['uploads-production/web'],
    secret: 'uploads/production/signing-key',
  },
]

/** Has flows of its own. */
const elsewhere = ['blue-green']

/** Nothing in them stands behind a load balancer. */
const unserved = ['ec2-ecs-s3']

/** What `plan` would change, and what a second `up` has changed. */
const settled = async (life: Life) => [await life.planned(), (await life.up()).writes]
const nothing = [[], []]

/** Target groups, rules, roles and alarms, and revisions of task definitions that could still run. */
const left = (life: Life) =>
  Object.entries(life.tables()).flatMap(([table, rows]) =>
    rows
      .filter(row => table !== 'ecs/task-definition' || (row as { status: string }).status === 'ACTIVE')
      .filter(row => !JSON.stringify(row).includes('/aws-service-role/'))
      .flatMap(() =>
        /^(elbv2\/|iam\/role|cloudwatch\/alarm$|ecs\/task-def|tagging\/)/.test(table) ? table : [],
      ),
  )

it('no example is forgotten', () => {
  const examples = readdirSync('examples', { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('/provision.yaml') && !path.includes('.provision/'))
    .map(path => path.slice(0, -'/provision.yaml'.length))
  expect(new Set([...served.map(({ example }) => example), ...elsewhere, ...unserved])).toEqual(
    new Set(examples),
  )
})

describe('a living service is put on blue/green, released, taken back and put on rolling again', () => {
  it.each(served)('in examples/$example', { timeout: 60_000 }, async ({ service, paths, ...stack }) => {
    const life = liveWith(stack.example, stack.environment)
    await life.up()
    for (const repository of stack.repositories) life.push(repository)
    if (stack.secret)
      await life.meanwhile(aws =>
        aws.secretsmanager.putSecretValue({ SecretId: stack.secret, SecretString: '{}' }),
      )
    const running = await life.up()
    expect([running.code, running.err]).toEqual([0, running.err])
    const before = await imagesIn(life)

    life.edit(paths, `${paths}\n    deployment: blue-green`)
    const switched = await life.up()
    expect([switched.code, switched.err]).toEqual([0, switched.err])
    // That was a deployment of the new strategy already.
    expect([weights(life, service), await life.planned()]).toEqual([[0, 100], []])

    const [repository] = stack.repositories
    if (repository) life.push(repository, 'v2')
    const release = () => typeRollout(life, service, repository ? { tag: 'v2' } : { image: ['nginx:1.28'] })
    const released = await release()
    expect([released.code, released.err]).toEqual([0, expect.stringContaining(`${service}: released`)])
    const { [service]: now } = await statusIn(life)
    const [, count = ''] = /of (\d+) tasks/.exec(now!.tasks) ?? []
    expect(now).toMatchObject({
      tasks: `${count} of ${count} tasks run`,
      healthy: `${count} of ${count} targets healthy`,
    })
    expect(now!.image).not.toBe(before[service])
    expect([weights(life, service), await settled(life)]).toEqual([[100, 0], nothing])

    const back = await life.type((common, context) => rollback(service, common, context, tools))
    expect([back.code, back.err]).toEqual([0, back.err])
    expect(await imagesIn(life)).toEqual(before)
    expect([weights(life, service), await settled(life)]).toEqual([[0, 100], nothing])

    // A rolling service keeps its first target group, so the traffic has to be there.
    expect(await release()).toMatchObject({ code: 0 })
    life.edit(`${paths}\n    deployment: blue-green`, paths)
    const rolling = await life.up()
    expect([rolling.code, rolling.err]).toEqual([0, rolling.err])
    expect([(await imagesIn(life))[service], await settled(life)]).toEqual([now!.image, nothing])

    const gone = await life.teardown({ deleteData: ['all'] })
    expect([gone.code, gone.err]).toEqual([0, expect.stringContaining('Nothing tagged')])
    expect([(await life.ledger())!.entries.size, left(life)]).toEqual([0, []])
  })
})
