import type { Action, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2'
import { describe, expect, it } from 'vitest'
import { addressTag } from '../../src/aws/tags.ts'
import { drift } from '../../src/commands/drift.ts'
import type { ReleaseTools } from '../../src/commands/release-session.ts'
import { rolloutHistory, rolloutStatus } from '../../src/commands/rollout-status.ts'
import type { ProgramRun } from '../../src/effects/programs.ts'
import type { Entry } from '../../src/state/entry.ts'
import type { Ended, Life, TypedOptions } from '../support/life.ts'
import { liveIn } from '../support/life.ts'
import { tools, typeRollout, weights } from '../support/rollouts.ts'
import { frontDoor } from '../support/theirs.ts'

const httpd = 'public.ecr.aws/docker/library/httpd'
const worldPath = '/work/.provision/sandbox/aws.json'

/** One service with this `deployment`, and what stands beside `services` in the config. */
const stackWith = (deployment: string, more = '') => `
stack: shop
environment: dev
region: us-east-1
${more}
services:
  web:
    image: ${httpd}:2.4
    port: 80
    paths: [/*]
    desiredCount: 2
    deployment: ${deployment}
`

interface RuleRow {
  readonly arn: string
  readonly listenerArn: string
  readonly priority: number
  readonly conditions: readonly RuleCondition[]
  readonly actions: readonly Action[]
}

const rules = (life: Life) => (life.tables()['elbv2/rule'] ?? []) as readonly RuleRow[]

const headerIn = ({ conditions }: RuleRow) =>
  conditions.find(({ Field }) => Field === 'http-header')?.HttpHeaderConfig

/** The rules that ask for a header. */
const testRules = (life: Life) => rules(life).filter(rule => headerIn(rule) !== undefined)

/** The one value that AWS has been given. */
function secretIn(life: Life): string {
  const values = testRules(life).flatMap(rule => headerIn(rule)?.Values ?? [])
  expect(values).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/)])
  return values[0]!
}

async function standing(yaml: string): Promise<Life> {
  const life = liveIn(yaml)
  await done(life)
  return life
}

async function done(life: Life): Promise<Ended> {
  const ended = await life.up()
  expect([ended.code, ended.error?.message], ended.err).toEqual([0, undefined])
  expect(await life.planned()).toEqual([])
  return ended
}

const status = (life: Life, more: object = {}) =>
  life.type((common: TypedOptions, context) =>
    rolloutStatus('web', { ...common, showTestHeader: true, ...more }, context, tools),
  )

/** What commands that are run at the pauses find, and which rule sends requests where at that moment. */
function spying(life: Life, lastLines: (run: ProgramRun) => string[] = () => []) {
  const seen: { run: ProgramRun; production: number[]; test: (number | undefined)[] }[] = []
  const using: ReleaseTools = {
    ...tools,
    programs: {
      ...tools.programs,
      run: async run => {
        const test = testRules(life)[0]?.actions[0]?.ForwardConfig?.TargetGroups?.map(({ Weight }) => Weight)
        seen.push({ run, production: weights(life, 'web'), test: test ?? [] })
        const lines = lastLines(run)
        return lines.length > 0 ? { code: 1, lastLines: lines } : { code: 0, lastLines: [] }
      },
    },
  }
  return { seen, using }
}

