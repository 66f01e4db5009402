import { describe, expect, it } from 'vitest'
import type { Life } from '../support/life.ts'
import { liveOn } from '../support/life.ts'

const database = (options: string) => `stack: shop
environment: dev
region: us-east-1
databases:
  database: { engine: postgres, version: '16'${options} }
`

async function statusAfterUp(life: Life) {
  const { code, error, err } = await life.up()
  expect([code, error?.message, err]).toEqual([0, undefined, err])
  let status: string | undefined
  await life.meanwhile(async ({ rds }, _world, clock) => {
    // RDS shows only after a while that it changes something.
    await clock.sleep(20_000)
    status = (await rds.describeDBInstances({})).DBInstances![0]!.DBInstanceStatus
  })
  return status
}

describe('an up that changes a database', () => {
  it.each([
    ', forceTls: true',
    ', deletionProtection: true',
    ', backupWindow: 01:00-02:00',
    ', autoMinorVersionUpgrade: false',
    ', monitoringInterval: 60',
    ', maxAllocatedStorage: 100',
    ', backupRetentionDays: 7',
    ', multiAz: true',
  ])('ends when RDS has applied it, and so does the way back:%s', async option => {
    const life = liveOn(database(''), 'dev')
    await life.up()
    for (const options of [option, '']) {
      life.write(database(options))
      expect(await statusAfterUp(life)).toBe('available')
      expect(await life.planned()).toEqual([])
    }
  })
})
