import { describe, expect, it } from 'vitest'
import { actionsOf } from '../../src/aws/actions.ts'
import { isRead } from '../../src/aws/retry.ts'
import type { ServiceName } from '../../src/aws/services.ts'
import { services } from '../../src/aws/services.ts'
import { policy } from '../../src/commands/policy.ts'
import { actions } from '../../src/policy/actions.ts'
import type { PolicyDocument } from '../../src/policy/documents.ts'
import { lengthOf } from '../../src/policy/documents.ts'
import { releaseGrants } from '../../src/policy/release-grants.ts'
import type { Statement } from '../../src/policy/statement.ts'
import { rollback } from '../../src/commands/rollout-verbs.ts'
import type { Ended, Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'
import { tools, typeRollout } from '../support/rollouts.ts'

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
  ...new Set(calls.flatMap(({ service, operation }) => actionsOf(service as ServiceName, operation))),
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
    const { error } = await liveWith('minimal').type((options, context) =>
      policy('outputs', options, context),
    )
    expect(error).toMatchObject({ code: 'usage', hint: expect.stringContaining('teardown') })
  })
})

describe('the table of actions', () => {
  it('has every operation that provision can call', async () => {
    const scope = { stack: 's', partition: 'aws', region: 'r', account: '1', namesOf: () => [] }
    const known = new Set([
      'sts:GetCallerIdentity',
      'ec2:DescribeAvailabilityZones',
      'ec2:DescribeTags',
      // Allowed for each service by its name.
      'iam:CreateServiceLinkedRole',
      // Of commands for which no policy is printed: secret set, snapshot, doctor and logs.
      'ec2:DescribeVpcPeeringConnections',
      'servicequotas:GetServiceQuota',
      'secretsmanager:PutSecretValue',
      'rds:DescribeDBSnapshots',
      'logs:DescribeLogStreams',
      'logs:FilterLogEvents',
      ...releaseGrants(scope).flatMap(grant => grant.actions),
      ...Object.values(actions).flatMap(kind => [
        ...kind.read,
        ...(kind.readOwn ?? []),
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
