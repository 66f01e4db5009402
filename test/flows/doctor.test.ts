import { describe, expect, it } from 'vitest'
import { doctor } from '../../src/commands/doctor.ts'
import type { Finding } from '../../src/doctor/finding.ts'
import { pushImage } from '../../src/sandbox/ecr.ts'
import { awsFault } from '../../src/sandbox/fault.ts'
import type { CommandWish, Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'

const examined = async (life: Life, wish?: CommandWish) => {
  const ended = await life.run((options, context) => doctor({ ...options, json: true }, context), wish)
  const { findings } = JSON.parse(ended.out) as { findings: Finding[] }
  return { ...ended, of: (check: string) => findings.filter(one => one.check === check), findings }
}

const makeVpcs = (life: Life, ...blocks: string[]) =>
  life.meanwhile(async ({ ec2 }) => {
    for (const CidrBlock of blocks) await ec2.createVpc({ CidrBlock })
  })

describe('doctor', () => {
  it('finds nothing in the way of a first up in an empty account, and changes nothing', async () => {
    const life = liveWith('minimal')
    const ended = await life.run((options, context) => doctor(options, context))
    expect(ended.out).toMatch(/^ok {4}identity .* account 123456789012 in us-east-1/)
    expect(ended.out).toContain('23 to create')
    expect(ended.out).toContain('seen only when a task starts: nginx:1.27')
    expect(ended.out).toMatch(/\d+ ok, 0 warn, 0 fail\. Nothing was changed\.\n$/)
    expect([ended.code, ended.writes, life.tables()]).toEqual([0, [], {}])
    expect((await life.up()).code).toBe(0)
    expect((await examined(life)).of('names')[0]?.message).toBe('AWS matches the configuration')
  })

  it('foresees the quota that up would meet', async () => {
    const life = liveWith('minimal')
    await makeVpcs(life, ...[1, 2, 3, 4, 5].map(number => `10.${number}.0.0/16`))
    const { code, of } = await examined(life)
    expect(of('quotas').filter(({ level }) => level === 'fail')).toEqual([
      {
        level: 'fail',
        check: 'quotas',
        message: 'VPCs: 1 more beside 5, 5 allowed',
        hint: expect.stringContaining('--quota-code L-F678F1CE --desired-value 6') as string,
      },
    ])
    expect(code).toBe(1)
    expect((await life.up()).err).toContain('VpcLimitExceeded')
  })

  it('goes by what AWS gives a new account where the quota may not be asked for', async () => {
    const { code, of } = await examined(liveWith('minimal'), {
      faults: {
        before: ({ operation }) => {
          if (operation === 'GetServiceQuota') throw awsFault('AccessDeniedException', 'not authorized')
        },
      },
    })
    expect(of('quotas')[0]?.message).toContain('5 allowed unless raised')
    expect(code).toBe(0)
  })

  it('warns of what it may not look at, and looks at the rest', async () => {
    const { code, of } = await examined(liveWith('minimal'), {
      faults: {
        before: ({ operation }) => {
          if (operation === 'DescribeVpcPeeringConnections')
            throw awsFault('UnauthorizedOperation', 'You are not authorized to perform this operation.')
        },
      },
    })
    expect(of('addresses')).toMatchObject([
      { level: 'warn', message: expect.stringContaining('ec2:DescribeVpcPeeringConnections') as string },
    ])
    expect([code, of('quotas').length > 2]).toEqual([0, true])
  })

  it('warns of addresses that another VPC has', async () => {
    const life = liveWith('minimal')
    await makeVpcs(life, '10.0.0.0/20', '10.1.0.0/16')
    const { code, of } = await examined(life)
    expect(of('addresses')).toMatchObject([{ level: 'warn' }])
    expect(of('addresses')[0]?.message).toMatch(/^10\.0\.0\.0\/16 overlaps vpc-\w+ with 10\.0\.0\.0\/20:/)
    expect(code).toBe(0)
  })

  it('fails where a name is somebody else’s', async () => {
    const life = liveWith('minimal')
    await life.meanwhile(({ logs }) => logs.createLogGroup({ logGroupName: '/ecs/hello-dev/web' }))
    const { code, of } = await examined(life)
    expect(of('names')).toMatchObject([
      { level: 'fail', message: expect.stringContaining('does not belong to this stack') as string },
    ])
    expect(code).toBe(1)
  })

  it('asks for the push that a service waits for, and fails on an image for another CPU', async () => {
    const life = liveWith('apranova')
    const before = await examined(life)
    expect(before.of('images').map(({ level }) => level)).toEqual(['warn', 'warn'])
    expect((await life.up()).code).toBe(0)
    await life.meanwhile((_aws, world) => {
      pushImage(world, 'apranova/backend', 'latest')
      pushImage(world, 'apranova/frontend', 'latest', 'arm64')
    })
    const { code, of } = await examined(life)
    expect(of('images').map(({ level, message }) => [level, message])).toEqual([
      ['ok', expect.stringContaining('built for amd64')],
      ['fail', expect.stringContaining('is built for arm64, and the service runs on x86_64')],
    ])
    expect(code).toBe(1)
  })

  it('fails on a zone and a certificate of somebody else that are not there', async () => {
    const life = liveWith('minimal')
    const certificate = 'arn:aws:acm:us-east-1:123456789012:certificate/0123'
    life.edit(
      'stack: ',
      `domain: { name: shop.example.com, certificate: false }\nexisting: ${JSON.stringify({ zone: 'Z0123456789ABC', certificate })}\nstack: `,
    )
    const { code, of } = await examined(life)
    expect(of('domain').map(({ message }) => message)).toEqual([
      'there is no hosted zone Z0123456789ABC',
      `there is no certificate ${certificate}`,
    ])
    expect(code).toBe(1)
  })

  it('tells of the registrar that has to know a new zone', async () => {
    const life = liveWith('minimal')
    life.edit('stack: ', 'domain: { name: shop.example.com }\nstack: ')
    const { of } = await examined(life)
    expect(of('domain')).toMatchObject([
      { level: 'warn', message: expect.stringContaining('registrar') as string },
    ])
  })

  it('ends at credentials of another account', async () => {
    const life = liveWith('minimal')
    life.edit('stack: ', "account: '999999999999'\nstack: ")
    const { code, findings } = await examined(life)
    expect(findings).toMatchObject([{ level: 'fail', check: 'identity' }])
    expect(code).toBe(1)
  })
})

describe('doctor, of what AWS lets an account have', () => {
  const quotaFails = async (life: Life) =>
    (await examined(life)).of('quotas').filter(({ level }) => level !== 'ok')

  it('counts the vCPUs that run already, and warns of what a group may grow to', async () => {
    const life = liveWith('ecs-on-ec2')
    // Two of two vCPUs, of ten at most: the base of two on demand, and half of the other eight.
    expect(await quotaFails(life)).toMatchObject([
      {
        level: 'warn',
        message:
          'EC2 vCPUs on demand (standard families): 4 more beside 0, 5 allowed; 12 once its groups have grown as far as they may',
      },
      {
        level: 'warn',
        message:
          'EC2 vCPUs of Spot (standard families): 0 more beside 0, 5 allowed; 8 once its groups have grown as far as they may',
      },
    ])
    await life.meanwhile(async ({ ec2 }) => {
      const { Vpc } = await ec2.createVpc({ CidrBlock: '172.30.0.0/16' })
      const { Subnet } = await ec2.createSubnet({ VpcId: Vpc!.VpcId, CidrBlock: '172.30.1.0/24' })
      const { Images = [] } = await ec2.describeImages({ Owners: ['amazon'] })
      for (const _ of [1, 2])
        await ec2.runInstances({
          ImageId: Images[0]?.ImageId ?? 'ami-0abcdef0123456789',
          InstanceType: 't3.medium',
          MinCount: 1,
          MaxCount: 1,
          NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: Subnet!.SubnetId }],
        })
    })
    expect(await quotaFails(life)).toMatchObject([
      {
        level: 'fail',
        message: 'EC2 vCPUs on demand (standard families): 4 more beside 4, 5 allowed',
        hint: expect.stringContaining('--quota-code L-1216C47A --desired-value 16') as string,
      },
      { level: 'warn' },
    ])
  })

  it('finds the zone that has no room for another NAT gateway', async () => {
    const life = liveWith('apranova')
    await life.meanwhile(async ({ ec2 }) => {
      const { Vpc } = await ec2.createVpc({ CidrBlock: '172.30.0.0/16' })
      const { Subnet } = await ec2.createSubnet({
        VpcId: Vpc!.VpcId,
        CidrBlock: '172.30.1.0/24',
        AvailabilityZone: 'us-east-1a',
      })
      for (const _ of [1, 2, 3, 4, 5])
        await ec2.createNatGateway({ SubnetId: Subnet!.SubnetId, ConnectivityType: 'private' })
    })
    expect(await quotaFails(life)).toMatchObject([
      {
        level: 'fail',
        message: 'NAT gateways in us-east-1a: 1 more beside 5, 5 allowed',
        hint: expect.stringContaining('--quota-code L-FE5A380F --desired-value 6') as string,
      },
    ])
  })

  it('counts target groups and the rules of the load balancer', async () => {
    const { of } = await examined(liveWith('apranova'))
    expect(of('quotas').map(({ message }) => message)).toContain(
      'target groups: 2 more beside 0, 3000 allowed',
    )
    expect(of('rules').map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^the stack puts \d rules? on the load balancer, 100 allowed$/),
    )
  })
})

