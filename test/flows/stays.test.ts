import { describe, expect, it } from 'vitest'
import { awsFault } from '../../src/sandbox/fault.ts'
import type { Life } from '../support/life.ts'
import { liveOn, liveWith } from '../support/life.ts'
import { planned } from '../support/removal-plans.ts'

const config = (options: string, more = '') => `stack: shop
environment: dev
region: us-east-1
databases:
  database: { engine: postgres, ${options} }
${more}`

const notesIn = async (life: Life) =>
  (await planned(life)).resources.flatMap(({ address, action, notes }) =>
    notes ? [{ address, action, notes }] : [],
  )

const note =
  'backupWindow stays 03:00-04:00: RDS chooses a window only for a new instance; ' +
  'to change it, write databases.database.backupWindow'

async function up(life: Life): Promise<string> {
  const { code, err, error } = await life.up()
  expect([code, error?.message, err]).toEqual([0, undefined, err])
  return err
}

describe('an option whose value stays when it is removed', () => {
  async function removed(): Promise<Life> {
    const life = liveOn(config("version: '16', backupWindow: '03:00-04:00'"), 'dev')
    await up(life)
    life.write(config("version: '16'"))
    return life
  }

  it('is named by the plan, for people and for programs, with what to write', async () => {
    const life = await removed()
    const { out, code } = await life.plan()
    expect(out).toContain(note)
    expect(out).toContain('No changes in AWS')
    expect(code).toBe(2)
    expect(await notesIn(life)).toEqual([{ address: 'data/database', action: 'none', notes: [note] }])
  })

  it('is named once: the run that removes it asks nobody, sends AWS nothing, and is the last to speak of it', async () => {
    const life = await removed()
    const { code, err, writes } = await life.up({ yes: false })
    expect([code, writes]).toEqual([0, []])
    expect(err).toContain(note)
    expect(await notesIn(life)).toEqual([])
    expect((await life.plan()).out).toContain('No changes. AWS matches the configuration')
  })

  it('is named beside what changes', async () => {
    const life = await removed()
    life.write(config("version: '16', multiAz: true"))
    expect(await notesIn(life)).toEqual([{ address: 'data/database', action: 'update', notes: [note] }])
    expect(await up(life)).toContain(note)
    expect(await notesIn(life)).toEqual([])
  })

  it('is named by nobody where it was never in the config, and changes again once it is', async () => {
    const life = await removed()
    await up(life)
    life.write(config("version: '16', backupWindow: '05:00-06:00'"))
    expect(await up(life)).toMatch(/backupWindow: 03:00-04:00 -> 05:00-06:00/)
    expect(await notesIn(life)).toEqual([])
  })
})

describe('an option that goes back to its default when it is removed', () => {
  it('is set back by the next run where this one is cut off', async () => {
    const life = liveWith('minimal')
    life.edit('services:', 'loadBalancer: { idleTimeout: 120 }\nservices:')
    await up(life)
    life.edit('loadBalancer: { idleTimeout: 120 }\n', '')
    const cut = await life.up({
      faults: {
        before: ({ operation }) => {
          if (operation === 'ModifyLoadBalancerAttributes') throw awsFault('ValidationError', 'not now')
        },
      },
    })
    expect(cut.code).not.toBe(0)
    expect(await up(life)).toMatch(/idleTimeout: 120 -> 60/)
    expect((await life.up()).writes).toEqual([])
  })

  it('is left alone afterwards, whatever somebody makes of it', async () => {
    const life = liveWith('minimal')
    life.edit('services:', 'loadBalancer: { idleTimeout: 120 }\nservices:')
    await up(life)
    life.edit('loadBalancer: { idleTimeout: 120 }\n', '')
    await up(life)
    await life.meanwhile(async ({ elbv2 }) => {
      const { LoadBalancers } = await elbv2.describeLoadBalancers({})
      await elbv2.modifyLoadBalancerAttributes({
        LoadBalancerArn: LoadBalancers![0]!.LoadBalancerArn!,
        Attributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '90' }],
      })
    })
    expect((await life.up()).writes).toEqual([])
  })
})

describe('options that depend on each other', () => {
  it('go together: parameters with the version that they are for', async () => {
    const life = liveOn(config("version: '16', parameters: { work_mem: 16384 }, forceTls: true"), 'dev')
    await up(life)
    life.write(config('autoMinorVersionUpgrade: true'))
    expect(await up(life)).toMatch(/parameterGroupName: \S+ -> default.postgres16/)
    expect((await planned(life)).resources.filter(({ action }) => action !== 'none')).toEqual([])
    const groups = JSON.stringify(life.tables()['rds/parameter-group'] ?? [])
    expect(groups).not.toContain('shop')
  })

  it('leave the password where it is when the last replica goes, and tasks as they are', async () => {
    const services = 'services: { web: { image: nginx:1.27, uses: [database] } }\n'
    const life = liveOn(config("version: '16', replicas: 1", services), 'dev')
    await up(life)
    life.write(config("version: '16'", services))
    const { resources } = await planned(life)
    const changed = resources.filter(({ action }) => action !== 'none')
    expect(changed.map(({ address, action }) => [address, action])).toEqual(
      expect.arrayContaining([['data/database.replica-1', 'delete']]),
    )
    expect(changed.map(({ address }) => address)).not.toContain('data/database.password')
    await up(life)
    expect((await planned(life)).resources.filter(({ action }) => action !== 'none')).toEqual([])
    const secrets = JSON.stringify(life.tables()['secretsmanager/secret'] ?? [])
    expect(secrets).toContain('shop/dev/database-credentials')
  })
})
