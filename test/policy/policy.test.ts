import { describe, expect, it } from 'vitest'
import { actionsOf } from '../../src/aws/actions.ts'
import { isRead } from '../../src/aws/retry.ts'
import type { ServiceName } from '../../src/aws/services.ts'
import { services } from '../../src/aws/services.ts'
import { cost } from '../../src/commands/cost.ts'
import { docs } from '../../src/commands/docs.ts'
import { doctor } from '../../src/commands/doctor.ts'
import { drift } from '../../src/commands/drift.ts'
import { logs } from '../../src/commands/logs.ts'
import { policy } from '../../src/commands/policy.ts'
import { restartServices } from '../../src/commands/restart.ts'
import { rollback } from '../../src/commands/rollout-verbs.ts'
import { runOnce } from '../../src/commands/run-task.ts'
import { secretList, secretSet } from '../../src/commands/secret.ts'
import { snapshot } from '../../src/commands/snapshot.ts'
import { outputs, status } from '../../src/commands/status.ts'
import { actions } from '../../src/policy/actions.ts'
import type { PolicyDocument } from '../../src/policy/documents.ts'
import { lengthOf } from '../../src/policy/documents.ts'
import { dailyGrants, doctorGrants } from '../../src/policy/daily-grants.ts'
import { pruneGrants } from '../../src/policy/prune-grants.ts'
import { releaseGrants, restartGrants } from '../../src/policy/release-grants.ts'
import { behave } from '../../src/sandbox/ecs/image.ts'
import type { Statement } from '../../src/policy/statement.ts'
import type { World } from '../../src/sandbox/world.ts'
import type { Ended, Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'
import { statusIn, tools, typeRollout } from '../support/rollouts.ts'

const containersIn = (world: World) =>
  world
    .table<{ readonly containerDefinitions?: readonly { readonly image?: string }[] }>('ecs/task-definition')
    .list()
    .flatMap(({ containerDefinitions = [] }) => containerDefinitions)

async function printed(life: Life, command: string): Promise<PolicyDocument[]> {
  const { code, out } = await life.type((options, context) => policy(command, options, context))
  expect(code).toBe(0)
  return [JSON.parse(out) as PolicyDocument].flat()
}

const statementsOf = (documents: readonly PolicyDocument[]): Statement[] =>
  documents.flatMap(({ Statement: statements }) => statements)

async function allowed(life: Life, command: string): Promise<Set<string>> {
  return new Set(statementsOf(await printed(life, command)).flatMap(({ Action }) => Action))
}

/** What a run has called, as IAM names it. */
const used = ({ calls }: Ended) => [
  ...new Set(calls.flatMap(({ service, operation }) => actionsOf(service, operation))),
]

const examples = [
  ['minimal', undefined],
  ['apranova', undefined],
  ['ec2-ecs-s3', undefined],
  ['ecs-on-ec2', undefined],
  ['fargate-observability', undefined],
  ['portfolio', 'dev'],
  ['uploads', undefined],
  ['blue-green', undefined],
  ['replicated', 'prod'],
] as const

describe.each(examples)('the policies of examples/%s', { timeout: 60_000 }, (example, environment) => {
  it('allow all that plan, up and teardown call', async () => {
    const life = liveWith(example, environment)
    const may = { plan: await allowed(life, 'plan'), up: await allowed(life, 'up') }
    const up = await life.up()
    expect([up.code, up.err]).toEqual([0, up.err])
    expect(used(up).filter(action => !may.up.has(action))).toEqual([])
    const plan = await life.plan()
    expect(used(plan).length).toBeGreaterThan(5)
    expect(used(plan).filter(action => !may.plan.has(action))).toEqual([])
    const down = await allowed(life, 'teardown')
    const teardown = await life.teardown({ deleteData: ['all'] })
    expect([teardown.code, teardown.err]).toEqual([0, teardown.err])
    expect(used(teardown).filter(action => !down.has(action))).toEqual([])
  })

  it('let plan change nothing', async () => {
    const life = liveWith(example, environment)
    const writes = [...(await allowed(life, 'plan'))].filter(action => {
      const name = action.split(':')[1]!
      return !isRead(name[0]!.toLowerCase() + name.slice(1))
    })
    expect(writes).toEqual([])
  })

  it('let teardown make nothing', async () => {
    const life = liveWith(example, environment)
    const makes = [...(await allowed(life, 'teardown'))].filter(action =>
      /:(Create|Run|Allocate|Register|Put)/.test(action),
    )
    // Tags, final snapshots, and what a shared thing has to be told when its user goes.
    expect(
      makes.filter(
        action =>
          !/:(CreateTags|CreateOrUpdateTags|Create\w*Snapshot|PutBucketTagging|PutClusterCapacityProviders)$/.test(
            action,
          ),
      ),
    ).toEqual([])
  })

  it('fit what IAM takes in one document', async () => {
    const life = liveWith(example, environment)
    for (const document of await printed(life, 'up')) expect(lengthOf(document)).toBeLessThanOrEqual(6144)
  })
})

describe('what GuardDuty has put into the VPC of the stack', () => {
  it('may be deleted by up and teardown, for its own tag, and by nobody else', async () => {
    const life = liveWith('minimal')
    const along = async (command: string) =>
      statementsOf(await printed(life, command)).filter(({ Condition }) =>
        JSON.stringify(Condition ?? {}).includes('GuardDutyManaged'),
      )
    for (const command of ['up', 'teardown'])
      expect(await along(command), command).toEqual([
        expect.objectContaining({
          Action: ['ec2:DeleteSecurityGroup', 'ec2:DeleteVpcEndpoints'],
          Condition: { StringEquals: { 'aws:ResourceTag/GuardDutyManaged': 'true' } },
        }),
      ])
    for (const command of ['plan', 'status', 'rollout']) expect(await along(command), command).toEqual([])
  })
})

describe('the policies of rollout', () => {
  it('allow all that releases and their rollbacks call', async () => {
    const life = liveWith('fargate-observability')
    for (const _ of ['without images', 'with them']) {
      expect(await life.up()).toMatchObject({ code: 0 })
      for (const name of ['api', 'worker']) life.push(`ledgerly/${name}`)
    }
    for (const tag of ['v1', 'v2']) life.push('ledgerly/api', tag)
    const may = await allowed(life, 'rollout')
    const runs = [
      await typeRollout(life, 'api', { tag: 'v1', verify: ['smoke'], strategy: 'rolling' }),
      await typeRollout(life, 'api', { tag: 'v2' }),
      await life.type((common, context) => rollback('api', { ...common, to: '1' }, context, tools)),
    ]
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0])
    expect(runs.flatMap(used).filter(action => !may.has(action))).toEqual([])
  })
})