describe('test traffic', () => {
  it.each(['blue-green', 'canary', '{ strategy: linear, stepPercent: 50, stepMinutes: 1 }'])(
    'reaches the new version of a %s service by a header, before production does',
    async deployment => {
      const life = await standing(stackWith(deployment))
      const secret = secretIn(life)
      const { seen, using } = spying(life)
      const options = { image: [`${httpd}:2.5`], verify: ['smoke'], http: ['/health'] }
      const { code, err } = await typeRollout(life, 'web', options, undefined, using)
      expect([code, err]).toEqual([0, err])
      const [first] = seen
      expect(first).toMatchObject({ production: [100, 0], test: [0, 100] })
      expect(first!.run.environment).toMatchObject({
        PROVISION_URL: expect.stringMatching(/^http:\/\/dev-shop-alb-\d+\.us-east-1\.elb\.amazonaws\.com$/),
        PROVISION_TEST_HEADER: `x-provision-test: ${secret}`,
      })
      expect(seen.at(-1)).toMatchObject({ production: [0, 100] })
      expect(seen.at(-1)!.run.environment).toMatchObject({ PROVISION_TEST_HEADER: '' })

      expect(secretIn(life)).toBe(secret)
      expect(await done(life)).toMatchObject({ writes: [] })
      const gone = await life.teardown({ deleteData: ['all'] })
      expect([gone.code, rules(life), life.tables()['elbv2/listener']], gone.err).toEqual([0, [], undefined])
    },
  )

  it('has a value that is in AWS alone: in no file, plan, event, output or tag', async () => {
    const life = liveIn(stackWith('blue-green'))
    const written: Ended[] = [await life.plan(), await done(life)]
    const secret = secretIn(life)
    const json = { json: true } as const
    const { using } = spying(life, ({ environment }) => [
      `sent ${environment!['PROVISION_TEST_HEADER']}`,
      `got ${secret.toUpperCase()}`,
    ])
    const release = { image: [`${httpd}:2.5`], verify: ['smoke'] }
    const failed = await typeRollout(life, 'web', { ...release, ...json }, undefined, using)
    expect([failed.code, failed.out]).toEqual([
      14,
      expect.stringContaining('sent x-provision-test: <test header value>'),
    ])
    written.push(failed, await typeRollout(life, 'web', release, undefined, using))
    written.push(
      await life.type((common, context) => rolloutStatus('web', { ...common, ...json }, context, tools)),
    )
    written.push(
      await life.type((common, context) => rolloutHistory('web', { ...common, ...json }, context, tools)),
    )
    life.edit('paths: [/*]', 'paths: [/shop/*]')
    written.push(await life.plan(), await done(life))
    life.edit('deployment: blue-green', 'deployment: { strategy: blue-green, testHeader: { value: next } }')
    written.push(await life.plan(), await life.run((options, context) => drift(options, context)))
    const files = [...life.files()].filter(([path]) => path !== worldPath).map(([, text]) => text)
    const texts = [...files, ...written.flatMap(({ out, err }) => [out, err])]
    texts.push(JSON.stringify(life.tables()['tagging/resource']))
    expect(texts.filter(text => text.toLowerCase().includes(secret))).toEqual([])
    expect(secretIn(life)).toBe(secret)
  })

  it('keeps its value when other conditions change, and when the ledger is lost', async () => {
    const life = await standing(stackWith('blue-green'))
    const secret = secretIn(life)
    life.edit('paths: [/*]', 'paths: [/shop/*]')
    expect((await done(life)).writes).toContain('ModifyRule')
    expect(secretIn(life)).toBe(secret)
    life.loseLedger()
    const { writes } = await done(life)
    expect(writes.filter(name => /Rule|Service|Listener/.test(name))).toEqual([])
    expect(secretIn(life)).toBe(secret)
  })

  it('gets another value with another name of the header, or where somebody has opened it', async () => {
    const life = await standing(stackWith('blue-green'))
    const secret = secretIn(life)
    life.edit('blue-green', '{ strategy: blue-green, testHeader: { name: x-version } }')
    await done(life)
    expect(headerIn(testRules(life)[0]!)).toMatchObject({ HttpHeaderName: 'x-version' })
    const second = secretIn(life)
    expect(second).not.toBe(secret)
    await life.meanwhile(async aws => {
      const HttpHeaderConfig = { HttpHeaderName: 'x-version', Values: ['*'] }
      await aws.elbv2.modifyRule({
        RuleArn: testRules(life)[0]!.arn,
        Conditions: [{ Field: 'http-header', HttpHeaderConfig }],
      })
    })
    expect(await life.planned()).toMatchObject([{ address: 'load-balancer/web.test-header-rule' }])
    await done(life)
    expect([secret, second, '*']).not.toContain(secretIn(life))
  })

  it('is another one for each service', async () => {
    const api = `  api: { image: ${httpd}:2.4, port: 80, paths: [/api/*], deployment: canary }\n`
    const life = await standing(`${stackWith('blue-green')}${api}`)
    const values = testRules(life).map(rule => headerIn(rule)!.Values![0]!)
    expect(new Set(values).size).toBe(2)
  })

  it('is shown by `rollout status --show-test-header`, and by nothing else', async () => {
    const life = await standing(stackWith('blue-green'))
    const secret = secretIn(life)
    expect((await status(life)).out).toMatch(
      new RegExp(
        `^  test traffic: http://dev-shop-alb-\\S+ with the header x-provision-test: ${secret}$`,
        'm',
      ),
    )
    const { services } = JSON.parse((await status(life, { json: true })).out) as { services: object[] }
    expect(services).toMatchObject([{ test: { header: { name: 'x-provision-test', value: secret } } }])
    life.edit('deployment: blue-green', 'deployment: rolling')
    await done(life)
    expect((await status(life)).out).toContain('test traffic: none')
  })

  it('goes over the certificate and the name of the domain', async () => {
    const life = await standing(stackWith('blue-green', 'domain: { name: shop.example.com }'))
    const { seen, using } = spying(life)
    const options = { image: [`${httpd}:2.5`], verify: ['smoke'], http: ['/'] }
    const { code, err } = await typeRollout(life, 'web', options, undefined, using)
    expect([code, err]).toEqual([0, err])
    expect(seen[0]!.run.environment).toMatchObject({
      PROVISION_URL: 'https://shop.example.com',
      PROVISION_TEST_HEADER: `x-provision-test: ${secretIn(life)}`,
    })
    const https = (life.tables()['elbv2/listener'] as { arn: string; port: number }[]).find(
      ({ port }) => port === 443,
    )!
    expect(testRules(life).map(({ listenerArn }) => listenerArn)).toEqual([https.arn])
  })
})

