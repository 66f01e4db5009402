import {
  CreateEgressOnlyInternetGatewayCommand,
  DeleteEgressOnlyInternetGatewayCommand,
  DescribeEgressOnlyInternetGatewaysCommand,
} from '@aws-sdk/client-ec2'
import { describe, expect, it } from 'vitest'
import { egressOnlyGateway } from '../../../src/kinds/ec2/egress-only-internet-gateway.ts'
import { mockedContext, readRequest, tagsFor } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { awsTags, ec2Error, makeVpc, mockEc2, token } from './network.ts'

const address = 'network/egress-only-gateway'
const props = { vpcId: 'vpc-1' }
const attributes = { gatewayId: 'eigw-1' }
const tags = tagsFor(address)
const row = {
  EgressOnlyInternetGatewayId: 'eigw-1',
  Attachments: [{ VpcId: 'vpc-1', State: 'attached' as const }],
  Tags: awsTags(tags),
}

describeKindLife({
  kind: egressOnlyGateway,
  props: async context => ({ vpcId: await makeVpc(context) }),
  changes: [],
})

describe('ec2/egress-only-internet-gateway', () => {
  it('is created in one call that carries its tags and the token', async () => {
    const ec2 = mockEc2()
    ec2.on(CreateEgressOnlyInternetGatewayCommand).resolves({ EgressOnlyInternetGateway: row })
    expect(await egressOnlyGateway.create({ address, props, tags, token }, mockedContext())).toEqual(
      attributes,
    )
    expect(ec2.calls().map(call => call.args[0].input)).toEqual([
      {
        VpcId: 'vpc-1',
        ClientToken: token,
        TagSpecifications: [{ ResourceType: 'egress-only-internet-gateway', Tags: awsTags(tags) }],
      },
    ])
  })

  it('is read by the tag of its stack in one call', async () => {
    const ec2 = mockEc2()
    ec2.on(DescribeEgressOnlyInternetGatewaysCommand).resolves({ EgressOnlyInternetGateways: [row] })
    const found = await egressOnlyGateway.read(
      [readRequest(address, props, attributes), readRequest('network/other', props)],
      mockedContext(),
    )
    expect(found).toEqual([{ attributes, props, tags }, undefined])
    expect(ec2.calls().map(call => call.args[0].input)).toEqual([
      { Filters: [{ Name: 'tag:provision:stack', Values: ['shop'] }], MaxResults: 255 },
    ])
  })

  it('is found by its id although somebody has removed its tags', async () => {
    const ec2 = mockEc2()
    ec2
      .on(DescribeEgressOnlyInternetGatewaysCommand)
      .resolvesOnce({ EgressOnlyInternetGateways: [] })
      .resolves({ EgressOnlyInternetGateways: [{ ...row, Tags: [] }] })
    const found = await egressOnlyGateway.read([readRequest(address, props, attributes)], mockedContext())
    expect(found).toEqual([{ attributes, props, tags: {} }])
  })

  it('may be gone before it is deleted', async () => {
    const ec2 = mockEc2()
    ec2.on(DeleteEgressOnlyInternetGatewayCommand).rejects(ec2Error('InvalidGatewayID.NotFound'))
    await egressOnlyGateway.delete({ address, attributes, dataMayGo: false }, mockedContext())
    expect(ec2.calls()).toHaveLength(1)
  })
})