describe('the policy of restart', () => {
  it('allows all that a restart calls, and its end; no layer is pushed and no task run', async () => {
    const life = liveWith('fargate-observability')
    for (const _ of ['without images', 'with them']) {
      expect(await life.up()).toMatchObject({ code: 0 })
      for (const name of ['api', 'worker']) life.push(`ledgerly/${name}`)
    }
    const may = await allowed(life, 'restart')
    const typed = (options: object = {}) =>
      life.type((common, context) =>
        restartServices(['api', 'worker'], { ...common, ...options }, context, tools),
      )
    const good = await typed({ verify: ['smoke'] })
    await life.meanwhile((_aws, world) => {
      for (const { image = '' } of containersIn(world)) behave(world, image, { exits: { exitCode: 1 } })
    })
    const bad = await typed()
    expect([good.code, bad.code]).toEqual([0, 10])
    expect([good, bad].flatMap(used).filter(action => !may.has(action))).toEqual([])
    expect([...may].filter(action => /UploadLayer|RunTask|ModifyTargetGroup/.test(action))).toEqual([])
  })
})

/** What a command has called that its policy does not allow. */
async function beyond(life: Life, command: string, run: () => Promise<Ended>): Promise<string[]> {
  const may = await allowed(life, command)
  const ended = await run()
  expect([command, ended.error, used(ended).length > 0]).toEqual([command, undefined, true])
  return used(ended).filter(action => !may.has(action))
}

describe('the policies of the commands of a day', { timeout: 60_000 }, () => {
  const looking = { status, outputs, docs, cost, drift } as const
  const services = ['apranova', 'fargate-observability', 'blue-green'] as const

  it.each(services)('allow all that they call on examples/%s', async example => {
    const life = liveWith(example)
    await life.up()
    for (const repository of ['backend', 'frontend'])
      if (example === 'apranova') life.push(`apranova/${repository}`)
    await life.up()
    const [service] = Object.keys(await statusIn(life))
    const commands: Record<string, () => Promise<Ended>> = {
      ...Object.fromEntries(
        Object.entries(looking).map(([name, command]) => [
          name,
          () => life.type((options, context) => command(options, context)),
        ]),
      ),
      doctor: () => life.type((options, context) => doctor(options, context)),
      logs: () => life.type((options, context) => logs({ ...options, service: service! }, context)),
      run: () =>
        life.type((options, context) => runOnce({ ...options, service: service!, words: ['date'] }, context)),
    }
    for (const [name, run] of Object.entries(commands))
      expect([name, await beyond(life, name, run)]).toEqual([name, []])
  })

  it('allow a snapshot of a database and one of a cache, and nothing that reads data', async () => {
    const life = liveWith('replicated', 'dev')
    await life.up()
    for (const store of ['database', 'cache'])
      expect(
        await beyond(life, 'snapshot', () =>
          life.type((options, context) => snapshot(store, options, context)),
        ),
      ).toEqual([])
    expect([...(await allowed(life, 'secret'))]).not.toContain('secretsmanager:GetSecretValue')
  })

  it('allow a secret to be given its value, before up and after', async () => {
    const life = liveWith('fargate-observability')
    life.edit('stack: ', 'secrets: { key: {} }\nstack: ')
    const give = () =>
      life.type((options, context) => secretSet('key', options, context), { stdin: 'hunter2' })
    expect(await beyond(life, 'secret', give)).toEqual([])
    await life.up()
    expect(await beyond(life, 'secret', give)).toEqual([])
    const list = () => life.type((options, context) => secretList(options, context))
    expect(await beyond(life, 'secret', list)).toEqual([])
  })
})

