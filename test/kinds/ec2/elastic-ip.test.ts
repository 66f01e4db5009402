import { AllocateAddressCommand, DescribeAddressesCommand, ReleaseAddressCommand } from '@aws-sdk/client-ec2'
import { describe, expect, it } from 'vitest'
import { elasticIp } from '../../../src/kinds/ec2/elastic-ip.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { awsTags, ec2Error, makeAddress, listTagged, mockEc2, token } from './network.ts'
import { whileInUse } from '../../support/while-in-use.ts'

const address = 'network/nat-address'
const props = { domain: 'vpc' } as const
const attributes = { allocationId: 'eipalloc-1', publicIp: '203.0.113.7' }
const row = { AllocationId: 'eipalloc-1', PublicIp: '203.0.113.7', Domain: 'vpc' } as const
const tags = tagsFor(address)

describeKindLife({ kind: elasticIp, props: async () => props, changes: [] })

describe('ec2/elastic-ip', () => {
  it('is created in one call that carries its tags', async () => {
    const ec2 = mockEc2()
    ec2.on(AllocateAddressCommand).resolves(row)
    expect(await elasticIp.create({ address, props, tags, token }, mockedContext())).toEqual(attributes)
    expect(ec2.calls().map(call => call.args[0].input)).toEqual([
      { Domain: 'vpc', TagSpecifications: [{ ResourceType: 'elastic-ip', Tags: awsTags(tags) }] },
    ])
  })

  it('reads what was declared, so that a second run changes nothing', async () => {
    const ec2 = mockEc2()
    ec2.on(DescribeAddressesCommand).resolves({ Addresses: [{ ...row, Tags: awsTags(tags) }] })
    const found = await elasticIp.read([readRequest(address, props, attributes)], mockedContext())
    expect(found).toEqual([{ attributes, props, tags }])
    expect(ec2.calls()).toHaveLength(1)
  })

  it('takes no notice of an address that another stack has tagged', async () => {
    const ec2 = mockEc2()
    listTagged(ec2, 'elastic-ip', attributes.allocationId)
    const foreign = awsTags({ ...tags, 'provision:stack': 'other' })
    ec2.on(DescribeAddressesCommand).resolves({ Addresses: [{ ...row, Tags: foreign }] })
    expect(await elasticIp.read([readRequest(address, props)], mockedContext())).toEqual([undefined])
  })

  it('takes an already released address for released', async () => {
    const ec2 = mockEc2()
    ec2.on(ReleaseAddressCommand).rejects(ec2Error('InvalidAllocationID.NotFound'))
    await elasticIp.delete({ address, attributes, dataMayGo: false }, mockedContext())
  })

  it('keeps asking while a NAT gateway that was deleted a moment ago still holds it', async () => {
    const ec2 = mockEc2()
    const held = ec2Error('AuthFailure', 'You do not have permission to access the specified resource.')
    ec2.on(ReleaseAddressCommand).rejectsOnce(held).rejectsOnce(held).resolves({})
    const context = mockedContext()
    const started = context.clock.now()
    await whileInUse(context.clock, () =>
      elasticIp.delete({ address, attributes, dataMayGo: false }, context),
    )
    expect(context.clock.now() - started).toBe(10_000)
  })

  it('fails at once on the sixth address of a region', async () => {
    const context = sandboxContext()
    for (let made = 0; made < 5; made++) await makeAddress(context)
    await expect(elasticIp.create({ address, props, tags, token }, context)).rejects.toMatchObject({
      name: 'AddressLimitExceeded',
    })
  })
})
