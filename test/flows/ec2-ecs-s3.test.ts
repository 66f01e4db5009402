import { describe, expect, it } from 'vitest'
import { liveWith } from '../support/life.ts'
import type { Life } from '../support/life.ts'

interface InstanceRow {
  readonly type: string
  readonly imageId: string
  readonly httpTokens: string
  readonly isPublic: boolean
  readonly userData?: string
  readonly volume: { readonly size: number; readonly encrypted: boolean }
}

async function living(): Promise<Life> {
  const life = liveWith('ec2-ecs-s3')
  const { code, err } = await life.up()
  expect([code, err]).toEqual([0, err])
  return life
}

const instancesOf = (life: Life) => (life.tables()['ec2/instance'] ?? []) as InstanceRow[]
const shown = async (life: Life) =>
  (await life.planned()).map(
    ({ action, address, changes }) =>
      `${action} ${address}${action === 'update' ? `: ${changes.map(({ path }) => path).join(' ')}` : ''}`,
  )

describe('the stack of examples/ec2-ecs-s3', () => {
  it('runs public instances with IMDSv2 only and encrypted volumes, and says where they are (A2, A3)', async () => {
    const life = await living()
    const rows = instancesOf(life)
    expect(rows).toHaveLength(2)
    for (const row of rows)
      expect(row).toMatchObject({ httpTokens: 'required', isPublic: true, volume: { encrypted: true } })
    expect((await life.up()).out).toMatch(/frontend\.publicIp +203\.0\.113\.\d+/)
  })

  it('hands the name of the bucket to the instance that uses it, and to no other (A6)', async () => {
    const life = await living()
    const scripts = instancesOf(life).map(({ userData = '' }) => Buffer.from(userData, 'base64').toString())
    expect(scripts.filter(script => script.includes("FILES_BUCKET='studio-production-files-"))).toHaveLength(
      1,
    )
    const roles = life.tables()['iam/role'] as { name: string; inline: Record<string, string> }[]
    const granted = roles
      .filter(({ inline }) => Object.values(inline).some(policy => policy.includes('s3:PutObject')))
      .map(({ name }) => name)
    expect(granted.toSorted()).toEqual([
      'production-studio-backend-instance',
      'production-studio-worker-task',
    ])
  })

  it('lets the backend and the tasks read the secret of the database, and keeps its value out of every file (A7)', async () => {
    const life = await living()
    const value = 'postgres://canary:7f3a@db.example:5432/studio'
    await life.meanwhile(aws =>
      aws.secretsmanager.putSecretValue({
        SecretId: 'studio/production/database-url',
        SecretString: value,
      }),
    )
    life.push('studio-production/worker')
    const { code, err, out } = await life.up()
    expect([code, err]).toEqual([0, err])
    expect(life.written()).not.toContain('canary')
    for (const text of [err, out, (await life.plan()).out]) expect(text).not.toContain('canary')

    const roles = life.tables()['iam/role'] as { name: string; inline: Record<string, string> }[]
    const readers = roles.filter(({ inline }) =>
      Object.values(inline).some(policy => policy.includes('GetSecretValue')),
    )
    expect(readers.map(({ name }) => name).toSorted()).toEqual([
      'production-studio-backend-instance',
      'production-studio-worker-execution',
    ])
    const scripts = instancesOf(life).map(({ userData = '' }) => Buffer.from(userData, 'base64').toString())
    expect(scripts.join('')).toMatch(/DATABASE_URL_SECRET_ARN='arn:aws:secretsmanager:[^']+database-url-\w+'/)
    expect(scripts.join('')).not.toContain('canary')
  })

  it('opens to the world what the config says, and nothing else', async () => {
    const life = await living()
    const groups = life.tables()['ec2/security-group'] as { name: string; ingress: object[] }[]
    const open = groups.filter(({ name, ingress }) => name !== 'default' && ingress.length > 0)
    expect(open.map(({ name, ingress }) => [name, ingress])).toEqual([
      [
        'production-studio-frontend',
        [expect.objectContaining({ fromPort: 80, toPort: 80, cidr: '0.0.0.0/0' })],
      ],
      [
        'production-studio-backend',
        [expect.objectContaining({ fromPort: 8080, toPort: 8080, cidr: '0.0.0.0/0' })],
      ],
    ])
  })

  it('is left alone by a second up', async () => {
    const life = await living()
    expect((await life.up()).writes).toEqual([])
    expect(await shown(life)).toEqual([])
  })

  it('changes the type of an instance in place, and replaces it for another script', async () => {
    const life = await living()
    const ids = () =>
      (life.tables()['ec2/instance'] as { id: string; becoming: string }[]).map(({ id }) => id)
    const before = ids()
    life.edit('instanceType: t3.small', 'instanceType: t3.medium')
    expect(await shown(life)).toEqual(['update instances/backend: instanceType'])
    const changed = await life.up({ allowInterruption: ['backend'] })
    expect(new Set(changed.writes)).toEqual(
      new Set(['StopInstances', 'ModifyInstanceAttribute', 'StartInstances']),
    )
    expect(ids()).toEqual(before)
    expect(await shown(life)).toEqual([])

    life.edit('systemctl enable --now nginx', 'systemctl enable --now nginx && echo done')
    expect(await shown(life)).toEqual(['replace instances/frontend'])
    expect(await life.up()).toMatchObject({ code: 0 })
    expect(await shown(life)).toEqual([])
  })

  it('makes an instance anew that the config has left out for an hour', async () => {
    const life = await living()
    const [config] = [...life.files()].filter(([path]) => path.endsWith('provision.yaml'))
    const [left] = /^ {2}backend:\n(?: {4}.*\n)+/m.exec(config![1])!
    life.edit(left, '')
    expect(await life.up()).toMatchObject({ code: 0, writes: expect.arrayContaining(['TerminateInstances']) })
    life.edit('services:\n', `${left}services:\n`)
    expect(await life.up()).toMatchObject({ code: 0, writes: expect.arrayContaining(['RunInstances']) })
    expect(await shown(life)).toEqual([])
  })

  it('starts an instance that somebody has stopped, and says so before', async () => {
    const life = await living()
    const entry = (await life.ledger())!.entries.get('instances/frontend')!
    const { instanceId } = ('attributes' in entry ? entry.attributes : {}) as { instanceId: string }
    await life.meanwhile(aws => aws.ec2.stopInstances({ InstanceIds: [instanceId] }))
    expect(await shown(life)).toEqual(['update instances/frontend: state'])
    expect(await life.up()).toMatchObject({ code: 0, writes: expect.arrayContaining(['StartInstances']) })
    expect(await shown(life)).toEqual([])
  })

  it('finishes what was cut short between stop and start', async () => {
    const life = await living()
    life.edit('instanceType: t3.small', 'instanceType: t3.medium')
    const stop = new AbortController()
    await life.up({
      allowInterruption: true,
      stop: stop.signal,
      faults: {
        before: ({ operation }) => {
          if (operation === 'StartInstances') throw Object.assign(new Error('cut'), { name: 'AccessDenied' })
        },
      },
    })
    expect(await life.up({ allowInterruption: true })).toMatchObject({ code: 0 })
    expect(instancesOf(life).map(({ type }) => type)).toContain('t3.medium')
    expect(await shown(life)).toEqual([])
  })

  it('is found again when the ledger is lost, and nothing is made twice', async () => {
    const life = await living()
    life.loseLedger()
    const { code, writes } = await life.up()
    expect([code, writes.filter(name => /^(Create|Run|Allocate)/.test(name))]).toEqual([0, []])
    expect(await shown(life)).toEqual([])
  })

  it('leaves nothing when torn down', async () => {
    const life = await living()
    const { code, err } = await life.teardown({ deleteData: ['all'] })
    expect([code, err]).toEqual([0, err])
    expect((await life.ledger())!.entries.size).toBe(0)
    for (const table of ['ec2/vpc', 'ec2/interface', 'iam/instance-profile', 'tagging/resource'])
      expect(life.tables()[table] ?? [], table).toEqual([])
  })
})
