import { describe, expect, it } from 'vitest'
import { drift } from '../../src/commands/drift.ts'
import type { Life } from '../support/life.ts'
import { liveOn } from '../support/life.ts'
import { planned } from '../support/removal-plans.ts'

const database = (options: string) => `stack: shop
environment: dev
region: us-east-1
databases:
  database: { engine: postgres, version: '16', ${options} }
`

async function up(life: Life): Promise<string> {
  const { code, err, error } = await life.up()
  expect([code, error?.message, err]).toEqual([0, undefined, err])
  return err
}

/** RDS has found the disk full. */
async function grow(life: Life, to: number): Promise<void> {
  await life.meanwhile((_, world) => {
    const rows = world.table<{ settings: object }>('rds/instance')
    const row = rows.get('dev-shop-db')!
    rows.set('dev-shop-db', { ...row, settings: { ...row.settings, AllocatedStorage: to } })
  })
}

/** As AWS shows it once nothing is under way. */
async function inAws(life: Life) {
  await up(life)
  let shown: object | undefined
  await life.meanwhile(async ({ rds }) => {
    const { DBInstances } = await rds.describeDBInstances({})
    shown = DBInstances![0]
  })
  return shown as { readonly AllocatedStorage: number; readonly MaxAllocatedStorage?: number }
}

async function grown(): Promise<Life> {
  const life = liveOn(database('allocatedStorage: 20, maxAllocatedStorage: 100'), 'dev')
  await up(life)
  await grow(life, 44)
  expect((await inAws(life)).AllocatedStorage).toBe(44)
  return life
}

describe('a database whose storage RDS has grown', () => {
  it('is as the config says, which names where the storage began', async () => {
    const life = await grown()
    const { out } = await life.plan()
    expect(out).toMatch(/Left as AWS or a release has set it[^]*data\/database[^]*allocatedStorage: 20 -> 44/)
    expect((await life.up()).writes).toEqual([])
    const seen = await life.type((options, context) => drift({ ...options, detailedExitcode: true }, context))
    expect([seen.code, seen.out]).toEqual([0, seen.out])
  })

  it('grows no further, and keeps what it has, when the limit is removed', async () => {
    const life = await grown()
    life.write(database('allocatedStorage: 20'))
    const { refusals, resources } = await planned(life)
    expect(refusals).toEqual([])
    expect(resources.find(({ address }) => address === 'data/database')).toMatchObject({
      action: 'update',
      changes: [{ path: 'maxAllocatedStorage', before: 100, after: null }],
    })
    const { AllocatedStorage, MaxAllocatedStorage } = await inAws(life)
    expect([AllocatedStorage, MaxAllocatedStorage]).toEqual([44, 44])
    expect((await life.up()).writes).toEqual([])
  })

  it('is as the config says also when the ledger is lost', async () => {
    const life = await grown()
    life.write(database('allocatedStorage: 20'))
    await up(life)
    life.loseLedger()
    await up(life)
    expect((await planned(life)).resources.filter(({ action }) => action !== 'none')).toEqual([])
    expect((await inAws(life)).AllocatedStorage).toBe(44)
  })

  it('takes another limit, and more storage than it has by now', async () => {
    const life = await grown()
    life.write(database('allocatedStorage: 60, maxAllocatedStorage: 200'))
    const { AllocatedStorage, MaxAllocatedStorage } = await inAws(life)
    expect([AllocatedStorage, MaxAllocatedStorage]).toEqual([60, 200])
  })

  it('has what the config asks for, where RDS has grown it beyond that already', async () => {
    const life = await grown()
    life.write(database('allocatedStorage: 30, maxAllocatedStorage: 100'))
    const { refusals, resources } = await planned(life)
    expect([refusals, resources.filter(({ action }) => action !== 'none')]).toEqual([[], []])
    expect((await inAws(life)).AllocatedStorage).toBe(44)
  })

  it('is refused less than the config has asked for, with the number to write', async () => {
    const life = liveOn(database('allocatedStorage: 30, maxAllocatedStorage: 100'), 'dev')
    await up(life)
    await grow(life, 44)
    life.write(database('allocatedStorage: 25, maxAllocatedStorage: 100'))
    expect((await life.up()).error).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('RDS cannot shrink storage (44 GiB now)'),
      hint: expect.stringContaining('allocatedStorage: 44'),
    })
  })
})
