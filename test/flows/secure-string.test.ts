import { describe, expect, it } from 'vitest'
import { secretList, secretSet } from '../../src/commands/secret.ts'
import { canary, tracesIn } from '../support/canary.ts'
import type { CommandWish, Ended, Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'

/** The stack of examples/uploads with its secret in SSM. */
function stack(): Life {
  const life = liveWith('uploads')
  life.edit('{ description: Signs the links to private files }', '{ store: parameter-store }')
  return life
}

const set = (life: Life, wish: CommandWish = { stdin: `${canary}\n` }): Promise<Ended> =>
  life.run((options, context) => secretSet('signing-key', options, context), wish)

const rowOf = (life: Life) =>
  (life.tables()['ssm/parameter'] as { name: string; type: string; value: string; version: number }[]).find(
    ({ type }) => type === 'SecureString',
  )

async function running(): Promise<Life> {
  const life = stack()
  expect(await life.up()).toMatchObject({ code: 0 })
  expect(await set(life)).toMatchObject({ code: 0 })
  life.push('uploads-production/web')
  const { code, err } = await life.up()
  expect([code, err]).toEqual([0, err])
  return life
}

describe('a secret in Parameter Store', () => {
  it('is read by the tasks of its service when they start, and by nobody else', async () => {
    const life = await running()
    const arn = 'arn:aws:ssm:us-east-1:123456789012:parameter/uploads/production/signing-key'
    const definition = JSON.stringify(life.tables()['ecs/task-definition'])
    expect(definition).toContain(`"name":"SIGNING_KEY","valueFrom":"${arn}"`)
    const roles = life.tables()['iam/role']!.map(row => JSON.stringify(row).replaceAll('\\"', '"'))
    expect(roles.filter(row => row.includes(arn))).toEqual([
      expect.stringContaining(`"Action":"ssm:GetParameters","Effect":"Allow","Resource":"${arn}"`),
    ])
    expect((await life.up()).writes).toEqual([])
  })

  it('starts no task before it has a value, and says how to give it one', async () => {
    const life = stack()
    const first = await life.up()
    expect(first.err).toContain('provision secret set signing-key')
    expect(rowOf(life)).toMatchObject({ version: 1 })
    const listed = () => life.run((options, context) => secretList(options, context))
    expect((await listed()).out).toMatch(/^signing-key {2}empty {3}\/uploads\/production\/signing-key/)
    life.push('uploads-production/web')
    await life.up()
    expect(JSON.stringify(life.tables()['ecs/service'])).toContain('"desiredCount":0')
    const { err } = await set(life)
    expect(err).toMatch(/^Next: provision up -c \S+ -e production --sandbox {3}\(starts web/m)
    expect((await listed()).out).toMatch(/^signing-key {2}set/)
    expect((await life.up()).writes).toEqual(['UpdateService', 'PutImage'])
    expect(JSON.stringify(life.tables()['ecs/service'])).toContain('"desiredCount":1')
  })

  it('leaves its value in no file, on no screen and in no call but one', async () => {
    const life = stack()
    const ended = [await life.up(), await set(life)]
    life.push('uploads-production/web')
    ended.push(await life.up(), await life.plan(), await life.up())
    ended.push(await life.run((options, context) => secretList({ ...options, json: true }, context)))
    const calls = ended.flatMap(end => end.calls)
    expect(calls.filter(({ input }) => tracesIn(JSON.stringify(input)).length > 0)).toMatchObject([
      { operation: 'PutParameter', input: { Value: canary, Type: 'SecureString', Overwrite: true } },
    ])
    const asked = calls.filter(({ operation }) => operation.startsWith('GetParameter'))
    expect(JSON.stringify(asked)).not.toContain('signing-key')
    const written = [...life.files().values()]
    expect(tracesIn(written.join('\n'))).toEqual([])
    expect(tracesIn(ended.map(({ out, err }) => out + err).join('\n'))).toEqual([])
  })

  it('can be set before the first up, which then takes it for its own', async () => {
    const life = stack()
    expect(await set(life)).toMatchObject({ code: 0, writes: ['PutParameter', 'PutParameter'] })
    expect((await life.up()).code).toBe(0)
    expect(rowOf(life)).toMatchObject({ version: 2 })
    expect(await life.planned()).toEqual([])
  })

  it('is refused when it is longer than SSM takes', async () => {
    const life = stack()
    const { error, writes } = await set(life, { stdin: 'x'.repeat(4097) })
    expect(error?.message).toContain('holds more than the 4096 bytes that Parameter Store takes')
    expect(writes).toEqual([])
  })

  it('stays when the stack goes, unless its data may go: SSM cannot bring it back', async () => {
    const life = await running()
    const { err } = await life.teardown({ deleteData: ['registry/web'] })
    expect(err).toContain(
      'data/signing-key.parameter: kept SecureString parameter (it still holds a secret value; to delete it',
    )
    expect(rowOf(life)).toMatchObject({ version: 2 })
    expect(await life.teardown({ deleteData: ['all'] })).toMatchObject({ code: 0 })
    expect(life.tables()).not.toHaveProperty('ssm/parameter')
  })

  it('is made anew, without a value, when it moves to the other store', async () => {
    const life = await running()
    life.edit('{ store: parameter-store }', '{}')
    const planned = (await life.planned()).map(({ address, action }) => `${action} ${address}`)
    expect(planned).toEqual(
      expect.arrayContaining(['create data/signing-key', 'keep data/signing-key.parameter']),
    )
  })
})
