import {
  CreateNatGatewayCommand,
  DeleteNatGatewayCommand,
  DescribeNatGatewaysCommand,
} from '@aws-sdk/client-ec2'
import type { NatGateway } from '@aws-sdk/client-ec2'
import { describe, expect, it } from 'vitest'
import type { NatGatewayAttributes, NatGatewayProps } from '../../../src/kinds/ec2/nat-gateway.ts'
import { natGateway } from '../../../src/kinds/ec2/nat-gateway.ts'
import type { ReadRequest } from '../../../src/resources/kind.ts'
import type { SandboxContext } from '../../support/context.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import { describeKindLife, settle, vanish } from '../../support/kind-life.ts'
import {
  awsTags,
  ec2Error,
  makeAddress,
  makeGateway,
  makeSubnet,
  makeVpc,
  listTagged,
  mockEc2,
  token,
} from './network.ts'
import { whileInUse } from '../../support/while-in-use.ts'

const address = 'network/nat-gateway'
const props: NatGatewayProps = { subnetId: 'subnet-1', allocationId: 'eipalloc-1' }
const attributes = { natGatewayId: 'nat-1' }
const tags = tagsFor(address)
const row: NatGateway = {
  NatGatewayId: 'nat-1',
  SubnetId: 'subnet-1',
  State: 'available',
  NatGatewayAddresses: [{ AllocationId: 'eipalloc-1', IsPrimary: true }],
  Tags: awsTags(tags),
}

async function place(context: SandboxContext) {
  const vpcId = await makeVpc(context)
  await makeGateway(context, vpcId)
  return { subnetId: await makeSubnet(context, vpcId), allocationId: await makeAddress(context) }
}

describeKindLife({ kind: natGateway, props: place, changes: [] })

describe('ec2/nat-gateway', () => {
  it('is created in one call that carries its tags and the token', async () => {
    const ec2 = mockEc2()
    ec2.on(CreateNatGatewayCommand).resolves({ NatGateway: { NatGatewayId: 'nat-1' } })
    expect(await natGateway.create({ address, props, tags, token }, mockedContext())).toEqual(attributes)
    expect(ec2.calls().map(call => call.args[0].input)).toEqual([
      {
        SubnetId: 'subnet-1',
        AllocationId: 'eipalloc-1',
        ClientToken: token,
        TagSpecifications: [{ ResourceType: 'natgateway', Tags: awsTags(tags) }],
      },
    ])
  })

  it('reads what was declared, so that a second run changes nothing', async () => {
    const ec2 = mockEc2()
    ec2.on(DescribeNatGatewaysCommand).resolves({ NatGateways: [row] })
    const [found] = await natGateway.read([readRequest(address, props, attributes)], mockedContext())
    expect(found).toEqual({ attributes, props: { ...props, connectivityType: 'public' }, tags })
    expect(ec2.calls()).toHaveLength(1)
  })

  it('says that it is still being made', async () => {
    const ec2 = mockEc2()
    ec2.on(DescribeNatGatewaysCommand).resolves({ NatGateways: [{ ...row, State: 'pending' }] })
    const [found] = await natGateway.read([readRequest(address, props, attributes)], mockedContext())
    expect(found?.pending).toBe('pending')
  })

  it.each(['failed', 'deleting', 'deleted'] as const)('is absent once it is %s', async State => {
    const ec2 = mockEc2()
    listTagged(ec2, 'natgateway', 'nat-1')
    ec2.on(DescribeNatGatewaysCommand).resolves({ NatGateways: [{ ...row, State }] })
    const requests: ReadRequest<NatGatewayProps, NatGatewayAttributes>[] = [
      readRequest(address, props, attributes),
      readRequest(address, props),
    ]
    expect(await natGateway.read(requests, mockedContext())).toEqual([undefined, undefined])
  })

  it('is found by its tags beside a deleted one that carries the same', async () => {
    const ec2 = mockEc2()
    listTagged(ec2, 'natgateway', 'nat-0', 'nat-1')
    const old: NatGateway = { ...row, NatGatewayId: 'nat-0', State: 'deleted' }
    ec2.on(DescribeNatGatewaysCommand).resolves({ NatGateways: [old, row] })
    const [found] = await natGateway.read([readRequest(address, props)], mockedContext())
    expect(found?.attributes).toEqual(attributes)
  })

  it('takes no notice of a gateway that another stack has tagged', async () => {
    const ec2 = mockEc2()
    listTagged(ec2, 'natgateway', attributes.natGatewayId)
    const foreign = awsTags({ ...tags, 'provision:stack': 'other' })
    ec2.on(DescribeNatGatewaysCommand).resolves({ NatGateways: [{ ...row, Tags: foreign }] })
    expect(await natGateway.read([readRequest(address, props)], mockedContext())).toEqual([undefined])
  })

  it('looks at many in one call', async () => {
    const ec2 = mockEc2()
    ec2.on(DescribeNatGatewaysCommand).resolves({ NatGateways: [row] })
    const both = [attributes, { natGatewayId: 'nat-2' }]
    expect(await natGateway.ready!(both, mockedContext())).toEqual([
      { state: 'ready', attributes },
      { state: 'waiting', status: 'pending' },
    ])
    expect(ec2.calls().map(call => call.args[0].input)).toMatchObject([
      { Filter: [{ Name: 'nat-gateway-id', Values: ['nat-1', 'nat-2'] }] },
    ])
  })

  it('takes an already deleted gateway for deleted', async () => {
    const ec2 = mockEc2()
    ec2.on(DeleteNatGatewayCommand).rejects(ec2Error('NatGatewayNotFound'))
    await natGateway.delete({ address, attributes, dataMayGo: false }, mockedContext())
  })

  it('fails with AWS’s reason in a VPC without an internet gateway', async () => {
    const context = sandboxContext()
    const subnetId = await makeSubnet(context, await makeVpc(context))
    const allocationId = await makeAddress(context)
    const made = await natGateway.create({ address, props: { subnetId, allocationId }, tags, token }, context)
    await expect(settle(natGateway, made, context)).rejects.toThrow(/^Gateway\.NotAttached: Network vpc-/)
  })

  it('is the same gateway when its creation is repeated with the same token', async () => {
    const context = sandboxContext()
    const request = { address, props: await place(context), tags, token }
    expect(await natGateway.create(request, context)).toEqual(await natGateway.create(request, context))
  })

  it('holds its address and its subnet until it is deleted', async () => {
    const context = sandboxContext()
    const { aws } = context
    const { subnetId, allocationId } = await place(context)
    const request = { address, props: { subnetId, allocationId }, tags, token }
    const made = await natGateway.create(request, context)
    await settle(natGateway, made, context)
    await natGateway.delete({ address, attributes: made, dataMayGo: false }, context)
    const started = context.clock.now()
    await Promise.all([
      whileInUse(context.clock, () => aws.ec2.releaseAddress({ AllocationId: allocationId })),
      whileInUse(context.clock, () => aws.ec2.deleteSubnet({ SubnetId: subnetId })),
    ])
    expect(context.clock.now() - started).toBeGreaterThan(55_000)
    await vanish(natGateway, made, context)
  })
})
