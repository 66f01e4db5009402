import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { liveWith } from '../support/life.ts'
import type { Life } from '../support/life.ts'

async function living(): Promise<Life> {
  const life = liveWith('ecs-on-ec2')
  const { code, err } = await life.up()
  expect([code, err]).toEqual([0, err])
  return life
}

async function running(): Promise<Life> {
  const life = await living()
  life.push('portal-production/app')
  await life.meanwhile(aws =>
    aws.secretsmanager.putSecretValue({ SecretId: 'portal/production/api-urls', SecretString: '{}' }),
  )
  const { code, err } = await life.up()
  expect([code, err]).toEqual([0, err])
  expect(rows<{ tasks: unknown[] }>(life, 'ecs/service')[0]?.tasks).toHaveLength(2)
  return life
}

interface GroupRow {
  readonly min: number
  readonly max: number
  readonly members: readonly { readonly id: string; readonly protected: boolean }[]
}

interface HostRow {
  readonly id: string
  readonly type: string
  readonly becoming: string
  readonly httpTokens: string
  readonly userData: string
  readonly volume: { readonly encrypted: boolean }
}

const rows = <Row>(life: Life, table: string) => (life.tables()[table] ?? []) as unknown as Row[]
const hostsOf = (life: Life) =>
  rows<HostRow>(life, 'ec2/instance').filter(({ becoming }) => becoming !== 'terminated')
const shown = async (life: Life) =>
  (await life.planned()).map(
    ({ action, address, changes }) =>
      `${action} ${address}${action === 'update' ? `: ${changes.map(({ path }) => path).join(' ')}` : ''}`,
  )

