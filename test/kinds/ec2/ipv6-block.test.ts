import {
  AssociateSubnetCidrBlockCommand,
  AssociateVpcCidrBlockCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  DisassociateSubnetCidrBlockCommand,
  DisassociateVpcCidrBlockCommand,
  ModifySubnetAttributeCommand,
} from '@aws-sdk/client-ec2'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalVpcBlock, placeOf, subnetBlock } from '../../../src/kinds/ec2/ipv6-block.ts'
import { subnetIpv6Block } from '../../../src/kinds/ec2/subnet-ipv6-block.ts'
import { vpcIpv6Block } from '../../../src/kinds/ec2/vpc-ipv6-block.ts'
import type { SandboxContext } from '../../support/context.ts'
import { mockedContext, readRequest } from '../../support/context.ts'
import { describeKindLife, settle } from '../../support/kind-life.ts'
import { ec2Error, makeSubnet, makeVpc, mockEc2, token } from './network.ts'

const address = 'network/ipv6'
const request = { address, tags: {}, token }

async function vpcWithBlock(context: SandboxContext) {
  const vpcId = await makeVpc(context)
  const made = await vpcIpv6Block.create({ ...request, props: { vpcId } }, context)
  return { vpcId, block: (await settle(vpcIpv6Block, made, context)) as typeof made }
}

describeKindLife({
  kind: vpcIpv6Block,
  props: async context => ({ vpcId: await makeVpc(context) }),
  changes: [],
})

describeKindLife({
  kind: subnetIpv6Block,
  props: async context => {
    const { vpcId, block } = await vpcWithBlock(context)
    const subnetId = await makeSubnet(context, vpcId)
    return { subnetId, vpcCidrBlock: block.cidrBlock, number: 129, assignOnCreation: false }
  },
  changes: [{ assignOnCreation: true }, { assignOnCreation: false }],
})

describe('the part of a subnet in its VPC’s addresses', () => {
  it('is found from its number, and its number from it', () => {
    const group = fc.integer({ min: 0, max: 0xffff })
    const numbers = fc.integer({ min: 0, max: 255 })
    fc.assert(
      fc.property(group, group, numbers, numbers, (second, third, high, number) => {
        const [two, three, four] = [second, third, high << 8].map(part => part.toString(16))
        const whole = normalVpcBlock(`2600:${two}:${three}:${four}::/56`)
        expect(placeOf(subnetBlock(whole, number))).toEqual({ vpcCidrBlock: whole, number })
      }),
    )
  })

  it('is written as AWS writes it', () => {
    expect(subnetBlock('2600:1f18:12:ab00::/56', 129)).toBe('2600:1f18:12:ab81::/64')
    expect(normalVpcBlock('2600:1F18:0012:AB00:0:0:0:0/56')).toBe('2600:1f18:12:ab00::/56')
  })
})

