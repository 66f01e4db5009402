import { describe, expect, it } from 'vitest'
import { drift } from '../../src/commands/drift.ts'
import { plan } from '../../src/commands/plan.ts'
import type { PlanDocument } from '../../src/events/plan-json.ts'
import { awsFault } from '../../src/sandbox/fault.ts'
import type { RoleRow } from '../../src/sandbox/iam/role.ts'
import { roles } from '../../src/sandbox/iam/role.ts'
import { buckets } from '../../src/sandbox/s3/rows.ts'
import type { World } from '../../src/sandbox/world.ts'
import { leftAlone } from '../support/additions.ts'
import type { Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'

const byHand = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
const document = JSON.stringify({ Version: '2012-10-17', Statement: [] })

async function risen(example: string, environment?: string): Promise<Life> {
  const life = liveWith(example, environment)
  expect(await life.up()).toMatchObject({ code: 0 })
  return life
}

/** What somebody gives the role whose name ends so. */
async function given(life: Life, end: string): Promise<void> {
  await life.meanwhile(async ({ iam }, world) => {
    const RoleName = roleIn(world, end).name
    await iam.attachRolePolicy({ RoleName, PolicyArn: byHand })
    await iam.putRolePolicy({ RoleName, PolicyName: 'by-hand', PolicyDocument: document })
  })
}

function roleIn(world: World, end: string): RoleRow {
  const found = roles(world)
    .list()
    .find(({ name }) => name.endsWith(end))
  if (!found) throw new Error(`there is no role ${end}`)
  return found
}

function policiesOf(life: Life, end: string): string[] {
  const rows = (life.tables()['iam/role'] ?? []) as RoleRow[]
  const { attached, inline } = rows.find(({ name }) => name.endsWith(end))!
  return [...attached, ...Object.keys(inline)].toSorted()
}

describe('policies that somebody has given a role of the stack', () => {
  const end = 'web-execution'

  it('stay when the config changes the own ones', async () => {
    const life = await risen('minimal')
    await given(life, end)
    life.edit('    image: nginx:1.27', '    image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1')
    await life.meanwhile(({ ecr }) => ecr.createRepository({ repositoryName: 'app' }))
    life.push('app', '1')
    const { writes } = await life.up()
    expect(writes).toContain('PutRolePolicy')
    expect(writes).not.toContain('DetachRolePolicy')
    expect(writes).not.toContain('DeleteRolePolicy')
    expect(policiesOf(life, end)).toEqual([byHand, 'by-hand', 'execution'])
    expect((await life.teardown()).code).toBe(0)
    expect(life.tables()['iam/role'] ?? []).toHaveLength(1)
  })

  it('are not in the way of drift of the own ones, and are not accepted with it', async () => {
    const life = await risen('minimal')
    await given(life, end)
    await life.meanwhile(async ({ iam }, world) => {
      const RoleName = roleIn(world, end).name
      await iam.putRolePolicy({ RoleName, PolicyName: 'execution', PolicyDocument: document })
    })
    const look = (more = {}) =>
      life.run((options, context) =>
        drift({ ...options, detailedExitcode: true, yes: true, ...more }, context),
      )
    const { code, out } = await look()
    expect([code, out]).toEqual([2, expect.stringContaining('inlinePolicies')])
    expect(out).toContain('inline policy by-hand')
    const copy = life.copy()
    expect((await look({ repair: true })).writes).toEqual(['PutRolePolicy'])
    expect(policiesOf(life, end)).toEqual([byHand, 'by-hand', 'execution'])
    await copy.run((options, context) => drift({ ...options, yes: true, accept: true }, context))
    const entry = (await copy.ledger())?.entries.get('identity/web.execution-role')
    expect(entry).toMatchObject({
      status: 'ready',
      props: { inlinePolicies: { execution: expect.anything() } },
    })
    expect(JSON.stringify(entry)).not.toContain('by-hand')
  })

  it('are not taken for own ones after a rebuild of the ledger', async () => {
    const life = await risen('minimal')
    await given(life, end)
    life.loseLedger()
    expect((await life.rebuild()).code).toBe(0)
    expect(await life.planned()).toEqual([])
    expect(await life.up()).toMatchObject({ code: 0, writes: [] })
    expect(policiesOf(life, end)).toEqual([byHand, 'by-hand', 'execution'])
  })

  it('stay where an own one goes, also when its removal was cut off', async () => {
    const life = await risen('ec2-ecs-s3')
    const [, role = ''] = /"name":"([^"]*)","path/.exec(JSON.stringify(withUses(life))) ?? []
    await given(life, role)
    expect(policiesOf(life, role)).toContain('uses')
    const yaml = life.file('/work/provision.yaml')!
    life.edit(yaml, yaml.replaceAll(/\n +uses: \[files, database-url\]/g, ''))
    const refusing = {
      before: ({ operation }: { operation: string }) => {
        if (operation === 'DeleteRolePolicy') throw awsFault('AccessDenied', 'not today')
      },
    }
    expect((await life.up({ faults: refusing })).code).toBe(1)
    expect(policiesOf(life, role)).toContain('uses')
    expect((await life.up()).code).toBe(0)
    expect(policiesOf(life, role).filter(name => ['uses', 'by-hand', byHand].includes(name))).toEqual([
      byHand,
      'by-hand',
    ])
  })
})

function withUses(life: Life): RoleRow | undefined {
  return ((life.tables()['iam/role'] ?? []) as RoleRow[]).find(({ inline }) => 'uses' in inline)
}

