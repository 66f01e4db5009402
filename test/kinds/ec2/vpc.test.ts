import {
  CreateVpcCommand,
  DeleteVpcCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  EC2ServiceException,
  ModifyVpcAttributeCommand,
} from '@aws-sdk/client-ec2'
import { describe, expect, it } from 'vitest'
import { vpc } from '../../../src/kinds/ec2/vpc.ts'
import { mockedContext, readRequest, tagsFor } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { listTagged, mockEc2 } from './network.ts'
import { whileInUse } from '../../support/while-in-use.ts'

const props = { cidrBlock: '10.0.0.0/16', enableDnsSupport: true, enableDnsHostnames: true }
const tags = tagsFor('network/vpc', { Name: 'test-vpc' })
const token = '0123456789abcdef0123456789abcdef'

describeKindLife({
  kind: vpc,
  props: async () => props,
  changes: [{ enableDnsHostnames: false }, { enableDnsSupport: false }],
})

describe('ec2/vpc', () => {
  it('is created in one call that carries its tags', async () => {
    const ec2 = mockEc2()
    ec2.on(CreateVpcCommand).resolves({ Vpc: { VpcId: 'vpc-1' } })
    expect(await vpc.create({ address: 'network/vpc', props, tags, token }, mockedContext())).toEqual({
      vpcId: 'vpc-1',
    })
    expect(ec2.calls().map(call => call.args[0].input)).toEqual([
      {
        CidrBlock: '10.0.0.0/16',
        TagSpecifications: [
          { ResourceType: 'vpc', Tags: expect.arrayContaining([{ Key: 'Name', Value: 'test-vpc' }]) },
        ],
      },
    ])
  })

  it('sets only the attribute that AWS does not set by default', async () => {
    const ec2 = mockEc2()
    ec2.on(ModifyVpcAttributeCommand).resolves({})
    await vpc.finish!({ address: 'network/vpc', props, tags, token }, { vpcId: 'vpc-1' }, mockedContext())
    expect(ec2.commandCalls(ModifyVpcAttributeCommand).map(call => call.args[0].input)).toEqual([
      { VpcId: 'vpc-1', EnableDnsHostnames: { Value: true } },
    ])
  })

  it('reads many by id in one filtered call, so that an unknown id spoils nothing', async () => {
    const ec2 = mockEc2()
    ec2.on(DescribeVpcsCommand).resolves({ Vpcs: [{ VpcId: 'vpc-2', CidrBlock: '10.0.0.0/16' }] })
    ec2.on(DescribeVpcAttributeCommand).resolves({})
    const found = await vpc.read(
      [readRequest('a', props, { vpcId: 'vpc-1' }), readRequest('b', props, { vpcId: 'vpc-2' })],
      mockedContext(),
    )
    expect(found.map(one => one?.attributes)).toEqual([undefined, { vpcId: 'vpc-2' }])
    expect(ec2.commandCalls(DescribeVpcsCommand).map(call => call.args[0].input.Filters)).toEqual([
      [{ Name: 'vpc-id', Values: ['vpc-1', 'vpc-2'] }],
    ])
  })

  it('takes no notice of a VPC that another stack has tagged', async () => {
    const ec2 = mockEc2()
    listTagged(ec2, 'vpc', 'vpc-9')
    const foreign = Object.entries(tagsFor('network/vpc', { 'provision:stack': 'other' }))
    ec2.on(DescribeVpcsCommand).resolves({
      Vpcs: [{ VpcId: 'vpc-9', Tags: foreign.map(([Key, Value]) => ({ Key, Value })) }],
    })
    expect(await vpc.read([readRequest('network/vpc', props)], mockedContext())).toEqual([undefined])
  })

  it('takes an already deleted VPC for deleted', async () => {
    const ec2 = mockEc2()
    ec2.on(DeleteVpcCommand).rejects(
      new EC2ServiceException({
        name: 'InvalidVpcID.NotFound',
        $fault: 'client',
        $metadata: {},
        message: 'gone',
      }),
    )
    await vpc.delete(
      { address: 'network/vpc', attributes: { vpcId: 'vpc-1' }, dataMayGo: false },
      mockedContext(),
    )
  })

  it('keeps asking while something in the VPC is still going away', async () => {
    const ec2 = mockEc2()
    const inUse = new EC2ServiceException({
      name: 'DependencyViolation',
      $fault: 'client',
      $metadata: {},
      message: 'has dependencies',
    })
    ec2.on(DeleteVpcCommand).rejectsOnce(inUse).rejectsOnce(inUse).resolves({})
    const context = mockedContext()
    const started = context.clock.now()
    const request = { address: 'network/vpc', attributes: { vpcId: 'vpc-1' }, dataMayGo: false }
    await whileInUse(context.clock, () => vpc.delete(request, context))
    expect(context.clock.now() - started).toBe(10_000)
  })
})
