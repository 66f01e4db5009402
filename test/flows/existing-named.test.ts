import { describe, expect, it } from 'vitest'
import type { Aws } from '../../src/aws/aws.ts'
import { plan } from '../../src/commands/plan.ts'
import type { Ended, Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'

/** examples/minimal with these lines at its top level. */
function minimal(...lines: readonly string[]): Life {
  const life = liveWith('minimal')
  life.edit('services:\n', `${lines.join('\n')}\nservices:\n`)
  return life
}

const arn = 'arn:aws:acm:us-east-1:123456789012:certificate/0123'
const zoneId = 'Z0123456789ABCDEFGHIJ'

/** By the field of the config: a config in which it names what is not there. */
const absent: Readonly<Record<string, () => Life>> = {
  'existing.vpc': () =>
    minimal('existing: { vpc: { id: vpc-01234567, publicSubnets: [subnet-01234567, subnet-01234568] } }'),
  'existing.cluster': () => minimal('existing: { cluster: theirs }'),
  'existing.certificate': () => minimal(`existing: { certificate: '${arn}' }`),
  'existing.zone': () => minimal('domain: { name: shop.example.com }', `existing: { zone: ${zoneId} }`),
  'domain.delegateFrom': () => minimal(`domain: { name: shop.example.com, delegateFrom: ${zoneId} }`),
  'caches.cache.parameterGroup': () =>
    minimal('caches: { cache: { engine: redis, parameterGroup: theirs } }'),
  'databases.database.snapshotIdentifier': () =>
    minimal('databases: { database: { engine: postgres, snapshotIdentifier: theirs } }'),
  'services.web.deployment.alarms': () => {
    const life = liveWith('minimal')
    life.edit('    port: 80\n', '    port: 80\n    deployment: { alarms: [theirs] }\n')
    return life
  },
}

/** Everything that the plan refuses, and that nothing was written. */
function refusal({ error, writes, err }: Ended): string {
  expect(writes).toEqual([])
  expect(error).toMatchObject({ code: 'refused' })
  return err
}

async function making<T>(life: Life, make: (aws: Aws) => Promise<T>): Promise<T> {
  let made: T | undefined
  await life.meanwhile(async aws => void (made = await make(aws)))
  return made!
}

const zoneOf = (life: Life, Name: string) =>
  making(life, async ({ route53 }) => {
    const { HostedZone } = await route53.createHostedZone({ Name, CallerReference: 'console' })
    return HostedZone!.Id!.replace('/hostedzone/', '')
  })

const certificateFor = (life: Life, DomainName: string) =>
  making(life, async ({ acm }) => {
    const { CertificateArn } = await acm.requestCertificate({ DomainName, ValidationMethod: 'DNS' })
    return CertificateArn!
  })

const issue = (life: Life) =>
  life.meanwhile((_aws, world) => {
    for (const row of world.table<{ issued?: boolean }>('acm/certificate').list()) row.issued = true
  })

describe('what the config names and AWS does not have', () => {
  it.each(Object.entries(absent))('is refused before the first write: %s', async (field, make) => {
    const life = make()
    const text = refusal(await life.up())
    expect(text).toMatch(/^Refused existing\/\S+: existing .* is not there$/m)
    expect(text).toMatch(
      new RegExp(
        `^ {2}Next {2}correct ${field} in the config, or check the region: aws .* shows what there is; with --sandbox, provision sandbox create creates it$`,
        'm',
      ),
    )
    expect((await life.plan()).code).toBe(1)
  })

  it('is refused of a live stack, too', async () => {
    const life = liveWith('minimal')
    await life.up()
    life.edit('services:\n', `existing: { certificate: '${arn}' }\nservices:\n`)
    refusal(await life.up())
  })
})

describe('a hosted zone of somebody else', () => {
  it('is refused when the domain is not in it', async () => {
    const life = minimal('domain: { name: shop.example.com }', 'existing: { zone: Z0 }')
    life.edit('Z0', await zoneOf(life, 'example.org'))
    const text = refusal(await life.up())
    expect(text).toContain('is the hosted zone of example.org, and shop.example.com cannot be in it')
    expect(text).toContain('aws route53 list-hosted-zones-by-name --dns-name shop.example.com')
  })

  it.each(['shop.example.com', 'com.example'])('of %s is refused as the one that delegates', async name => {
    const life = minimal('domain: { name: shop.example.com, delegateFrom: Z0 }')
    life.edit('Z0', await zoneOf(life, name))
    expect(refusal(await life.up())).toContain('shop.example.com cannot be delegated from it')
  })
})

describe('a certificate of somebody else', () => {
  it('is refused until it is issued', async () => {
    const life = minimal(`existing: { certificate: '${arn}' }`)
    life.edit(arn, await certificateFor(life, 'shop.example.com'))
    expect(refusal(await life.up())).toContain(
      'is PENDING_VALIDATION, and load balancers take only one that is ISSUED',
    )
  })
})

describe('what is named and is there', () => {
  it('is used, and the next plan is empty', async () => {
    const life = liveWith('minimal')
    life.edit('    port: 80\n', '    port: 80\n    deployment: { alarms: [theirs, all of them] }\n')
    await life.meanwhile(async ({ cloudwatch }) => {
      await cloudwatch.putMetricAlarm({
        AlarmName: 'theirs',
        MetricName: 'm',
        Namespace: 'n',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
      })
      await cloudwatch.putCompositeAlarm({ AlarmName: 'all of them', AlarmRule: 'ALARM(theirs)' })
    })
    const { code, err } = await life.up()
    expect([code, err]).toEqual([0, err])
    expect(await life.planned()).toEqual([])
    await life.teardown()
    expect(life.tables()).toHaveProperty('cloudwatch/alarm')
  })

  it('may be an alarm of the stack itself', async () => {
    const life = liveWith('minimal')
    life.edit('services:\n', 'loadBalancer: { alarms: { errorRate: 5 } }\nservices:\n')
    await life.up()
    const [own] = life.tables()['cloudwatch/alarm'] as { name: string }[]
    life.edit('    port: 80\n', `    port: 80\n    deployment: { alarms: [${own!.name}] }\n`)
    expect(await life.up()).toMatchObject({ code: 0 })
    expect(await life.planned()).toEqual([])
  })

  it('need not be there any more once the database has begun with it', async () => {
    const life = liveWith('apranova')
    await life.up()
    const { out } = await life.type((options, context) => plan({ ...options, json: true }, context))
    const before = JSON.parse(out).resources.length as number
    life.edit('databases:\n  database:\n', 'databases:\n  database:\n    snapshotIdentifier: gone\n')
    expect((await life.plan()).code).toBe(0)
    expect(before).toBeGreaterThan(0)
  })
})

describe('a certificate that is issued, and not for the domain', () => {
  it('is used with a warning', async () => {
    const life = minimal('domain: { name: shop.example.com }', `existing: { certificate: '${arn}' }`)
    life.edit(arn, await certificateFor(life, 'other.example.com'))
    await issue(life)
    const { code, err } = await life.up()
    expect([code, err]).toEqual([
      0,
      expect.stringContaining(
        'it is for other.example.com, and not for shop.example.com: browsers refuse the connection',
      ),
    ])
  })
})
