import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  DeleteInternetGatewayCommand,
  DescribeInternetGatewaysCommand,
  DetachInternetGatewayCommand,
} from '@aws-sdk/client-ec2'
import { describe, expect, it } from 'vitest'
import { internetGateway } from '../../../src/kinds/ec2/internet-gateway.ts'
import { attachInterface, releaseInterface } from '../../../src/sandbox/ec2/interface.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { awsTags, ec2Error, makeGateway, makeSubnet, makeVpc, listTagged, mockEc2, token } from './network.ts'
import { whileInUse } from '../../support/while-in-use.ts'

const address = 'network/internet-gateway'
const props = { vpcId: 'vpc-1' }
const attributes = { internetGatewayId: 'igw-1' }
const tags = tagsFor(address)
const request = { address, props, tags, token }
const row = { InternetGatewayId: 'igw-1', Attachments: [{ VpcId: 'vpc-1' }], Tags: awsTags(tags) }

describeKindLife({
  kind: internetGateway,
  props: async context => ({ vpcId: await makeVpc(context) }),
  changes: [],
})

describe('ec2/internet-gateway', () => {
  it('is created in one call and attached in another', async () => {
    const ec2 = mockEc2()
    ec2
      .on(CreateInternetGatewayCommand)
      .resolves({ InternetGateway: { InternetGatewayId: 'igw-1' } })
      .on(AttachInternetGatewayCommand)
      .resolves({})
    const context = mockedContext()
    expect(await internetGateway.create(request, context)).toEqual(attributes)
    await internetGateway.finish!(request, attributes, context)
    expect(ec2.calls().map(call => call.args[0].input)).toEqual([
      { TagSpecifications: [{ ResourceType: 'internet-gateway', Tags: awsTags(tags) }] },
      { InternetGatewayId: 'igw-1', VpcId: 'vpc-1' },
    ])
  })

  it('is content when it turns out to be attached already', async () => {
    const ec2 = mockEc2()
    ec2.on(AttachInternetGatewayCommand).rejects(ec2Error('Resource.AlreadyAssociated'))
    ec2.on(DescribeInternetGatewaysCommand).resolves({ InternetGateways: [row] })
    expect(await internetGateway.finish!(request, attributes, mockedContext())).toEqual(attributes)
  })

  it('fails when it is attached to another VPC', async () => {
    const ec2 = mockEc2()
    ec2.on(AttachInternetGatewayCommand).rejects(ec2Error('Resource.AlreadyAssociated'))
    ec2.on(DescribeInternetGatewaysCommand).resolves({
      InternetGateways: [{ ...row, Attachments: [{ VpcId: 'vpc-9' }] }],
    })
    await expect(internetGateway.finish!(request, attributes, mockedContext())).rejects.toThrow(
      'Resource.AlreadyAssociated',
    )
  })

  it('reads what was declared, so that a second run changes nothing', async () => {
    const ec2 = mockEc2()
    ec2.on(DescribeInternetGatewaysCommand).resolves({ InternetGateways: [row] })
    const found = await internetGateway.read([readRequest(address, props, attributes)], mockedContext())
    expect(found).toEqual([{ attributes, props, tags }])
    expect(ec2.calls()).toHaveLength(1)
  })

  it('is attached again after someone has detached it', async () => {
    const ec2 = mockEc2()
    ec2.on(DescribeInternetGatewaysCommand).resolves({ InternetGateways: [{ ...row, Attachments: [] }] })
    ec2.on(AttachInternetGatewayCommand).resolves({})
    const context = mockedContext()
    const [found] = await internetGateway.read([readRequest(address, props, attributes)], context)
    expect(found?.props).toEqual({ vpcId: '' })
    ec2.resetHistory()
    await internetGateway.update!(
      { address, attributes, observed: found!.props, props, changed: ['vpcId'] },
      context,
    )
    expect(ec2.calls().map(call => call.args[0].input)).toEqual([
      { InternetGatewayId: 'igw-1', VpcId: 'vpc-1' },
    ])
  })

  it('takes no notice of a gateway that another stack has tagged', async () => {
    const ec2 = mockEc2()
    listTagged(ec2, 'internet-gateway', attributes.internetGatewayId)
    const foreign = awsTags({ ...tags, 'provision:stack': 'other' })
    ec2.on(DescribeInternetGatewaysCommand).resolves({ InternetGateways: [{ ...row, Tags: foreign }] })
    expect(await internetGateway.read([readRequest(address, props)], mockedContext())).toEqual([undefined])
  })

  it('is detached before it is deleted, and may vanish in between', async () => {
    const ec2 = mockEc2()
    ec2
      .on(DescribeInternetGatewaysCommand)
      .resolves({ InternetGateways: [row] })
      .on(DetachInternetGatewayCommand)
      .rejects(ec2Error('Gateway.NotAttached'))
      .on(DeleteInternetGatewayCommand)
      .rejects(ec2Error('InvalidInternetGatewayID.NotFound'))
    await internetGateway.delete({ address, attributes, dataMayGo: false }, mockedContext())
    expect(ec2.commandCalls(DetachInternetGatewayCommand)).toHaveLength(1)
    expect(ec2.commandCalls(DeleteInternetGatewayCommand)).toHaveLength(1)
  })

  it('waits with its deletion until no public address is mapped any more', async () => {
    const context = sandboxContext()
    const vpcId = await makeVpc(context)
    const internetGatewayId = await makeGateway(context, vpcId)
    const subnetId = await makeSubnet(context, vpcId)
    const eni = attachInterface(context.world, {
      subnetId,
      groupIds: [],
      description: 'ELB app/web/1',
      isPublic: true,
    })
    releaseInterface(context.world, eni, context.clock.now() + 60_000)
    const started = context.clock.now()
    await whileInUse(context.clock, () =>
      internetGateway.delete({ address, attributes: { internetGatewayId }, dataMayGo: false }, context),
    )
    expect(context.clock.now() - started).toBeGreaterThan(59_000)
  })
})