describe('the stack of examples/ecs-on-ec2', () => {
  it('has a record and TLS once a domain is configured, and not before (B3, B12)', async () => {
    const life = await running()
    const ports = () =>
      rows<{ port: number; sslPolicy?: string; actions: { Type: string }[] }>(life, 'elbv2/listener').map(
        ({ port, sslPolicy, actions }) => [port, sslPolicy, actions[0]!.Type],
      )
    expect(ports()).toEqual([[80, undefined, 'forward']])
    life.edit('loadBalancer:\n', 'domain: { name: portal.example.com }\nloadBalancer:\n')
    expect(await shown(life)).toEqual([
      'update security-groups/alb: ingress',
      'create domain/zone',
      'create domain/certificate',
      'create domain/validation',
      'update load-balancer/http: defaultAction',
      'create load-balancer/https',
      'create domain/a',
    ])
    const { code, err, out } = await life.up()
    expect([code, err]).toEqual([0, err])
    expect(out).toMatch(/^url +https:\/\/portal\.example\.com$/m)
    expect(ports()).toEqual([
      [80, undefined, 'redirect'],
      [443, 'ELBSecurityPolicy-TLS13-1-2-2021-06', 'forward'],
    ])
    const records = rows<{ record: { Name: string; Type: string } }>(life, 'route53/record-set')
    expect(records.map(({ record }) => `${record.Type} ${record.Name}`)).toContain('A portal.example.com.')
    expect(await shown(life)).toEqual([])
  })

  it('runs its instances for the cluster, two to ten, with IMDSv2 only and encrypted volumes (B4)', async () => {
    const life = await living()
    const [group] = rows<GroupRow>(life, 'autoscaling/group')
    expect(group).toMatchObject({ min: 2, max: 10, members: [{ protected: true }, { protected: true }] })
    for (const host of hostsOf(life)) {
      expect(host).toMatchObject({ type: 't3.medium', httpTokens: 'required', volume: { encrypted: true } })
      expect(Buffer.from(host.userData, 'base64').toString()).toContain(
        'ECS_CLUSTER=production-portal-cluster\n',
      )
    }
    expect(rows(life, 'ecs/capacity-provider')).toEqual([
      expect.objectContaining({
        group: expect.objectContaining({
          managedScaling: { status: 'ENABLED', targetCapacity: 100 },
          managedTerminationProtection: 'ENABLED',
          managedDraining: 'ENABLED',
        }),
      }),
    ])
  })

  it('has Spot instances above the base, and other sizes in the evening (B5)', async () => {
    const life = await living()
    expect(rows(life, 'autoscaling/group')).toEqual([
      expect.objectContaining({
        mixed: expect.objectContaining({
          InstancesDistribution: expect.objectContaining({
            OnDemandBaseCapacity: 2,
            OnDemandPercentageAboveBaseCapacity: 50,
          }),
        }),
      }),
    ])
    expect(
      rows<{ name: string; min: number; max: number }>(life, 'autoscaling/scheduled-action').map(
        ({ name, min, max }) => [name, min, max],
      ),
    ).toEqual(expect.arrayContaining([['evening', 1, 4]]))
  })

  it('spreads the tasks over zones and instances, each with a network of its own (B6)', async () => {
    const life = await running()
    const [service] = rows<{ networkConfiguration: unknown }>(life, 'ecs/service')
    expect(service).toMatchObject({
      capacityProviderStrategy: [{ capacityProvider: 'production-portal-hosts', weight: 1 }],
      placementStrategy: [
        { type: 'spread', field: 'attribute:ecs.availability-zone' },
        { type: 'spread', field: 'instanceId' },
      ],
      networkConfiguration: { awsvpcConfiguration: { assignPublicIp: 'DISABLED' } },
    })
    const [task] = rows<{ containerDefinitions: object[] }>(life, 'ecs/task-definition')
    expect(task).toMatchObject({
      cpu: '512',
      memory: '1024',
      requiresCompatibilities: ['EC2'],
      containerDefinitions: [
        {
          healthCheck: { command: ['CMD-SHELL', 'curl -fsS http://localhost:3000/api/health'] },
        },
      ],
    })
  })

  it('guards its subnets with ACLs besides the groups (B2)', async () => {
    const life = await living()
    const acls = rows<{ default?: true; entries: unknown[] }>(life, 'ec2/network-acl')
    expect(acls.filter(one => !one.default).map(({ entries }) => entries.length)).toEqual([6, 4])
  })

  it('is left alone by a second up', async () => {
    const life = await running()
    expect((await life.up()).writes).toEqual([])
    expect(await shown(life)).toEqual([])
  })

  it.each([
    ['max: 10\n    #', 'max: 6\n    #', 'update cluster/hosts: maxSize', ['UpdateAutoScalingGroup']],
    [
      "schedule: '0 20 * * *'",
      "schedule: '0 21 * * *'",
      'update cluster/hosts.schedule-evening: recurrence',
      ['PutScheduledUpdateGroupAction'],
    ],
    [
      'min: 2\n    max: 10\n',
      'min: 3\n    max: 10\n',
      'update cluster/hosts: minSize mixedInstances',
      undefined,
    ],
  ])('changes exactly what %j → %j asks for', async (before, after, planned, writes) => {
    const life = await running()
    life.edit(before, after)
    expect(await shown(life)).toEqual([planned])
    const changed = await life.up()
    expect([changed.code, changed.err]).toEqual([0, changed.err])
    if (writes) expect(changed.writes).toEqual(writes)
    expect(await shown(life)).toEqual([])
  })

  it('leaves the bounds that a schedule has set, until the config says others', async () => {
    const life = await running()
    const groupName = 'production-portal-hosts'
    await life.meanwhile(aws =>
      aws.autoscaling.updateAutoScalingGroup({ AutoScalingGroupName: groupName, MinSize: 1, MaxSize: 4 }),
    )
    expect(await shown(life)).toEqual([])
    life.edit('max: 10\n    #', 'max: 12\n    #')
    expect(await shown(life)).toEqual(['update cluster/hosts: maxSize'])
  })

  it('exchanges its instances one after another for another type, in one up (B13)', async () => {
    const life = await running()
    const before = hostsOf(life).map(({ id }) => id)
    life.edit('instanceType: t3.medium', 'instanceType: t3.large')
    expect(await shown(life)).toEqual([
      'update cluster/hosts.template: instanceType',
      'update cluster/hosts: launchTemplateVersion mixedInstances',
    ])
    const changed = await life.up()
    expect([changed.code, changed.err]).toEqual([0, changed.err])
    expect(changed.writes).toEqual([
      'CreateLaunchTemplateVersion',
      'ModifyLaunchTemplate',
      'UpdateAutoScalingGroup',
      'StartInstanceRefresh',
    ])
    await life.up()
    const after = hostsOf(life)
    expect(after.map(({ type }) => type)).toEqual(['t3.large', 't3.large'])
    expect(after.some(({ id }) => before.includes(id))).toBe(false)
    expect(await shown(life)).toEqual([])
  })

  it('exchanges its instances in the next up when the first was cut off before it began to', async () => {
    const life = await running()
    life.edit('instanceType: t3.medium', 'instanceType: t3.large')
    const cut = await life.up({
      faults: {
        before: ({ operation }) => {
          if (operation === 'StartInstanceRefresh')
            throw Object.assign(new Error('cut'), { name: 'AccessDenied' })
        },
      },
    })
    expect(cut.code).toBe(1)
    expect(await shown(life)).toEqual(['update cluster/hosts: launchTemplateVersion'])
    expect(await life.up()).toMatchObject({
      code: 0,
      writes: ['UpdateAutoScalingGroup', 'StartInstanceRefresh'],
    })
    expect(await shown(life)).toEqual([])
    expect(hostsOf(life).map(({ type }) => type)).toEqual(['t3.large', 't3.large'])
  })

  it('moves a service from Fargate to instances without a new service', async () => {
    const life = liveWith('ecs-on-ec2')
    const yaml = readFileSync(new URL('../../examples/ecs-on-ec2/provision.yaml', import.meta.url), 'utf8')
    life.edit(yaml.slice(yaml.indexOf('cluster:\n'), yaml.indexOf('services:\n')), '')
    life.edit('    capacity: ec2\n', '')
    expect(await life.up()).toMatchObject({ code: 0 })
    life.push('portal-production/app')
    expect(await life.up()).toMatchObject({ code: 0 })
    life.edit('services:\n  app:\n', 'cluster:\n  capacity: {}\nservices:\n  app:\n    capacity: ec2\n')
    const planned = await shown(life)
    expect(planned).toContain(
      'update services/app: taskDefinitionArn capacityProviderStrategy placementStrategy',
    )
    const moved = await life.up()
    expect([moved.code, moved.err]).toEqual([0, moved.err])
    expect(moved.writes).not.toContain('CreateService')
    expect(await shown(life)).toEqual([])
  })

  it('is found again when the ledger is lost, and nothing is made twice', async () => {
    const life = await running()
    life.loseLedger()
    const { code, writes } = await life.up()
    expect([code, writes.filter(name => /^(Create|Run|Allocate|Register|Put)/.test(name))]).toEqual([0, []])
    expect(await shown(life)).toEqual([])
  })

  it('leaves nothing when torn down with its data, and nothing refuses on the way', async () => {
    const life = await running()
    const { code, err, writes } = await life.teardown({ deleteData: ['all'] })
    expect([code, err]).toEqual([0, err])
    expect((await life.ledger())!.entries.size).toBe(0)
    const order = [
      'DeleteService',
      'PutClusterCapacityProviders',
      'DeleteCapacityProvider',
      'DeleteAutoScalingGroup',
      'DeleteCluster',
    ]
    expect(writes.filter((name, index) => order.includes(name) && writes.indexOf(name) === index)).toEqual(
      order,
    )
    for (const table of [
      'ec2/vpc',
      'ec2/interface',
      'autoscaling/group',
      'ecs/capacity-provider',
      'tagging/resource',
    ])
      expect(life.tables()[table] ?? [], table).toEqual([])
  })
})