describe('a policy', () => {
  it('lets things be made with the tag of the stack, and changed where they carry it', async () => {
    const statements = statementsOf(await printed(liveWith('apranova'), 'up'))
    const of = (action: string) => statements.filter(({ Action }) => Action.includes(action))
    expect(of('ec2:CreateVpc')).toMatchObject([
      { Condition: { StringEquals: { 'aws:RequestTag/provision:stack': 'apranova' } } },
    ])
    for (const { Condition, Sid } of of('ec2:DeleteVpc'))
      expect([Sid, Condition]).toEqual([
        'Ec2Change',
        { StringEquals: { 'aws:ResourceTag/provision:stack': 'apranova' } },
      ])
  })

  it('lets only the roles of the stack be passed, and only to those that may take them', async () => {
    const statements = statementsOf(await printed(liveWith('apranova'), 'up'))
    const passing = statements.filter(({ Action }) => Action.includes('iam:PassRole'))
    expect(passing).toHaveLength(1)
    expect(passing[0]!.Condition).toEqual({
      StringEquals: { 'iam:PassedToService': ['ecs-tasks.amazonaws.com'] },
    })
    for (const arn of passing[0]!.Resource) expect(arn).toMatch(/:role\/production-apranova-[\w-]+$/)
  })

  it('of a write never reaches all resources, save where AWS leaves no choice', async () => {
    const found = new Set<string>()
    for (const [example, environment] of examples)
      for (const { Action, Resource, Condition } of statementsOf(
        await printed(liveWith(example, environment), 'up'),
      ))
        if (Resource.includes('*') && !Condition)
          for (const action of Action) if (!/:(Describe|Get|List)/.test(action)) found.add(action)
    expect([...found].toSorted()).toEqual([
      'ecs:DeregisterTaskDefinition',
      'route53:CreateHostedZone',
      'sns:Unsubscribe',
    ])
  })

  it('still reaches what the config has dropped and the ledger knows', async () => {
    const life = liveWith('apranova')
    await life.up()
    life.edit('caches:\n  cache:', 'caches:\n  other:')
    life.edit('cache, ', 'other, ')
    const resources = statementsOf(await printed(life, 'up')).flatMap(({ Resource }) => Resource)
    expect(resources.join('\n')).toMatch(/replicationgroup:production-redis$/m)
  })

  it('is refused for a command that has none', async () => {
    const { error } = await liveWith('minimal').type((options, context) => policy('init', options, context))
    expect(error).toMatchObject({ code: 'usage', hint: expect.stringContaining('teardown') })
  })
})

describe('the table of actions', () => {
  it('has every operation that provision can call', async () => {
    const scope = {
      stack: 's',
      partition: 'aws',
      region: 'r',
      account: '1',
      namesOf: () => [],
      has: () => true,
      topics: ['arn:t'],
    }
    const known = new Set([
      'sts:GetCallerIdentity',
      'ec2:DescribeAvailabilityZones',
      'ec2:DescribeTags',
      // Allowed for each service by its name.
      'iam:CreateServiceLinkedRole',
      ...Object.values(dailyGrants).flatMap(grants => grants(scope).flatMap(grant => grant.actions)),
      ...doctorGrants(scope).flatMap(grant => grant.actions),
      ...releaseGrants(scope).flatMap(grant => grant.actions),
      ...restartGrants(scope).flatMap(grant => grant.actions),
      ...pruneGrants(scope).flatMap(grant => grant.actions),
      ...Object.values(actions).flatMap(kind => [
        ...kind.read,
        ...(kind.readOwn ?? []),
        ...(kind.blockers ?? []),
        ...kind.create,
        ...kind.update,
        ...kind.delete,
        ...kind.tag,
        ...(kind.anywhere ?? []),
        ...Object.keys({ ...kind.also, ...kind.alsoToDelete }),
      ]),
    ])
    const callable = await Promise.all(
      (Object.keys(services) as ServiceName[]).map(async service =>
        Object.keys(await services[service]())
          .filter(name => name.endsWith('Command'))
          .flatMap(name => actionsOf(service, name.replace(/Command$/, ''))),
      ),
    )
    expect([...new Set(callable.flat())].filter(action => !known.has(action))).toEqual([])
  })
})