describe('what AWS takes only as a whole', () => {
  const act = (what: string) => leftAlone.find(({ of }) => of[1] === what)!.act

  it('keeps the lifecycle rule of somebody, word for word, when the config changes its own', async () => {
    const life = await risen('uploads')
    await life.meanwhile(act('lifecycle rules'))
    life.edit('expireNoncurrentDays: 30', 'expireNoncurrentDays: 60')
    expect(await life.up()).toMatchObject({ code: 0 })
    const [row] = life.tables()['s3/bucket'] as { lifecycle: { ID: string; Filter: object }[] }[]
    expect(row!.lifecycle).toHaveLength(4)
    expect(row!.lifecycle.find(({ ID }) => ID === 'rule-by-hand')).toEqual({
      ID: 'rule-by-hand',
      Status: 'Enabled',
      Filter: { Tag: { Key: 'kind', Value: 'draft' } },
      Expiration: { Days: 3 },
    })
    expect(await life.planned()).toEqual([])
  })

  it('keeps it when the config has no rules any more', async () => {
    const life = await risen('uploads')
    await life.meanwhile(act('lifecycle rules'))
    const yaml = life.file('/work/provision.yaml')!
    life.edit(yaml, yaml.replace(/ {4}lifecycle:\n(?: {6}.*\n)+/, ''))
    expect(await life.up()).toMatchObject({ code: 0 })
    const [row] = life.tables()['s3/bucket'] as { lifecycle: { ID: string }[] }[]
    expect(row!.lifecycle.map(({ ID }) => ID)).toEqual(['incomplete-uploads', 'rule-by-hand'])
    expect(await life.planned()).toEqual([])
  })

  it('puts the own statement of a bucket policy back beside that of somebody', async () => {
    const life = liveWith('portfolio', 'prod')
    life.edit('loadBalancer:\n', 'buckets: { media: { cdn: { alias: static } } }\nloadBalancer:\n')
    expect(await life.up()).toMatchObject({ code: 0 })
    const own = (world: World) =>
      buckets(world)
        .list()
        .find(({ policy }) => policy)!
    await life.meanwhile((_aws, world) => {
      const row = own(world)
      const policy = JSON.parse(row.policy!) as { Statement: object[] }
      row.policy = JSON.stringify({ ...policy, Statement: [{ Sid: 'ByHand', Effect: 'Deny' }] })
    })
    expect((await life.planned()).map(({ address }) => address)).toEqual(['cdn/media.bucket-policy'])
    expect(await life.up()).toMatchObject({ code: 0, writes: ['PutBucketPolicy'] })
    await life.meanwhile((_aws, world) => {
      const { Statement } = JSON.parse(own(world).policy!) as { Statement: object[] }
      expect(Statement).toHaveLength(2)
      expect(Statement).toContainEqual({ Sid: 'ByHand', Effect: 'Deny' })
    })
    expect(await life.planned()).toEqual([])
  })

  it('puts the own capacity provider back beside that of somebody', async () => {
    const life = await risen('ecs-on-ec2')
    const providers = () =>
      (life.tables()['ecs/cluster'] as { capacityProviders: string[] }[])[0]!.capacityProviders.toSorted()
    const [own] = providers()
    await life.meanwhile((_aws, world) => {
      const [row] = world.table<{ capacityProviders: string[] }>('ecs/cluster').list()
      row!.capacityProviders = ['FARGATE']
    })
    expect((await life.planned()).map(({ address }) => address)).toEqual(['cluster/cluster.capacity'])
    expect((await life.up()).code).toBe(0)
    expect(providers()).toEqual([own!, 'FARGATE'].toSorted())
  })
})

describe('what others have added', () => {
  it('is no change in JSON, with an address and a line for each', async () => {
    const life = await risen('minimal')
    await given(life, 'web-execution')
    const { out } = await life.run((options, context) => plan({ ...options, json: true }, context))
    const { unmanaged, summary } = JSON.parse(out) as PlanDocument
    expect(summary).toMatchObject({ create: 0, update: 0, replace: 0, delete: 0 })
    const address = 'identity/web.execution-role'
    expect(unmanaged).toEqual([
      { address, what: `managed policy ${byHand}` },
      { address, what: 'inline policy by-hand' },
    ])
  })

  it('to tags is counted where it is on many resources, and left alone', async () => {
    const life = await risen('minimal')
    await life.meanwhile(async ({ ec2 }) => {
      const { Subnets = [] } = await ec2.describeSubnets({})
      const Resources = Subnets.filter(({ Tags = [] }) => Tags.length > 0).map(({ SubnetId }) => SubnetId!)
      await ec2.createTags({ Resources, Tags: [{ Key: 'cost-center', Value: '42' }] })
    })
    const { out, code } = await life.plan()
    expect([code, out]).toEqual([0, expect.stringContaining('  4 resources  tags cost-center\n')])
    expect(await life.up()).toMatchObject({ code: 0, writes: [] })
    const { err, code: gone } = await life.teardown()
    expect([gone, err]).toEqual([0, expect.stringContaining('AWS deletes it with the resource')])
  })

  it('does not keep a plan from being shown to whoever may not look at it', async () => {
    const life = await risen('minimal')
    const { code, out } = await life.plan({
      faults: {
        before: ({ operation }) => {
          if (operation === 'DescribeSubscriptionFilters') throw awsFault('AccessDenied', 'not for you')
        },
      },
    })
    expect(code).toBe(0)
    expect(out).toContain('subscription filters of others are not shown: to read them is not allowed')
  })
})
