import { describe, expect, it } from 'vitest'
import { awsFault } from '../../src/sandbox/fault.ts'
import { liveWith } from '../support/life.ts'

/** The first few requests to attach an internet gateway are throttled: all else that can be made is made meanwhile. */
function slowToAttach() {
  let asked = 0
  return {
    before: ({ operation }: { readonly operation: string }) => {
      if (operation === 'AttachInternetGateway' && ++asked < 6)
        throw awsFault('RequestLimitExceeded', 'Request limit exceeded.', { status: 503 })
    },
  }
}

describe('a NAT gateway', () => {
  it('is asked for only once the internet gateway is attached: AWS would make one that has failed', async () => {
    const life = liveWith('apranova')
    const { code, err, calls } = await life.up({ faults: slowToAttach() })
    expect([code, err]).toEqual([0, err])
    const order = calls.map(({ operation }) => operation)
    expect(order.filter(operation => operation === 'AttachInternetGateway')).toHaveLength(6)
    expect(order.indexOf('CreateNatGateway')).toBeGreaterThan(order.lastIndexOf('AttachInternetGateway'))
    expect(life.tables()['ec2/nat-gateway']).toEqual([
      expect.not.objectContaining({ failure: expect.anything() }),
    ])
  })

  it('is gone before the internet gateway is detached: AWS would refuse that', async () => {
    const life = liveWith('apranova')
    await life.up()
    // Longer than anything else takes to go.
    const duration = (name: string, typical: number) => (name === 'nat-gateway delete' ? 550 : typical)
    const { code, err, calls } = await life.teardown({ deleteData: ['all'], faults: { duration } })
    expect([code, err]).toEqual([0, err])
    expect(calls.filter(({ operation }) => operation === 'DetachInternetGateway')).toHaveLength(1)
  })
})