describe('ec2/vpc-ipv6-block', () => {
  const shown = (State: 'associating' | 'associated' | 'disassociated') => ({
    AssociationId: 'vpc-cidr-assoc-1',
    Ipv6CidrBlockState: { State },
    ...(State === 'associating' ? {} : { Ipv6CidrBlock: '2600:1f18:12:ab00::/56' }),
  })
  const listed = (State: Parameters<typeof shown>[0]) => ({
    Vpcs: [{ VpcId: 'vpc-1', Ipv6CidrBlockAssociationSet: [shown(State)] }],
  })
  const attributes = { associationId: 'vpc-cidr-assoc-1', vpcId: 'vpc-1', cidrBlock: '' }

  it('asks Amazon for addresses, and knows them once AWS says that they stand', async () => {
    const ec2 = mockEc2()
    ec2.on(AssociateVpcCidrBlockCommand).resolves({ Ipv6CidrBlockAssociation: shown('associating') })
    ec2.on(DescribeVpcsCommand).resolvesOnce(listed('associating')).resolves(listed('associated'))
    const context = mockedContext()
    const made = await vpcIpv6Block.create({ ...request, props: { vpcId: 'vpc-1' } }, context)
    expect(made).toEqual(attributes)
    expect(await vpcIpv6Block.ready!([made], context)).toEqual([{ state: 'waiting', status: 'associating' }])
    expect(await vpcIpv6Block.ready!([made], context)).toEqual([
      { state: 'ready', attributes: { ...attributes, cidrBlock: '2600:1f18:12:ab00::/56' } },
    ])
    expect(ec2.calls()[0]!.args[0].input).toEqual({ VpcId: 'vpc-1', AmazonProvidedIpv6CidrBlock: true })
  })

  it('takes no notice of a block that has been given back, nor of one that somebody has brought', async () => {
    const ec2 = mockEc2()
    const brought = { ...shown('associated'), AssociationId: 'vpc-cidr-assoc-2', Ipv6Pool: 'ipv6pool-ec2-1' }
    ec2.on(DescribeVpcsCommand).resolves({
      Vpcs: [{ VpcId: 'vpc-1', Ipv6CidrBlockAssociationSet: [shown('disassociated'), brought] }],
    })
    const context = mockedContext()
    const found = await vpcIpv6Block.read([readRequest(address, { vpcId: 'vpc-1' })], context)
    expect(found).toEqual([undefined])
    expect(await vpcIpv6Block.gone!([attributes], context)).toEqual([{ state: 'gone' }])
  })

  it('is gone already when AWS does not know it', async () => {
    const ec2 = mockEc2()
    ec2.on(DisassociateVpcCidrBlockCommand).rejects(ec2Error('InvalidVpcCidrBlockAssociationID.NotFound'))
    await vpcIpv6Block.delete({ address, attributes, dataMayGo: false }, mockedContext())
    expect(ec2.calls()).toHaveLength(1)
  })
})

describe('ec2/subnet-ipv6-block', () => {
  const props = {
    subnetId: 'subnet-1',
    vpcCidrBlock: '2600:1f18:12:ab00::/56',
    number: 1,
    assignOnCreation: true,
  }
  const attributes = { associationId: 'subnet-cidr-assoc-1', subnetId: 'subnet-1' }

  it('takes the part of its number, and gives addresses out only once that stands', async () => {
    const ec2 = mockEc2()
    ec2.on(AssociateSubnetCidrBlockCommand).resolves({
      Ipv6CidrBlockAssociation: { AssociationId: 'subnet-cidr-assoc-1' },
    })
    expect(await subnetIpv6Block.create({ ...request, props }, mockedContext())).toEqual(attributes)
    expect(ec2.calls().map(call => call.args[0].input)).toEqual([
      { SubnetId: 'subnet-1', Ipv6CidrBlock: '2600:1f18:12:ab01::/64' },
    ])
    expect(subnetIpv6Block.converges!(props)).toBe(true)
  })

  it('reads where it lies, whatever way AWS writes it', async () => {
    const ec2 = mockEc2()
    const block = {
      AssociationId: 'subnet-cidr-assoc-1',
      Ipv6CidrBlock: '2600:1F18:12:AB01::/64',
      Ipv6CidrBlockState: { State: 'associated' as const },
    }
    ec2.on(DescribeSubnetsCommand).resolves({
      Subnets: [
        { SubnetId: 'subnet-1', AssignIpv6AddressOnCreation: true, Ipv6CidrBlockAssociationSet: [block] },
      ],
    })
    const found = await subnetIpv6Block.read([readRequest(address, props, attributes)], mockedContext())
    expect(found).toEqual([{ attributes, props, tags: undefined }])
  })

  it('gives out no more addresses before it is let go, and may vanish in between', async () => {
    const ec2 = mockEc2()
    ec2.on(ModifySubnetAttributeCommand).resolves({})
    ec2
      .on(DisassociateSubnetCidrBlockCommand)
      .rejects(ec2Error('InvalidSubnetCidrBlockAssociationID.NotFound'))
    await subnetIpv6Block.delete({ address, attributes, dataMayGo: false }, mockedContext())
    expect(ec2.calls().map(call => call.args[0].input)).toEqual([
      { SubnetId: 'subnet-1', AssignIpv6AddressOnCreation: { Value: false } },
      { AssociationId: 'subnet-cidr-assoc-1' },
    ])
  })
})
