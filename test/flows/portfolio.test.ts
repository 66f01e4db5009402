import { describe, expect, it } from 'vitest'
import { awsFault } from '../../src/sandbox/fault.ts'
import type { Faults } from '../../src/sandbox/world.ts'
import type { Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'

async function living(environment = 'dev'): Promise<Life> {
  const life = liveWith('portfolio', environment)
  const { code, err } = await life.up()
  expect([code, err]).toEqual([0, err])
  return life
}

async function running(environment = 'dev'): Promise<Life> {
  const life = await living(environment)
  life.push(`portfolio-${environment}-backend`)
  life.push(`portfolio-${environment}-frontend`)
  expect(await life.up()).toMatchObject({ code: 0 })
  return life
}

const actions = async (life: Life) =>
  (await life.planned()).map(({ address, action }) => `${action} ${address}`).toSorted()

/** Nobody has told the registrar: what ACM looks for cannot be found for hours. */
const undelegated: Faults = {
  duration: (name, typical) => (name === 'certificate issue' ? 100_000 : typical),
}

describe('the stack of examples/portfolio', { timeout: 30_000 }, () => {
  it('is served over HTTPS at its domain', async () => {
    const life = await living()
    const { out } = await life.up()
    expect(out).toMatch(/^url +https:\/\/dev\.therpiproject\.com$/m)
    expect(out).toMatch(/^zone\.nameServers +ns-/m)
    const listeners = life.tables()['elbv2/listener'] as {
      port: number
      sslPolicy?: string
      actions: object[]
    }[]
    expect(listeners.find(({ port }) => port === 443)?.sslPolicy).toBe('ELBSecurityPolicy-TLS13-1-2-2021-06')
    expect(listeners.find(({ port }) => port === 80)?.actions).toMatchObject([
      { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } },
    ])
  })

  it('is left alone by a second up', async () => {
    const life = await running()
    const { code, writes, err } = await life.up()
    expect([code, writes, err]).toEqual([0, [], expect.stringContaining('No changes')])
  })

  it.each([
    ['aliases: [www]', 'aliases: [www, blog]', ['create domain/alias.blog']],
    [
      'tlsPolicy: ELBSecurityPolicy-TLS13-1-2-2021-06',
      'tlsPolicy: ELBSecurityPolicy-TLS13-1-3-2021-06',
      ['update load-balancer/https'],
    ],
    [
      '  frontend:\n    lifecycle: { keepTagged: { prefix: v, count: 10 }, expireUntaggedDays: 7 }\n',
      '  frontend: {}\n',
      ['update registry/frontend'],
    ],
    [
      'repositories:\n',
      'buckets:\n  media: { cdn: { alias: static } }\nrepositories:\n',
      [
        'create cdn/media',
        'create cdn/media.access',
        'create cdn/media.bucket-policy',
        'create data/media',
        'create domain/cdn.media-a',
        'create domain/cdn.media-aaaa',
      ],
    ],
    [
      'loadBalancer:\n',
      'loadBalancer:\n  waf: { rateLimit: 2000 }\n',
      ['create load-balancer/web-acl', 'create load-balancer/web-acl.association'],
    ],
  ])('changes exactly what %s → %s asks for', async (before, after, expected) => {
    const life = await running()
    life.edit(before, after)
    expect(await actions(life)).toEqual(expected)
    expect(await life.up()).toMatchObject({ code: 0 })
    expect(await actions(life)).toEqual([])
  })

  it('has no lifecycle policy any more once the config names none, also after a crash on the way', async () => {
    const life = await running()
    life.edit(
      '    lifecycle: { keepTagged: { prefix: v, count: 10 }, expireUntaggedDays: 7 }\n',
      '    scanOnPush: true\n',
    )
    const { out } = await life.plan()
    expect(out).toMatch(/lifecyclePolicy: .*-> \(not set\)/)
    const broken = await life.up({
      faults: {
        before: ({ operation }) => {
          if (operation === 'DeleteLifecyclePolicy') throw awsFault('ValidationException', 'no')
        },
      },
    })
    expect(broken.code).toBe(1)
    expect(await life.up()).toMatchObject({ code: 0, writes: ['DeleteLifecyclePolicy'] })
    const rows = life.tables()['ecr/repository'] as { name: string; lifecyclePolicy?: string }[]
    expect(rows.filter(({ lifecyclePolicy }) => lifecyclePolicy !== undefined)).toHaveLength(1)
    expect(await actions(life)).toEqual([])
  })

  it('moves to a new certificate before it lets the old one go', async () => {
    const life = await running()
    life.edit(
      'aliases: [www]',
      "aliases: [www]\n  certificate: { names: ['dev.therpiproject.com', 'www.dev.therpiproject.com'] }",
    )
    expect(await actions(life)).toEqual([
      'replace domain/certificate',
      'replace domain/validation',
      'update load-balancer/https',
    ])
    const { code, err } = await life.up()
    expect([code, err]).toEqual([0, err])
    expect(life.tables()['acm/certificate']).toHaveLength(1)
    expect(await actions(life)).toEqual([])
  })

  it('says what the registrar has to know, may be interrupted while it waits, and goes on', async () => {
    const life = liveWith('portfolio', 'dev')
    const stop = new AbortController()
    let looks = 0
    const stopped = await life.up({
      stop: stop.signal,
      faults: {
        ...undelegated,
        before: ({ operation }) => {
          if (operation === 'DescribeCertificate' && ++looks === 10) stop.abort()
        },
      },
    })
    expect(stopped.code).toBe(130)
    expect(stopped.err).toMatch(/dev\.therpiproject\.com is delegated to ns-\d+\.awsdns/)
    const again = await life.up()
    expect([again.code, again.err]).toEqual([0, again.err])
    expect(life.tables()['acm/certificate']).toHaveLength(1)
    expect(life.tables()['route53/hosted-zone']).toHaveLength(1)
  })

  it('refuses a hosted zone of the same name that is not its own, and says how to use it', async () => {
    const life = liveWith('portfolio', 'dev')
    await life.meanwhile(aws =>
      aws.route53.createHostedZone({ Name: 'dev.therpiproject.com', CallerReference: 'console' }),
    )
    const { error, writes } = await life.up()
    expect(error).toMatchObject({ code: 'refused', hint: expect.stringContaining('existing: { zone: Z') })
    expect(writes).toEqual([])
  })

  it('is found again when the ledger is lost, and nothing is made twice', async () => {
    const life = await running()
    life.loseLedger()
    const { code, writes } = await life.up()
    expect(code).toBe(0)
    expect(writes.filter(name => /^(Create|Run|Allocate|Register|Request)/.test(name))).toEqual([])
    expect(await actions(life)).toEqual([])
  })

  it('keeps the zone when somebody else has put a record into it', async () => {
    const life = await running()
    const { zoneId } = (life.tables()['route53/record-set'] as { zoneId: string }[])[0]!
    await life.meanwhile(aws =>
      aws.route53.changeResourceRecordSets({
        HostedZoneId: zoneId,
        ChangeBatch: {
          Changes: [
            {
              Action: 'CREATE',
              ResourceRecordSet: {
                Name: 'mail.dev.therpiproject.com',
                Type: 'A',
                TTL: 60,
                ResourceRecords: [{ Value: '192.0.2.1' }],
              },
            },
          ],
        },
      }),
    )
    const { err } = await life.teardown({ deleteData: ['data/database'] })
    expect(err).toContain(
      'domain/zone: kept hosted zone (it still holds records that this stack did not make; to delete it',
    )
    expect(life.tables()['acm/certificate']).toBeUndefined()
    expect(
      (life.tables()['route53/record-set'] as { record: { Name: string } }[]).map(
        ({ record }) => record.Name,
      ),
    ).toEqual(['dev', 'dev', 'mail.dev'].map(name => `${name}.therpiproject.com.`))
  })

  it('lives in two environments side by side, and takes down one without the other', async () => {
    const dev = await running('dev')
    dev.edit('loadBalancer:\n', 'loadBalancer:\n  waf: true\n')
    dev.edit('repositories:\n', 'buckets:\n  media: { cdn: { alias: static } }\nrepositories:\n')
    expect(await dev.up()).toMatchObject({ code: 0 })
    const prod = dev.beside('prod')
    const second = await prod.up()
    expect([second.code, second.err]).toEqual([0, second.err])
    expect(await actions(dev)).toEqual([])
    const { code, err } = await dev.teardown({ deleteData: ['all'] })
    expect([code, err]).toEqual([0, err])
    expect((await dev.ledger())!.entries.size).toBe(0)
    expect(await actions(prod)).toEqual([])
    expect(await prod.teardown({ deleteData: ['all'] })).toMatchObject({ code: 0 })
    for (const table of [
      'ec2/vpc',
      'route53/hosted-zone',
      'route53/record-set',
      'acm/certificate',
      'iam/role',
    ])
      expect(
        (prod.tables()[table] ?? []).filter(row => !JSON.stringify(row).includes('/aws-service-role/')),
        table,
      ).toEqual([])
  })
})
