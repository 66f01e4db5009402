import { describe, expect, it } from 'vitest'
import { drift } from '../../src/commands/drift.ts'
import type { DriftOptions } from '../../src/commands/drift.ts'
import { alarms } from '../../src/sandbox/cloudwatch/alarm.ts'
import type { CommandWish, Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'

const drifting = (life: Life, more: Partial<DriftOptions> = {}, wish?: CommandWish) =>
  life.run((options, context) => drift({ ...options, detailedExitcode: true, ...more }, context), wish)
const repairing = (life: Life, ...addresses: string[]) =>
  drifting(life, { repair: true, yes: true, addresses })
const accepting = (life: Life, ...addresses: string[]) =>
  drifting(life, { accept: true, yes: true, addresses })

async function risen(example = 'minimal'): Promise<Life> {
  const life = liveWith(example)
  life.edit('stack: ', 'tags: { team: shop }\nstack: ')
  const { code, err } = await life.up()
  expect([code, err]).toEqual([0, err])
  return life
}

const tinker = {
  /** Somebody lets himself in. */
  rule: (life: Life) =>
    life.meanwhile(async ({ ec2 }) => {
      const { SecurityGroups = [] } = await ec2.describeSecurityGroups({})
      const { GroupId } = SecurityGroups.find(({ GroupName }) => GroupName?.includes('alb'))!
      const IpPermissions = [
        { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '198.51.100.7/32' }] },
      ]
      await ec2.authorizeSecurityGroupIngress({ GroupId, IpPermissions })
    }),
  count: async (life: Life, desiredCount: number) => {
    const { attributes } = await entryOf(life, 'ecs/service')
    await life.meanwhile(({ ecs }) =>
      ecs.updateService({
        cluster: String(attributes['clusterArn']),
        service: String(attributes['serviceName']),
        desiredCount,
      }),
    )
  },
  tag: (life: Life) =>
    life.meanwhile(async ({ ec2 }) => {
      const { Vpcs = [] } = await ec2.describeVpcs({})
      await ec2.deleteTags({ Resources: [Vpcs[0]!.VpcId!], Tags: [{ Key: 'team' }] })
    }),
  threshold: (life: Life, Threshold: number) =>
    life.meanwhile((_aws, world) => {
      const table = alarms(world)
      const cpu = table.list().find(({ settings }) => settings.MetricName === 'CPUUtilization')!
      table.set(cpu.name, { ...cpu, settings: { ...cpu.settings, Threshold } })
    }),
  /** Its listeners and rules go with it. */
  loadBalancer: (life: Life) =>
    life.meanwhile(async ({ elbv2 }) => {
      const { LoadBalancers = [] } = await elbv2.describeLoadBalancers({})
      await elbv2.deleteLoadBalancer({ LoadBalancerArn: LoadBalancers[0]!.LoadBalancerArn })
    }),
  alarm: (life: Life) =>
    life.meanwhile(async ({ cloudwatch }) => {
      const { MetricAlarms = [] } = await cloudwatch.describeAlarms({})
      await cloudwatch.deleteAlarms({ AlarmNames: [MetricAlarms[0]!.AlarmName!] })
    }),
}

async function entryOf(life: Life, type: string) {
  const content = await life.ledger()
  const entry = [...(content?.entries.values() ?? [])].find(one => one.type === type)
  if (entry?.status !== 'ready') throw new Error(`the ledger has no ${type}`)
  return entry
}

function emptied(answer: unknown): void {
  for (const key of Object.keys(answer as object)) Reflect.deleteProperty(answer as object, key)
}

async function all(life: Life): Promise<void> {
  await tinker.rule(life)
  await tinker.count(life, 3)
  await tinker.tag(life)
  await tinker.threshold(life, 95)
}

describe('drift', () => {
  it.each([
    ['ecs-on-ec2', undefined],
    ['portfolio', 'prod'],
  ])('is nothing after the first up of %s', async (example, environment) => {
    const life = liveWith(example, environment)
    await life.up()
    expect(await drifting(life)).toMatchObject({ code: 0, error: undefined })
  })
})

