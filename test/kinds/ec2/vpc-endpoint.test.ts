import {
  CreateVpcEndpointCommand,
  DeleteVpcEndpointsCommand,
  DescribeVpcEndpointsCommand,
  ModifyVpcEndpointCommand,
} from '@aws-sdk/client-ec2'
import { describe, expect, it } from 'vitest'
import type { VpcEndpointProps } from '../../../src/kinds/ec2/vpc-endpoint.ts'
import { vpcEndpoint } from '../../../src/kinds/ec2/vpc-endpoint.ts'
import type { SandboxContext } from '../../support/context.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import { describeKindLife, settle } from '../../support/kind-life.ts'
import { awsTags, makeGroup, makeSubnet, makeVpc, mockEc2, token } from './network.ts'

const address = 'network/endpoints.logs'
const tags = tagsFor(address)
const attributes = { vpcEndpointId: 'vpce-1' }
const props: VpcEndpointProps = {
  vpcId: 'vpc-1',
  serviceName: 'com.amazonaws.us-east-1.logs',
  endpointType: 'Interface',
  routeTableIds: [],
  subnetIds: ['subnet-1'],
  securityGroupIds: ['sg-1'],
  privateDnsEnabled: true,
}
const gateway: VpcEndpointProps = {
  ...props,
  serviceName: 'com.amazonaws.us-east-1.s3',
  endpointType: 'Gateway',
  routeTableIds: ['rtb-1'],
  subnetIds: [],
  securityGroupIds: [],
  privateDnsEnabled: false,
}

async function inside(context: SandboxContext): Promise<VpcEndpointProps> {
  const vpcId = await makeVpc(context)
  await context.aws.ec2.modifyVpcAttribute({ VpcId: vpcId, EnableDnsHostnames: { Value: true } })
  return {
    ...props,
    vpcId,
    subnetIds: [await makeSubnet(context, vpcId)],
    securityGroupIds: [await makeGroup(context, vpcId, 'endpoints')],
  }
}

async function routed(context: SandboxContext): Promise<VpcEndpointProps> {
  const vpcId = await makeVpc(context)
  const { RouteTable } = await context.aws.ec2.createRouteTable({ VpcId: vpcId })
  return { ...gateway, vpcId, routeTableIds: [RouteTable!.RouteTableId!] }
}

describeKindLife({
  kind: vpcEndpoint,
  props: inside,
  changes: [{ privateDnsEnabled: false }, { subnetIds: [] }],
})
describeKindLife({ kind: vpcEndpoint, props: routed, changes: [{ routeTableIds: [] }] })

describe('ec2/vpc-endpoint', () => {
  it.each([
    [
      'by interface',
      props,
      {
        SubnetIds: ['subnet-1'],
        SecurityGroupIds: ['sg-1'],
        PrivateDnsEnabled: true,
        VpcEndpointType: 'Interface',
      },
    ],
    ['by gateway', gateway, { RouteTableIds: ['rtb-1'], VpcEndpointType: 'Gateway' }],
  ])('%s is created in one call that carries its tags and the token', async (_how, wish, input) => {
    const ec2 = mockEc2()
    ec2.on(CreateVpcEndpointCommand).resolves({ VpcEndpoint: { VpcEndpointId: 'vpce-1' } })
    expect(await vpcEndpoint.create({ address, props: wish, tags, token }, mockedContext())).toEqual(
      attributes,
    )
    expect(ec2.calls().map(call => call.args[0].input)).toEqual([
      {
        VpcId: 'vpc-1',
        ServiceName: wish.serviceName,
        ...input,
        ClientToken: token,
        TagSpecifications: [{ ResourceType: 'vpc-endpoint', Tags: awsTags(tags) }],
      },
    ])
  })

  it('reads what was declared, in whatever letter case AWS says its state', async () => {
    const ec2 = mockEc2()
    ec2.on(DescribeVpcEndpointsCommand).resolves({
      VpcEndpoints: [
        {
          VpcEndpointId: 'vpce-1',
          VpcId: 'vpc-1',
          ServiceName: props.serviceName,
          VpcEndpointType: 'Interface',
          State: 'Available',
          SubnetIds: ['subnet-1'],
          Groups: [{ GroupId: 'sg-1' }],
          PrivateDnsEnabled: true,
          Tags: awsTags(tags),
        },
      ],
    })
    const [found] = await vpcEndpoint.read([readRequest(address, props, attributes)], mockedContext())
    expect(found).toEqual({ attributes, props, tags })
    expect(ec2.calls()).toHaveLength(1)
  })

  it('changes in one call that says what is added and what is removed', async () => {
    const ec2 = mockEc2()
    ec2.on(ModifyVpcEndpointCommand).resolves({})
    await vpcEndpoint.update!(
      {
        address,
        attributes,
        observed: props,
        props: { ...props, subnetIds: ['subnet-2'] },
        changed: ['subnetIds'],
      },
      mockedContext(),
    )
    expect(ec2.calls().map(call => call.args[0].input)).toEqual([
      { VpcEndpointId: 'vpce-1', AddSubnetIds: ['subnet-2'], RemoveSubnetIds: ['subnet-1'] },
    ])
  })

  it('is made again only when the old one of that service is gone, for the host name is taken', async () => {
    const context = sandboxContext()
    const where = await inside(context)
    const request = { address, props: where, tags, token }
    const first = await vpcEndpoint.create(request, context)
    await settle(vpcEndpoint, first, context)
    await vpcEndpoint.delete({ address, attributes: first, dataMayGo: false }, context)
    const again = { ...request, token: token.replaceAll('0', 'f') }
    await expect(vpcEndpoint.create(again, context)).rejects.toThrow('conflicting DNS domain')
    await context.clock.sleep(120_000)
    expect(await vpcEndpoint.create(again, context)).toHaveProperty('vpcEndpointId')
  })

  it('looks into the answer of the deletion, which succeeds whatever happens', async () => {
    const ec2 = mockEc2()
    const unsuccessful = (Code: string) => ({
      Unsuccessful: [{ ResourceId: 'vpce-1', Error: { Code, Message: Code } }],
    })
    ec2
      .on(DeleteVpcEndpointsCommand)
      .resolvesOnce(unsuccessful('InvalidVpcEndpoint.NotFound'))
      .resolves(unsuccessful('UnauthorizedOperation'))
    const request = { address, attributes, dataMayGo: false }
    await vpcEndpoint.delete(request, mockedContext())
    await expect(vpcEndpoint.delete(request, mockedContext())).rejects.toMatchObject({
      name: 'UnauthorizedOperation',
    })
  })

  it('fails with AWS’s own words when AWS could not make it', async () => {
    const ec2 = mockEc2()
    ec2.on(DescribeVpcEndpointsCommand).resolves({
      VpcEndpoints: [{ VpcEndpointId: 'vpce-1', State: 'Failed', LastError: { Message: 'no address left' } }],
    })
    expect(await vpcEndpoint.ready!([attributes], mockedContext())).toEqual([
      { state: 'failed', reason: 'no address left' },
    ])
  })
})
