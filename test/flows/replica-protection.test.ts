import { beforeAll, describe, expect, it } from 'vitest'
import type { Life } from '../support/life.ts'
import { liveWith } from '../support/life.ts'

interface Row {
  readonly id: string
  readonly settings: { readonly DeletionProtection?: boolean }
}

const replica = 'prod-ledgerbook-db-replica-1'
const address = 'data/database.replica-1'

const replicaOf = (life: Life) =>
  (life.tables()['rds/instance'] as readonly Row[] | undefined)?.find(({ id }) => id === replica)

describe('a read replica of a database whose deletion protection is on', () => {
  let made: Life
  beforeAll(async () => {
    made = liveWith('replicated', 'prod')
    made.edit('multiAz: true, replicas: 1', 'multiAz: true, deletionProtection: true, replicas: 1')
    // With a window of its own, a new replica is compared with its props once more.
    made.edit('    maintenanceWindow: mon:04:00-mon:05:00\n', '')
    await made.up()
  }, 60_000)

  it('is protected in AWS, too', () => {
    expect(replicaOf(made)?.settings.DeletionProtection).toBe(true)
  })

  it('is kept by up when the config no longer names it, and the plan says why', async () => {
    const life = made.copy()
    life.edit('replicas: 1', 'replicas: 0')
    expect(await life.planned()).toContainEqual(
      expect.objectContaining({
        address,
        action: 'keep',
        reason: expect.stringMatching(
          /^its deletion protection is on; to delete it with its data: provision up .*--delete-data /,
        ),
      }),
    )
    const { code, err, calls } = await life.up()
    expect([code, err]).toEqual([0, err])
    expect(calls.map(({ operation }) => operation)).not.toContain('DeleteDBInstance')
    expect(replicaOf(life)?.settings.DeletionProtection).toBe(true)
  })

  it('is kept by teardown, with all that it needs, until its data is named', async () => {
    const life = made.copy()
    const kept = await life.teardown()
    expect([kept.code, kept.err]).toEqual([0, expect.stringContaining('its deletion protection is on')])
    expect(kept.calls.map(({ operation }) => operation)).not.toContain('DeleteDBInstance')
    expect(replicaOf(life)?.settings.DeletionProtection).toBe(true)

    const { code, err } = await life.teardown({ deleteData: ['all'] })
    expect([code, err]).toEqual([0, expect.stringContaining('Nothing tagged ledgerbook/prod is left')])
    expect(replicaOf(life)).toBeUndefined()
  })
})