describe('a port for test traffic', () => {
  const port = (access: string) => `{ strategy: blue-green, testPort: 9001, testAccess: [${access}] }`
  const openTo = (life: Life) =>
    (
      life.tables()['ec2/security-group'] as {
        description: string
        ingress: { fromPort: number; cidr?: string; cidr6?: string }[]
      }[]
    )
      .find(({ description }) => description.startsWith('Load balancer'))!
      .ingress.map(({ fromPort, cidr, cidr6 }) => `${fromPort} ${cidr ?? cidr6}`)
      .toSorted()

  it('is open to those who test, over IPv6 too, and the plan has a line for each', async () => {
    const life = liveIn(stackWith(port('203.0.113.0/24, "2001:db8::/32"'), 'network: { ipv6: true }'))
    const { out } = await life.plan()
    const opened = out.split('\n').filter(line => line.startsWith('Opens'))
    expect(opened).toEqual([
      'Opens tcp/80 of security-groups/alb to 0.0.0.0/0',
      'Opens tcp/80 of security-groups/alb to ::/0',
      'Opens tcp/9001 of security-groups/alb to 203.0.113.0/24',
      'Opens tcp/9001 of security-groups/alb to 2001:db8::/32',
    ])
    const up = await done(life)
    expect(up.err).toContain(opened.join('\n'))
    expect(up.out).toMatch(/^test\.url +http:\/\/dev-shop-alb-\S+:9001$/m)
    expect(openTo(life)).toEqual(['80 0.0.0.0/0', '80 ::/0', '9001 2001:db8::/32', '9001 203.0.113.0/24'])
    expect(testRules(life)).toEqual([])
    expect((await status(life)).out).toMatch(/test traffic: http:\/\/\S+:9001$/m)
    // Nobody has to be asked twice: what is open already is no news.
    life.edit('203.0.113.0/24', '203.0.113.0/24, 198.51.100.0/24')
    expect((await life.plan()).out.split('\n').filter(line => line.startsWith('Opens'))).toEqual([
      'Opens tcp/9001 of security-groups/alb to 198.51.100.0/24',
    ])
  })

  it('is open to nobody where nobody is named', async () => {
    const life = await standing(stackWith(port('')))
    expect(openTo(life)).toEqual(['80 0.0.0.0/0'])
    expect(life.tables()['elbv2/listener']).toMatchObject([{ port: 80 }, { port: 9001 }])
  })

  it('has the certificate, if there is one', async () => {
    const life = await standing(stackWith(port('203.0.113.0/24'), 'domain: { name: shop.example.com }'))
    expect(life.tables()['elbv2/listener']).toEqual(
      expect.arrayContaining([expect.objectContaining({ port: 9001, protocol: 'HTTPS' })]),
    )
    expect((await life.up()).out).toMatch(/^test\.url +https:\/\/shop\.example\.com:9001$/m)
  })
})

