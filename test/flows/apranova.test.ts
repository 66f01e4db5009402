import { describe, expect, it } from 'vitest'
import { awsFault } from '../../src/sandbox/fault.ts'
import type { SandboxCall } from '../../src/sandbox/world.ts'
import { liveWith } from '../support/life.ts'
import type { Life, Planned } from '../support/life.ts'

async function living(example: 'apranova' | 'minimal' = 'apranova'): Promise<Life> {
  const life = liveWith(example)
  expect(await life.up()).toMatchObject({ code: 0 })
  return life
}

async function running(): Promise<Life> {
  const life = await living()
  life.push('apranova/backend')
  life.push('apranova/frontend')
  expect(await life.up()).toMatchObject({ code: 0 })
  return life
}

const shown = (planned: readonly Planned[]) =>
  planned.map(
    ({ address, action, changes }) => `${action} ${address}: ${changes.map(({ path }) => path).join(' ')}`,
  )

const once = (operation: string, error: () => Error) => {
  let thrown = false
  return {
    before: (call: SandboxCall) => {
      if (thrown || call.operation !== operation) return
      thrown = true
      throw error()
    },
  }
}

async function statuses(life: Life): Promise<Set<string>> {
  return new Set([...(await life.ledger())!.entries.values()].map(({ status }) => status))
}

/** Tables that still hold something; AWS lists what it has deleted for a while, and keeps what is the account's. */
async function standing(life: Life): Promise<string[]> {
  const gone = (row: object) =>
    ('status' in row && row.status === 'INACTIVE') ||
    ['deletion', 'deleted', 'deletedAt', 'drainedAt'].some(name => name in row) ||
    ('path' in row && String(row.path).startsWith('/aws-service-role/'))
  const left = Object.entries(life.tables()).filter(([, rows]) => rows.some(row => !gone(row as object)))
  return left.map(([name]) => name).filter(name => !/task-definition|tag|snapshot/.test(name))
}

