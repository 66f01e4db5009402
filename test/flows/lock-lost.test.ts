import { describe, expect, it } from 'vitest'
import { exitCodes } from '../../src/commands/exit-codes.ts'
import { liveWith } from '../support/life.ts'
import type { Life } from '../support/life.ts'

/** Somebody removes the lock by hand and starts another run. */
function takeLock(life: Life): void {
  const [path, text] = [...life.files()].find(([name]) => name.endsWith('.lock'))!
  const other = JSON.stringify({ ...(JSON.parse(text) as object), id: 'other', user: 'eve' })
  life.restoreLedger(new Map([...life.copyLedger(), [path, other]]))
}

/** Loses the lock when this operation is asked for the first time. */
function losingAt(life: Life, operation: string) {
  let taken = false
  return {
    before: (call: { readonly operation: string }) => {
      if (taken || call.operation !== operation) return
      taken = true
      takeLock(life)
    },
  }
}

const stack = ' -c /work/provision.yaml -e dev --sandbox'

describe('a run whose lock someone else has taken', () => {
  it.each([
    ['CreateVpc', 'CreateSubnet'],
    ['CreateSubnet', 'CreateLoadBalancer'],
    ['CreateLoadBalancer', 'CreateListener'],
  ])('ends as locked and says so once; lost at %s, it never comes to %s', async (operation, later) => {
    const life = liveWith('minimal')
    const { error, err, writes } = await life.up({ faults: losingAt(life, operation) })
    expect(error).toMatchObject({
      code: 'locked',
      message: expect.stringContaining('is no longer ours'),
      hint: `See who holds it (provision ledger history${stack}), then run the same command again, it continues: provision up${stack} --yes`,
    })
    expect(err).not.toContain('Next:')
    expect(err).not.toContain('Failed')
    expect(err).toContain('Up interrupted')
    expect(writes).toContain(operation)
    expect(writes).not.toContain(later)
  })

  it('stops waiting for what takes long', async () => {
    const life = liveWith('apranova')
    const { error, calls } = await life.up({ faults: losingAt(life, 'CreateReplicationGroup') })
    expect(error).toMatchObject({ code: 'locked' })
    expect(calls.filter(({ operation }) => operation === 'DescribeDBInstances').length).toBeLessThan(4)
  })

  it('leaves the lock of the other, and is gone on with once that is free', async () => {
    const life = liveWith('minimal')
    await life.up({ faults: losingAt(life, 'CreateSubnet') })
    expect((await life.up()).error).toMatchObject({
      code: 'locked',
      message: expect.stringContaining('eve'),
    })
    life.restoreLedger(life.copyLedger())
    expect(await life.up()).toMatchObject({ code: exitCodes.done })
    expect((await life.plan()).out).toContain('No changes')
  })

  it('is told the same by teardown', async () => {
    const life = liveWith('minimal')
    await life.up()
    const { error } = await life.teardown({ faults: losingAt(life, 'DeleteService') })
    expect(error).toMatchObject({ code: 'locked' })
  })
})