describe('test traffic behind a load balancer that is there already', () => {
  async function behind(priority: number): Promise<Life> {
    const life = liveIn(stackWith('blue-green'))
    const { vpcId, subnetIds } = await frontDoor(life)
    const existing = {
      vpc: { id: vpcId, publicSubnets: subnetIds },
      loadBalancer: { name: 'front', port: 80 },
    }
    life.edit('stack: ', `existing: ${JSON.stringify(existing)}\nstack: `)
    life.edit('    paths: ', `    priority: ${priority}\n    paths: `)
    return life
  }

  it('is a second rule on its listener, which goes with the stack', async () => {
    const life = await behind(300)
    const before = rules(life)
    await done(life)
    expect(testRules(life)).toMatchObject([{ priority: 299, listenerArn: before[0]!.listenerArn }])
    secretIn(life)
    expect((await life.teardown()).code).toBe(0)
    expect(rules(life)).toEqual(before)
  })

  it('is refused, before anything is made, where its priority is taken', async () => {
    const life = await behind(8)
    expect(rules(life)).toMatchObject([{ priority: 7 }])
    const { error, writes } = await life.up()
    expect([error?.code, error?.message, writes]).toEqual([
      'refused',
      expect.stringContaining('load-balancer/web.test-header-rule'),
      [],
    ])
  })
})

describe('a live stack whose test rule had a header of the config', () => {
  const [old, now] = ['load-balancer/web.test-rule', 'load-balancer/web.test-header-rule']

  /** As it was recorded and tagged when rules with a header had the address of those on a port. */
  async function asBefore(life: Life): Promise<void> {
    const { header, entries } = (await life.ledger())!
    life.loseLedger()
    await life.rewriteLedger(() => header)
    for (const entry of entries.values())
      await life.forge(JSON.parse(JSON.stringify(entry).replaceAll(now, old)) as Entry)
    const [{ arn }] = testRules(life) as [RuleRow]
    await life.meanwhile(aws =>
      aws.elbv2.addTags({ ResourceArns: [arn], Tags: [{ Key: addressTag, Value: old }] }),
    )
  }

  it.each([
    ['keeps it', '{ value: next }', ['next']],
    ['gets a generated value', '{ name: x-version }', [expect.stringMatching(/^[0-9a-f]{32}$/)]],
  ])('%s in one `up`, on the priority that it had', async (_, testHeader, values) => {
    const life = await standing(stackWith('{ strategy: blue-green, testHeader: { value: next } }'))
    await asBefore(life)
    life.edit('{ value: next }', testHeader)
    await done(life)
    expect(testRules(life)).toMatchObject([{ priority: 49_999 }])
    expect(headerIn(testRules(life)[0]!)?.Values).toEqual(values)
  })
})