describe('the stack of examples/apranova', () => {
  it('is created whole by the first up, with its services waiting for images', async () => {
    const life = liveWith('apranova')
    const { code, err, out } = await life.up()
    expect(code).toBe(0)
    expect(await statuses(life)).toEqual(new Set(['ready']))
    expect(err).toContain('it waits for a push of')
    expect(out).toContain('url')
    const tables = life.tables()
    expect(tables['rds/instance'] ?? tables['rds/db-instance']).toHaveLength(1)
  })

  it('is left alone by a second up', async () => {
    const life = await living()
    const { code, writes, err } = await life.up()
    expect(writes).toEqual([])
    expect(err).toContain('No changes')
    expect(code).toBe(0)
  })

  it('starts its services once their images have been pushed', async () => {
    const life = await living()
    life.push('apranova/backend')
    life.push('apranova/frontend')
    const changed = (await life.planned()).map(({ address, action }) => `${action} ${address}`)
    expect(changed.toSorted()).toEqual(['update services/backend', 'update services/frontend'])
    const { code, writes } = await life.up()
    expect(code).toBe(0)
    // What they run is marked in ECR as in use.
    expect(writes).toEqual(['UpdateService', 'UpdateService', 'PutImage', 'PutImage'])
    expect((await life.plan()).out).toContain('No changes')
  })

  it.each([
    ['cpu: 512', 'cpu: 1024', ['replace services/backend.task', 'update services/backend']],
    ['allocatedStorage: 20', 'allocatedStorage: 30', ['update data/database']],
  ])('changes exactly what %s → %s asks for', async (before, after, expected) => {
    const life = await running()
    if (after === 'cpu: 1024') life.edit('memory: 1024', 'memory: 2048')
    life.edit(before, after)
    const planned = await life.planned()
    expect(planned.map(({ address, action }) => `${action} ${address}`).toSorted()).toEqual(
      expected.toSorted(),
    )
    expect(await life.up()).toMatchObject({ code: 0 })
    expect(shown(await life.planned())).toEqual([])
  })

  it('plans nothing but tags when a tag has changed', async () => {
    const life = await running()
    life.edit('project: apranova', 'project: other')
    const planned = await life.planned()
    expect(planned.length).toBeGreaterThan(10)
    for (const { address, action, changes } of planned)
      expect([address, action, ...changes.map(({ path }) => path)]).toEqual([
        address,
        'update',
        'tags.project',
      ])
    const { code, err } = await life.up()
    expect([code, err]).toEqual([0, err])
    expect(shown(await life.planned())).toEqual([])
  })

  it('finishes everything else when one creation fails, and the same command goes on', async () => {
    const life = liveWith('apranova')
    const quota = () =>
      awsFault(
        'NodeQuotaForCustomerExceededFault',
        'The request cannot be processed because it would exceed the quota',
      )
    const failed = await life.up({ faults: once('CreateReplicationGroup', quota) })
    expect(failed.code).toBe(1)
    expect(failed.err).toContain('NodeQuotaForCustomerExceeded')
    const left = (await life.planned()).map(({ address }) => address)
    expect(left).toContain('services/backend')
    expect(left.filter(address => !/^services\/|cache/.test(address))).toEqual([])
    const again = await life.up()
    expect(again.code).toBe(0)
    expect(again.writes).not.toContain('CreateDBInstance')
    expect(shown(await life.planned())).toEqual([])
  })

  it('leaves only kept data and a snapshot when torn down', async () => {
    const life = await running()
    const { code, err } = await life.teardown()
    expect([code, err]).toEqual([0, err])
    const kinds = new Set([...(await life.ledger())!.entries.values()].map(({ type }) => type))
    expect(kinds).not.toContain('rds/instance')
    expect(kinds).not.toContain('ecs/service')
    expect(kinds).toContain('efs/file-system')
    expect(err).toMatch(/apranova-production-\w+-final-/)
    expect(life.tables()).toHaveProperty('rds/snapshot')
  })

  it('comes up again beside the data that its teardown has kept', async () => {
    const life = await running()
    expect(await life.teardown()).toMatchObject({ code: 0 })
    const { code, err } = await life.up()
    expect([code, err]).toEqual([0, err])
    expect(shown(await life.planned())).toEqual([])
  })

  it('leaves nothing when torn down with its data', async () => {
    const life = await running()
    const { code, err } = await life.teardown({ deleteData: ['all'] })
    expect([code, err]).toEqual([0, err])
    expect((await life.ledger())!.entries.size).toBe(0)
    const spared = await standing(life)
    expect(spared).toEqual([])
  })

  it('is found again when the ledger is lost, and nothing is made twice', async () => {
    const life = await running()
    const before = life.tables()
    life.loseLedger()
    const { code, writes } = await life.up()
    expect(code).toBe(0)
    expect(writes.filter(name => /^(Create|Run|Allocate|Register)/.test(name))).toEqual([])
    expect(Object.keys(life.tables())).toEqual(Object.keys(before))
    expect(shown(await life.planned())).toEqual([])
  })

  it('refuses a role of the same name that is not its own before it changes anything', async () => {
    const twin = await living()
    const role = [...(await twin.ledger())!.entries.values()].find(({ type }) => type === 'iam/role')!
    const RoleName = ('props' in role && (role.props as { roleName?: string }).roleName) || ''
    const life = liveWith('apranova')
    await life.meanwhile(aws =>
      aws.iam.createRole({
        RoleName,
        AssumeRolePolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' },
          ],
        }),
      }),
    )
    const { error, writes } = await life.up()
    expect(error).toMatchObject({ code: 'refused', message: expect.stringContaining(RoleName) })
    expect(writes).toEqual([])
    expect(await life.ledger()).toBeUndefined()
  })

  it.each(['CreateVpc', 'CreateNatGateway', 'CreateDBInstance', 'CreateService'])(
    'stops cleanly at %s, and the next up finishes',
    async operation => {
      const life = liveWith('apranova')
      const stop = new AbortController()
      const before = (call: SandboxCall) => {
        if (call.operation === operation) stop.abort()
      }
      const stopped = await life.up({ stop: stop.signal, faults: { before } })
      expect(stopped.code).toBe(130)
      for (const entry of (await life.ledger())!.entries.values())
        if (entry.status !== 'creating') expect(entry).toHaveProperty('attributes')
      const made = stopped.writes.filter(name => name === operation).length
      const again = await life.up()
      expect([again.code, again.err]).toEqual([0, again.err])
      if (operation !== 'CreateService')
        expect(again.writes.filter(name => name === operation)).toHaveLength(0)
      expect(made).toBeGreaterThan(0)
      expect(shown(await life.planned())).toEqual([])
    },
  )

  it('asks AWS before it makes again what a lost answer left unclear', async () => {
    const life = liveWith('apranova')
    let lost = false
    const after = ({ operation }: SandboxCall) => {
      if (lost || operation !== 'CreateNatGateway') return
      lost = true
      throw awsFault('InternalError', 'the answer was lost', { status: 500 })
    }
    const { code, err } = await life.up({ faults: { after } })
    expect([code, err]).toEqual([0, err])
    expect(life.tables()['ec2/nat-gateway']).toHaveLength(1)
  })

  it('is made whole although new things are seen late', async () => {
    const life = liveWith('apranova')
    const { code, err } = await life.up({ faults: { visibilityLag: 4 } })
    expect([code, err]).toEqual([0, err])
    expect(shown(await life.planned())).toEqual([])
  })

  it('is refused to credentials of another account than its ledger’s', async () => {
    const life = await living()
    await life.rewriteLedger(({ header }) => ({ ...header, account: '999999999999' }))
    const { error, writes } = await life.up()
    expect(error).toMatchObject({ code: 'access', message: expect.stringContaining('999999999999') })
    expect(writes).toEqual([])
  })

  it('is not touched without consent where nobody can be asked', async () => {
    const life = liveWith('apranova')
    const { error, writes } = await life.up({ yes: false })
    expect(error).toMatchObject({ code: 'usage' })
    expect(writes).toEqual([])
  })
})

describe('the stack of examples/minimal', () => {
  it('is created, left alone, and removed without a trace', async () => {
    const life = await living('minimal')
    expect((await life.up()).writes).toEqual([])
    const { code, err } = await life.teardown()
    expect([code, err]).toEqual([0, err])
    expect((await life.ledger())!.entries.size).toBe(0)
    const spared = await standing(life)
    expect(spared).toEqual([])
  })
})
