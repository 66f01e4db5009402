import { describe, expect, it } from 'vitest'
import { secretList, secretSet } from '../../src/commands/secret.ts'
import { liveWith } from '../support/life.ts'
import type { CommandWish, Ended, Life } from '../support/life.ts'

const bucket = 'uploads-production-media-123456789012'
const canary = 'canary-7f3a-never-to-be-written'

const set = (life: Life, wish: CommandWish = { stdin: `${canary}\n` }): Promise<Ended> =>
  life.run((options, context) => secretSet('signing-key', options, context), wish)

async function living(): Promise<Life> {
  const life = liveWith('uploads')
  const { code, err } = await life.up()
  expect([code, err]).toEqual([0, err])
  return life
}

async function running(): Promise<Life> {
  const life = await living()
  expect(await set(life)).toMatchObject({ code: 0 })
  life.push('uploads-production/web')
  expect(await life.up()).toMatchObject({ code: 0 })
  return life
}

describe('the stack of examples/uploads', () => {
  it('gives the service its bucket, its secret and its setting, and nothing else', async () => {
    const life = await running()
    const roles = life.tables()['iam/role']!.map(row => JSON.stringify(row))
    const task = roles.find(row => row.includes('s3:'))!
    expect(task).toContain(`arn:aws:s3:::${bucket}/*`)
    expect(task).not.toContain('s3:*')
    expect(task).not.toContain('secretsmanager')
    expect(roles.find(row => row.includes('GetSecretValue'))).toContain(
      'secret:uploads/production/signing-key',
    )
    const definition = JSON.stringify(life.tables()['ecs/task-definition'])
    expect(definition).toContain(`"MEDIA_BUCKET","value":"${bucket}"`)
    expect(definition).toContain('"LOG_LEVEL","value":"info"')
    expect(definition).toMatch(/"name":"SIGNING_KEY","valueFrom":"arn:aws:secretsmanager/)
    expect((await life.up()).writes).toEqual([])
  })

  it('starts no task before the secret has a value, and says how to give it one', async () => {
    const life = liveWith('uploads')
    const first = await life.up()
    expect(first.err).toContain(
      'it waits for a push of uploads-production/web:latest and provision secret set signing-key',
    )
    expect(first.err).toMatch(
      /^Next: provision sandbox push uploads-production\/web:latest -c \S+ -e production --sandbox, provision secret set signing-key -c \S+ -e production --sandbox, then provision up -c \S+ /m,
    )
    expect(first.err).toMatch(
      /^Or: {3}provision teardown -c \S+ -e production --sandbox {3}\(removes uploads\/production\)$/m,
    )
    life.push('uploads-production/web')
    expect((await life.up()).err).toMatch(/^Next: provision secret set signing-key \S.*, then provision up /m)
    expect(JSON.stringify(life.tables()['ecs/service'])).toContain('"desiredCount":0')
    const { err } = await set(life)
    expect(err).toMatch(/^Next: provision up -c \S+ -e production --sandbox {3}\(starts web/m)
    expect((await life.up()).writes).toEqual(['UpdateService', 'PutImage'])
    expect(JSON.stringify(life.tables()['ecs/service'])).toContain('"desiredCount":1')
  })

  it.each([
    [
      'changes one setting of the bucket',
      'expireNoncurrentDays: 30',
      'expireNoncurrentDays: 60',
      ['PutBucketLifecycleConfiguration'],
    ],
    ['describes the secret anew', 'Signs the links', 'Signs all links', ['UpdateSecret']],
    [
      'rolls out a changed setting',
      'log-level: info',
      'log-level: debug',
      ['PutParameter', 'RegisterTaskDefinition', 'UpdateService'],
    ],
  ])('%s, and touches nothing else', async (_what, before, after, expected) => {
    const life = await running()
    life.edit(before, after)
    const { writes } = await life.up()
    expect(writes.filter(name => !/^(DeregisterTaskDefinition|CreateTags)$/.test(name))).toEqual(expected)
    expect(await life.planned()).toEqual([])
  })

  it('is removed without a trace while the bucket is empty, and its secret can be brought back', async () => {
    const life = await running()
    const { code, err } = await life.teardown({ deleteData: ['registry/web'] })
    expect([code, err]).toEqual([0, err])
    expect(err).toContain('AWS can bring it back for 30 days')
    expect((await life.ledger())!.entries.size).toBe(0)
    expect(life.tables()).not.toHaveProperty('s3/bucket')
    expect(life.tables()).not.toHaveProperty('ssm/parameter')
    const again = await life.up()
    expect([again.code, again.writes]).toEqual([0, expect.arrayContaining(['RestoreSecret'])])
    const { out } = await life.run((options, context) => secretList(options, context))
    expect(out).toMatch(/^signing-key {2}set/)
    expect(await life.planned()).toEqual([])
  })

  it('leaves no secret behind when its data may go', async () => {
    const life = await running()
    expect(await life.teardown({ deleteData: ['all'] })).toMatchObject({ code: 0 })
    expect(life.tables()).not.toHaveProperty('secretsmanager/secret')
  })
})

describe('the value of a secret', () => {
  it('is written to no file, no screen and no call but one', async () => {
    const life = await living()
    const ended = [await set(life)]
    life.push('uploads-production/web')
    ended.push(await life.up(), await life.plan(), await life.up(), await life.teardown())
    expect(life.written()).not.toContain(canary)
    expect(life.written()).not.toContain(Buffer.from(canary).toString('base64').slice(0, 20))
    for (const { out, err } of ended) expect(out + err).not.toContain(canary)
    const calls = ended.flatMap(({ calls }) => calls)
    const carrying = calls.filter(({ input }) => JSON.stringify(input).includes(canary))
    expect(carrying.map(({ operation, input }) => [operation, input])).toEqual([
      ['PutSecretValue', expect.objectContaining({ SecretString: canary })],
    ])
  })

  it.each([
    ['a variable', { fromEnv: 'KEY' }, { variables: { KEY: 'x y' } }, 'x y'],
    ['standard input', { fromFile: '-' }, { stdin: 'piped\r\n' }, 'piped'],
    ['a file', { fromFile: 'provision.yaml' }, {}, expect.stringContaining('stack: uploads')],
  ])('can come from %s', async (_where, from, wish, value) => {
    const life = await living()
    const { calls } = await life.run(
      (options, context) => secretSet('signing-key', { ...options, ...from }, context),
      wish,
    )
    expect(calls.at(-1)!.input).toMatchObject({ SecretString: value })
  })

  it('can be set before the first up, which then takes the secret for its own', async () => {
    const life = liveWith('uploads')
    expect(await set(life)).toMatchObject({ code: 0 })
    const { code, writes } = await life.up()
    expect(code).toBe(0)
    expect(writes).not.toContain('CreateSecret')
    expect(await life.planned()).toEqual([])
  })

  it('is not taken from nowhere, for nothing, or for somebody else’s secret', async () => {
    const life = liveWith('uploads')
    expect((await set(life, {})).error).toMatchObject({ code: 'usage' })
    const other = await life.run((options, context) => secretSet('signing-kay', options, context))
    expect(other.error).toMatchObject({ code: 'usage', hint: expect.stringContaining('signing-key') })
    await life.up()
    await life.teardown({ deleteData: ['all'] })
    await life.meanwhile(aws => aws.secretsmanager.createSecret({ Name: 'uploads/production/signing-key' }))
    const foreign = await set(life)
    expect(foreign.error).toMatchObject({ code: 'refused' })
    expect(foreign.writes).toEqual([])
  })

  it('is asked for by list where it is missing', async () => {
    const life = liveWith('uploads')
    const list = () => life.run((options, context) => secretList({ ...options, json: true }, context))
    expect(JSON.parse((await list()).out)).toMatchObject({ secrets: [{ state: 'absent' }] })
    await life.up()
    expect(JSON.parse((await list()).out)).toMatchObject({
      secrets: [{ name: 'signing-key', state: 'empty', usedBy: ['web'] }],
    })
  })
})
