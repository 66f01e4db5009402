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
