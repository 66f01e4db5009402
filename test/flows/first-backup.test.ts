import { describe, expect, it } from 'vitest'
import type { SandboxCall } from '../../src/sandbox/world.ts'
import type { CommandWish, Life } from '../support/life.ts'
import { liveOn } from '../support/life.ts'

const stack = (database: string) => `stack: shop
environment: dev
region: us-east-1
databases:
  database: { engine: postgres, version: '16'${database} }
`
const withService = (database = '') => `${stack(database)}
services:
  web:
    image: nginx:1
    port: 80
    uses: [database]
loadBalancer: {}
`

interface Shown {
  readonly DBInstances?: readonly { readonly DBInstanceStatus: string }[]
}

/** Each call with the status of the database that RDS has shown last. */
async function upOf(life: Life, wish: CommandWish = {}) {
  const made: { readonly operation: string; readonly input: string; readonly status: string | undefined }[] =
    []
  let status: string | undefined
  const after = (call: SandboxCall, output: unknown) => {
    status = (output as Shown | undefined)?.DBInstances?.[0]?.DBInstanceStatus ?? status
    made.push({ operation: call.operation, input: JSON.stringify(call.input), status })
    wish.faults?.after?.(call, output)
  }
  const { code } = await life.up({ simulatedImages: true, ...wish, faults: { after } })
  const statusesAt = (operation: string, input = '') =>
    made.filter(one => one.operation === operation && one.input.includes(input)).map(one => one.status)
  return { code, statusesAt, last: status }
}

describe('a database whose first backup is being taken', () => {
  it('holds up no role: the secret with its password is known from the create call on', async () => {
    const { code, statusesAt } = await upOf(liveOn(withService(), 'dev'))
    expect(code).toBe(0)
    const before = statusesAt('PutRolePolicy', 'secret:rds!')
    expect(before).toHaveLength(1)
    expect([undefined, 'creating']).toContain(before[0])
  })

  it('has its services started, and the run ends before it is available', async () => {
    const { code, statusesAt, last } = await upOf(liveOn(withService(), 'dev'))
    expect(code).toBe(0)
    expect(statusesAt('RegisterTaskDefinition').at(-1)).toBe('backing-up')
    expect(statusesAt('CreateService')).toEqual(['backing-up'])
    expect(last).toBe('backing-up')
  })

  it('is followed by its replica when RDS takes changes, with one request', async () => {
    const { code, statusesAt } = await upOf(liveOn(stack(', replicas: 1'), 'dev'))
    expect(code).toBe(0)
    expect(statusesAt('CreateDBInstanceReadReplica')).toEqual(['available'])
  })

  it('is changed by the next run when RDS takes changes, with one request', async () => {
    const life = liveOn(stack(''), 'dev')
    await life.up()
    life.write(stack(', deletionProtection: true'))
    const { code, statusesAt } = await upOf(life)
    expect(code).toBe(0)
    expect(statusesAt('ModifyDBInstance')).toEqual(['available'])
  })

  it('is waited for where RDS took a setting only for what is available, after a restore', async () => {
    const life = liveOn(stack(', monitoringInterval: 60'), 'dev')
    await life.up()
    await life.teardown()
    const [{ id }] = life.tables()['rds/snapshot'] as readonly [{ readonly id: string }]
    life.write(stack(`, monitoringInterval: 60, snapshotIdentifier: ${id}`))
    const { code, statusesAt } = await upOf(life)
    expect(code).toBe(0)
    expect(statusesAt('RestoreDBInstanceFromDBSnapshot')).toHaveLength(1)
    expect(statusesAt('ModifyDBInstance')).toEqual(['available'])
  })

  it('is left alone by a second up', async () => {
    const life = liveOn(stack(''), 'dev')
    await life.up()
    expect((await life.up()).writes).toEqual([])
    expect(await life.planned()).toEqual([])
  })

  it('goes on where a run was killed while it was created, with the secret that it has had from the start', async () => {
    const life = liveOn(withService(), 'dev')
    const stop = new AbortController()
    const after = ({ operation }: SandboxCall) => {
      if (operation === 'CreateDBInstance') stop.abort()
    }
    await upOf(life, { stop: stop.signal, faults: { after } })
    const { code, statusesAt } = await upOf(life)
    expect(code).toBe(0)
    expect(statusesAt('CreateDBInstance')).toEqual([])
    expect(statusesAt('PutRolePolicy', 'secret:rds!')).toHaveLength(1)
    expect(statusesAt('CreateService')).toHaveLength(1)
  })
})
