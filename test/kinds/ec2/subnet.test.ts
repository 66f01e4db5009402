import {
  CreateSubnetCommand,
  DeleteSubnetCommand,
  DescribeSubnetsCommand,
  ModifySubnetAttributeCommand,
} from '@aws-sdk/client-ec2'
import { describe, expect, it } from 'vitest'
import { subnet } from '../../../src/kinds/ec2/subnet.ts'
import { attachInterface, releaseInterface } from '../../../src/sandbox/ec2/interface.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { awsTags, ec2Error, makeSubnet, makeVpc, listTagged, mockEc2, token } from './network.ts'
import { whileInUse } from '../../support/while-in-use.ts'

const address = 'network/public-subnet-a'
const props = {
  vpcId: 'vpc-1',
  cidrBlock: '10.0.0.0/24',
  availabilityZone: 'us-east-1a',
  mapPublicIpOnLaunch: true,
}
const row = {
  SubnetId: 'subnet-1',
  VpcId: 'vpc-1',
  CidrBlock: '10.0.0.0/24',
  AvailabilityZone: 'us-east-1a',
  MapPublicIpOnLaunch: true,
}
const attributes = { subnetId: 'subnet-1' }
const tags = tagsFor(address)

describeKindLife({
  kind: subnet,
  props: async context => ({ ...props, vpcId: await makeVpc(context) }),
  changes: [{ mapPublicIpOnLaunch: false }, { mapPublicIpOnLaunch: true }],
})

describe('ec2/subnet', () => {
  it('is created in one call that carries its tags', async () => {
    const ec2 = mockEc2()
    ec2.on(CreateSubnetCommand).resolves({ Subnet: { SubnetId: 'subnet-1' } })
    expect(await subnet.create({ address, props, tags, token }, mockedContext())).toEqual(attributes)
    expect(ec2.calls().map(call => call.args[0].input)).toEqual([
      {
        VpcId: 'vpc-1',
        CidrBlock: '10.0.0.0/24',
        AvailabilityZone: 'us-east-1a',
        TagSpecifications: [{ ResourceType: 'subnet', Tags: awsTags(tags) }],
      },
    ])
  })

  it('needs no second call when it maps no public addresses', async () => {
    const ec2 = mockEc2()
    const plain = { ...props, mapPublicIpOnLaunch: false }
    await subnet.finish!({ address, props: plain, tags, token }, attributes, mockedContext())
    expect(ec2.calls()).toEqual([])
  })

  it('changes public addresses with exactly one request', async () => {
    const ec2 = mockEc2()
    ec2.on(ModifySubnetAttributeCommand).resolves({})
    await subnet.update!(
      {
        address,
        attributes,
        observed: props,
        props: { ...props, mapPublicIpOnLaunch: false },
        changed: ['mapPublicIpOnLaunch'],
      },
      mockedContext(),
    )
    expect(ec2.calls().map(call => call.args[0].input)).toEqual([
      { SubnetId: 'subnet-1', MapPublicIpOnLaunch: { Value: false } },
    ])
  })

  it('reads what was declared, so that a second run changes nothing', async () => {
    const ec2 = mockEc2()
    ec2.on(DescribeSubnetsCommand).resolves({ Subnets: [{ ...row, Tags: awsTags(tags) }] })
    const [found] = await subnet.read([readRequest(address, props, attributes)], mockedContext())
    expect(found).toEqual({ attributes, props, tags })
    expect(ec2.calls()).toHaveLength(1)
  })

  it('reads every page', async () => {
    const ec2 = mockEc2()
    ec2
      .on(DescribeSubnetsCommand)
      .resolves({ Subnets: [], NextToken: 'more' })
      .on(DescribeSubnetsCommand, { NextToken: 'more' })
      .resolves({ Subnets: [row] })
    const [found] = await subnet.read([readRequest(address, props, attributes)], mockedContext())
    expect(found?.attributes).toEqual(attributes)
  })

  it('takes no notice of a subnet that another stack has tagged', async () => {
    const ec2 = mockEc2()
    listTagged(ec2, 'subnet', attributes.subnetId)
    const foreign = awsTags({ ...tags, 'provision:stack': 'other' })
    ec2.on(DescribeSubnetsCommand).resolves({ Subnets: [{ ...row, Tags: foreign }] })
    expect(await subnet.read([readRequest(address, props)], mockedContext())).toEqual([undefined])
  })

  it('takes an already deleted subnet for deleted', async () => {
    const ec2 = mockEc2()
    ec2.on(DeleteSubnetCommand).rejects(ec2Error('InvalidSubnetID.NotFound'))
    await subnet.delete({ address, attributes, dataMayGo: false }, mockedContext())
  })

  it('waits with its deletion until the last network interface has gone', async () => {
    const context = sandboxContext()
    const subnetId = await makeSubnet(context, await makeVpc(context))
    const eni = attachInterface(context.world, { subnetId, groupIds: [], description: 'ELB app/web/1' })
    releaseInterface(context.world, eni, context.clock.now() + 60_000)
    const started = context.clock.now()
    await whileInUse(context.clock, () =>
      subnet.delete({ address, attributes: { subnetId }, dataMayGo: false }, context),
    )
    expect(context.clock.now() - started).toBeGreaterThan(59_000)
  })

  it.each([
    ['overlaps another subnet', { cidrBlock: '10.0.0.128/25' }, 'InvalidSubnet.Conflict'],
    ['lies outside its VPC', { cidrBlock: '10.1.0.0/24' }, 'InvalidSubnet.Range'],
    ['is to stand in another region', { availabilityZone: 'eu-west-1a' }, 'InvalidParameterValue'],
  ])('fails with AWS’s own words when it %s', async (_case, wrong, name) => {
    const context = sandboxContext()
    const vpcId = await makeVpc(context)
    await makeSubnet(context, vpcId)
    const other = { ...props, vpcId, cidrBlock: '10.0.1.0/24', ...wrong }
    await expect(subnet.create({ address, props: other, tags, token }, context)).rejects.toMatchObject({
      name,
    })
  })
})