describe('doctor, of what one may do', () => {
  const deciding = (decide: (action: string) => object): CommandWish => ({
    faults: {
      after: ({ operation }, output) => {
        if (operation !== 'SimulatePrincipalPolicy') return
        const { EvaluationResults } = output as { EvaluationResults: { EvalActionName: string }[] }
        for (const result of EvaluationResults) Object.assign(result, decide(result.EvalActionName))
      },
    },
  })

  it('asks IAM for everything that up calls, and changes nothing', async () => {
    const { of, writes } = await examined(liveWith('minimal'))
    expect(of('permissions')).toEqual([
      {
        level: 'ok',
        check: 'permissions',
        message: expect.stringMatching(/^user\/rehearsal may make all \d\d+ kinds of calls/) as string,
      },
    ])
    expect(writes).toEqual([])
  })

  it('fails on what is not allowed, by name', async () => {
    const { code, of } = await examined(
      liveWith('minimal'),
      deciding(action => (action.startsWith('ecs:Create') ? { EvalDecision: 'implicitDeny' } : {})),
    )
    expect(of('permissions')).toMatchObject([
      {
        level: 'fail',
        message: 'user/rehearsal may not ecs:CreateCluster, ecs:CreateService',
        hint: expect.stringContaining('provision policy up') as string,
      },
    ])
    expect(code).toBe(1)
  })

  it('takes one resource that is allowed for enough, and warns where a condition cannot be tried', async () => {
    const one = await examined(
      liveWith('minimal'),
      deciding(() => ({
        EvalDecision: 'implicitDeny',
        ResourceSpecificResults: [
          { EvalResourceDecision: 'implicitDeny' },
          { EvalResourceDecision: 'allowed' },
        ],
      })),
    )
    expect(one.of('permissions')).toMatchObject([{ level: 'ok' }])
    const unsure = await examined(
      liveWith('minimal'),
      deciding(action =>
        action === 'ecs:CreateService'
          ? { EvalDecision: 'implicitDeny', MissingContextValues: ['aws:MultiFactorAuthPresent'] }
          : {},
      ),
    )
    expect([unsure.code, unsure.of('permissions')]).toMatchObject([
      0,
      [{ level: 'warn', message: expect.stringContaining('ecs:CreateService only on conditions') as string }],
    ])
  })

  it.each([
    ['arn:aws:iam::123456789012:root', 'ok', 'the root user'],
    ['arn:aws:sts::123456789012:federated-user/ada', 'warn', 'IAM cannot tell'],
    // A role that nobody has made is not found: then nothing is known.
    ['arn:aws:sts::123456789012:assumed-role/deploy/ci', 'warn', 'could not be looked at'],
  ])('of %s says %s', async (Arn, level, words) => {
    const { of } = await examined(liveWith('minimal'), {
      faults: {
        after: ({ operation }, output) =>
          void (operation === 'GetCallerIdentity' && Object.assign(output as object, { Arn })),
      },
    })
    expect(of('permissions')).toMatchObject([{ level, message: expect.stringContaining(words) as string }])
  })

  it('warns where the simulator may not be asked', async () => {
    const { code, of } = await examined(liveWith('minimal'), {
      faults: {
        before: ({ operation }) => {
          if (operation === 'SimulatePrincipalPolicy') throw awsFault('AccessDenied', 'not authorized')
        },
      },
    })
    expect(of('permissions')).toMatchObject([
      { level: 'warn', message: expect.stringContaining('iam:SimulatePrincipalPolicy') as string },
    ])
    expect(code).toBe(0)
  })
})