describe('drift --repair', () => {
  it('takes back what was done by hand, in four calls', async () => {
    const life = await risen()
    await all(life)
    const { code, err, writes } = await repairing(life)
    expect(err).toContain('desiredCount: 3 -> 1  # changed in AWS since the last run')
    expect(writes.toSorted()).toEqual([
      'CreateTags',
      'PutMetricAlarm',
      'RevokeSecurityGroupIngress',
      'UpdateService',
    ])
    // There was drift, and it has been dealt with.
    expect(code).toBe(2)
    expect((await drifting(life)).code).toBe(0)
    expect(await life.planned()).toEqual([])
    expect((await repairing(life)).err).toContain('No drift to repair in hello/dev.')
  })

  it('leaves what the config has changed to the next up, even where AWS was changed as well', async () => {
    const life = await risen()
    await all(life)
    life.edit('paths: [/*]', 'paths: [/*]\n    desiredCount: 5\n    cpu: 512\n    memory: 1024')
    expect((await drifting(life)).out).toContain('desiredCount: 1 -> 3')
    await repairing(life)
    expect((await entryOf(life, 'ecs/service')).props['desiredCount']).toBe(1)
    const planned = await life.planned()
    expect(planned.map(({ address }) => address).toSorted()).toEqual(['services/web', 'services/web.task'])
    expect((await drifting(life)).code).toBe(0)
  })

  it('makes what is gone anew, with what it stands on', async () => {
    const life = await risen()
    await tinker.loadBalancer(life)
    // The listener is asked for, and stands on the load balancer.
    const { err, writes } = await repairing(life, 'load-balancer/http')
    expect(err).toContain('Plan: 2 to create, 0 to update, 0 to replace, 0 to delete.')
    expect(err).toContain('loadBalancerArn: (known after load-balancer/alb)')
    expect(writes.filter(one => one.startsWith('Create') && one !== 'CreateTags')).toEqual([
      'CreateLoadBalancer',
      'CreateListener',
    ])
    expect((await drifting(life)).code).toBe(0)
    expect(await life.planned()).toEqual([])
  })

  it('puts back only what is named', async () => {
    const life = await risen()
    await all(life)
    expect((await repairing(life, 'network/vpc')).writes).toEqual(['CreateTags'])
    const { out } = await drifting(life)
    expect(out).toContain('Drift: 3 changed')
    expect(out).not.toContain('network/vpc')
    expect((await repairing(life, 'network/vcp')).error).toMatchObject({
      code: 'usage',
      message: 'the ledger has nothing at network/vcp',
      hint: expect.stringContaining('network/vpc') as string,
    })
  })

  it('asks first, and tells programs each step', async () => {
    const life = await risen()
    await tinker.tag(life)
    const unasked = await drifting(life, { repair: true })
    expect([unasked.error?.code, unasked.writes]).toEqual(['usage', []])
    const { out } = await drifting(life, { repair: true, yes: true, json: true })
    const events = out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as { type: string; command?: string })
    expect(events[0]).toMatchObject({ type: 'run.started', command: 'repair' })
    expect(events.at(-1)).toMatchObject({ type: 'run.finished', outcome: 'done' })
  })

  it('does nothing where AWS shows too little to be believed', async () => {
    const life = await risen()
    await tinker.tag(life)
    const { error, writes } = await drifting(
      life,
      { repair: true, yes: true },
      {
        faults: {
          after: ({ operation }, answer) => {
            if (operation.startsWith('Describe')) emptied(answer)
          },
        },
      },
    )
    expect([error?.code, writes]).toEqual(['refused', []])
  })
})

describe('drift --accept', () => {
  it('remembers what AWS has, changes nothing there, and says what the config has to say', async () => {
    const life = await risen()
    await all(life)
    const { code, err, writes } = await accepting(life)
    expect([code, writes]).toEqual([2, []])
    expect(err).toContain(`Write this in the config, or the next provision up takes it back:
  services.web.desiredCount: 3
  services.web.alarms.cpu: 95
`)
    // The tag is every resource's, and the rule follows from several values.
    expect(err).toContain(`No one value of the config says this, and the next provision up takes it back:
  network/vpc  tags.team
  security-groups/alb  ingress
`)
    expect((await drifting(life)).out).toContain('No drift.')

    life.edit('paths: [/*]', 'paths: [/*]\n    desiredCount: 3\n    alarms: { cpu: 95 }')
    const planned = await life.planned()
    expect(planned.map(({ address, changes }) => [address, changes.map(({ path }) => path)])).toEqual([
      ['network/vpc', ['tags.team']],
      ['security-groups/alb', ['ingress']],
      // Its words name the threshold.
      ['observability/web.cpu-alarm', ['description']],
    ])
  })

  it('forgets what is gone, until the next up', async () => {
    const life = await risen()
    await tinker.alarm(life)
    const { err } = await accepting(life)
    expect(err).toMatch(/Take these out of the config, or .*anew:\n {2}observability\/web\.\w+-alarm\n/)
    expect((await drifting(life)).code).toBe(0)
    expect(await life.planned()).toMatchObject([{ action: 'create' }])
  })

  it('takes over only what is named, and tells programs what to write', async () => {
    const life = await risen()
    await all(life)
    const { out } = await drifting(life, { accept: true, yes: true, json: true, addresses: ['services/web'] })
    expect(JSON.parse(out)).toMatchObject({
      accepted: ['services/web'],
      left: [],
      config: [
        {
          address: 'services/web',
          path: 'desiredCount',
          actual: 3,
          write: { path: 'services.web.desiredCount', value: 3 },
        },
      ],
    })
    expect((await drifting(life)).out).toContain('Drift: 3 changed')
  })

  it('is not needed for what the config says by now', async () => {
    const life = await risen()
    await tinker.count(life, 3)
    life.edit('paths: [/*]', 'paths: [/*]\n    desiredCount: 3')
    expect((await drifting(life)).code).toBe(0)
    expect(await life.planned()).toEqual([])
  })

  it('changes nothing without a yes', async () => {
    const life = await risen()
    await tinker.count(life, 3)
    const { error } = await drifting(life, { accept: true })
    expect(error?.code).toBe('usage')
    expect((await drifting(life)).code).toBe(2)
  })
})
