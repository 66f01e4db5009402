import {
  AssociateRouteTableCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  DeleteRouteCommand,
  DeleteRouteTableCommand,
  DescribeRouteTablesCommand,
  DisassociateRouteTableCommand,
  ReplaceRouteCommand,
  ReplaceRouteTableAssociationCommand,
} from '@aws-sdk/client-ec2'
import type { RouteTable } from '@aws-sdk/client-ec2'
import { describe, expect, it } from 'vitest'
import type { RouteTableProps } from '../../../src/kinds/ec2/route-table.ts'
import { routeTable } from '../../../src/kinds/ec2/route-table.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { awsTags, ec2Error, makeGateway, makeSubnet, makeVpc, listTagged, mockEc2, token } from './network.ts'

const address = 'network/public-routes'
const everywhere = '0.0.0.0/0'
const props: RouteTableProps = {
  vpcId: 'vpc-1',
  routes: [{ destinationCidrBlock: everywhere, gatewayId: 'igw-1' }],
  subnetIds: ['subnet-1', 'subnet-2'],
}
const attributes = { routeTableId: 'rtb-1' }
const tags = tagsFor(address)
const request = { address, props, tags, token }
const row: RouteTable = {
  RouteTableId: 'rtb-1',
  VpcId: 'vpc-1',
  Routes: [
    { DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local', Origin: 'CreateRouteTable' },
    { DestinationPrefixListId: 'pl-1', GatewayId: 'vpce-1', Origin: 'CreateRoute' },
    { DestinationCidrBlock: '172.16.0.0/12', GatewayId: 'vgw-1', Origin: 'EnableVgwRoutePropagation' },
    { DestinationCidrBlock: everywhere, GatewayId: 'igw-1', Origin: 'CreateRoute' },
  ],
  Associations: [
    { RouteTableAssociationId: 'rtbassoc-2', SubnetId: 'subnet-2', Main: false },
    { RouteTableAssociationId: 'rtbassoc-1', SubnetId: 'subnet-1', Main: false },
  ],
  Tags: awsTags(tags),
}
const listed = { RouteTables: [row] }

describeKindLife({
  kind: routeTable,
  props: async context => {
    const vpcId = await makeVpc(context)
    const gatewayId = await makeGateway(context, vpcId)
    return {
      vpcId,
      routes: [{ destinationCidrBlock: everywhere, gatewayId }],
      subnetIds: [await makeSubnet(context, vpcId, 1), await makeSubnet(context, vpcId, 2)],
    }
  },
  changes: [{ routes: [] }, { subnetIds: [] }],
})

describe('ec2/route-table', () => {
  it('is created in one call that carries its tags and the token', async () => {
    const ec2 = mockEc2()
    ec2.on(CreateRouteTableCommand).resolves({ RouteTable: { RouteTableId: 'rtb-1' } })
    expect(await routeTable.create(request, mockedContext())).toEqual(attributes)
    expect(ec2.calls().map(call => call.args[0].input)).toEqual([
      {
        VpcId: 'vpc-1',
        ClientToken: token,
        TagSpecifications: [{ ResourceType: 'route-table', Tags: awsTags(tags) }],
      },
    ])
  })

  it('is finished with one call per route and per subnet', async () => {
    const ec2 = mockEc2()
    ec2.on(CreateRouteCommand).resolves({}).on(AssociateRouteTableCommand).resolves({})
    await routeTable.finish!(request, attributes, mockedContext())
    expect(ec2.calls().map(call => call.args[0].input)).toEqual([
      { RouteTableId: 'rtb-1', DestinationCidrBlock: everywhere, GatewayId: 'igw-1' },
      { RouteTableId: 'rtb-1', SubnetId: 'subnet-1' },
      { RouteTableId: 'rtb-1', SubnetId: 'subnet-2' },
    ])
  })

  it('sends IPv6 out by members of its own, reads it back so, and stops it so', async () => {
    const ec2 = mockEc2()
    ec2.onAnyCommand().resolves({})
    const open = { destinationCidrBlock: '::/0', gatewayId: 'igw-1' }
    const outOnly = { destinationCidrBlock: '::/0', egressOnlyInternetGatewayId: 'eigw-1' }
    for (const route of [open, outOnly])
      await routeTable.finish!(
        { ...request, props: { ...props, routes: [route], subnetIds: [] } },
        attributes,
        mockedContext(),
      )
    await routeTable.update!(
      {
        address,
        attributes,
        observed: { ...props, routes: [outOnly] },
        props: { ...props, routes: [] },
        changed: ['routes'],
      },
      mockedContext(),
    )
    const common = { RouteTableId: 'rtb-1', DestinationIpv6CidrBlock: '::/0' }
    expect(ec2.calls().map(call => call.args[0].input)).toEqual([
      { ...common, GatewayId: 'igw-1' },
      { ...common, EgressOnlyInternetGatewayId: 'eigw-1' },
      common,
    ])
    const { RouteTableId: _, ...shown } = { ...common, EgressOnlyInternetGatewayId: 'eigw-1' }
    ec2.on(DescribeRouteTablesCommand).resolves({
      RouteTables: [{ ...row, Routes: [{ ...shown, Origin: 'CreateRoute' }] }],
    })
    const [found] = await routeTable.read([readRequest(address, props, attributes)], mockedContext())
    expect(found?.props.routes).toEqual([outOnly])
  })

  it('points a route that exists already to the declared target', async () => {
    const ec2 = mockEc2()
    ec2.on(CreateRouteCommand).rejects(ec2Error('RouteAlreadyExists')).on(ReplaceRouteCommand).resolves({})
    await routeTable.finish!({ ...request, props: { ...props, subnetIds: [] } }, attributes, mockedContext())
    expect(ec2.commandCalls(ReplaceRouteCommand).map(call => call.args[0].input)).toEqual([
      { RouteTableId: 'rtb-1', DestinationCidrBlock: everywhere, GatewayId: 'igw-1' },
    ])
  })

  it('takes a subnet over from another table without leaving it alone in between', async () => {
    const ec2 = mockEc2()
    const other = { ...row, RouteTableId: 'rtb-0' }
    ec2
      .on(AssociateRouteTableCommand)
      .rejects(ec2Error('Resource.AlreadyAssociated'))
      .on(DescribeRouteTablesCommand)
      .resolves({ RouteTables: [other] })
      .on(ReplaceRouteTableAssociationCommand)
      .resolves({})
    const moved = { ...props, routes: [], subnetIds: ['subnet-1'] }
    await routeTable.finish!({ ...request, props: moved }, attributes, mockedContext())
    expect(ec2.commandCalls(ReplaceRouteTableAssociationCommand).map(call => call.args[0].input)).toEqual([
      { AssociationId: 'rtbassoc-1', RouteTableId: 'rtb-1' },
    ])
  })

  it('leaves an association alone that exists already', async () => {
    const ec2 = mockEc2()
    ec2.on(AssociateRouteTableCommand).rejects(ec2Error('Resource.AlreadyAssociated'))
    ec2.on(DescribeRouteTablesCommand).resolves(listed)
    const one = { ...props, routes: [], subnetIds: ['subnet-1'] }
    await routeTable.finish!({ ...request, props: one }, attributes, mockedContext())
    expect(ec2.commandCalls(ReplaceRouteTableAssociationCommand)).toHaveLength(0)
  })

  it('reads what was declared and none of the routes that AWS keeps', async () => {
    const ec2 = mockEc2()
    ec2.on(DescribeRouteTablesCommand).resolves(listed)
    const [found] = await routeTable.read([readRequest(address, props, attributes)], mockedContext())
    expect(found).toEqual({ attributes, props: routeTable.normalise!(props), tags })
    expect(ec2.calls()).toHaveLength(1)
  })

  it('sorts its routes and subnets though some are not known yet', () => {
    const unknown = { unknown: 'network/internet-gateway.internetGatewayId' }
    const early = {
      vpcId: 'vpc-1',
      routes: [{ destinationCidrBlock: everywhere, gatewayId: unknown }],
      subnetIds: unknown,
    } as unknown as RouteTableProps
    expect(routeTable.normalise!(early)).toEqual(early)
  })

  it('changes exactly the routes that differ', async () => {
    const ec2 = mockEc2()
    ec2.on(CreateRouteCommand).resolves({}).on(ReplaceRouteCommand).resolves({})
    ec2.on(DeleteRouteCommand).rejects(ec2Error('InvalidRoute.NotFound'))
    const same = { destinationCidrBlock: '10.1.0.0/16', natGatewayId: 'nat-1' }
    const observed = [...props.routes, same, { destinationCidrBlock: '10.2.0.0/16', gatewayId: 'igw-1' }]
    const wanted = [
      same,
      { destinationCidrBlock: everywhere, natGatewayId: 'nat-1' },
      { destinationCidrBlock: '10.3.0.0/16', gatewayId: 'igw-1' },
    ]
    await routeTable.update!(
      {
        address,
        attributes,
        observed: { ...props, routes: observed },
        props: { ...props, routes: wanted },
        changed: ['routes'],
      },
      mockedContext(),
    )
    const sent = ec2.calls().map(call => [call.args[0].constructor.name, call.args[0].input])
    expect(sent).toHaveLength(3)
    expect(sent).toEqual(
      expect.arrayContaining([
        [
          'ReplaceRouteCommand',
          { RouteTableId: 'rtb-1', DestinationCidrBlock: everywhere, NatGatewayId: 'nat-1' },
        ],
        [
          'CreateRouteCommand',
          { RouteTableId: 'rtb-1', DestinationCidrBlock: '10.3.0.0/16', GatewayId: 'igw-1' },
        ],
        ['DeleteRouteCommand', { RouteTableId: 'rtb-1', DestinationCidrBlock: '10.2.0.0/16' }],
      ]),
    )
  })

  it('lets go only the subnet that is no longer declared', async () => {
    const ec2 = mockEc2()
    ec2.on(DescribeRouteTablesCommand).resolves(listed).on(DisassociateRouteTableCommand).resolves({})
    await routeTable.update!(
      {
        address,
        attributes,
        observed: props,
        props: { ...props, subnetIds: ['subnet-1'] },
        changed: ['subnetIds'],
      },
      mockedContext(),
    )
    expect(ec2.commandCalls(DisassociateRouteTableCommand).map(call => call.args[0].input)).toEqual([
      { AssociationId: 'rtbassoc-2' },
    ])
  })

  it('takes no notice of a table that another stack has tagged', async () => {
    const ec2 = mockEc2()
    listTagged(ec2, 'route-table', attributes.routeTableId)
    const foreign = awsTags({ ...tags, 'provision:stack': 'other' })
    ec2.on(DescribeRouteTablesCommand).resolves({ RouteTables: [{ ...row, Tags: foreign }] })
    expect(await routeTable.read([readRequest(address, props)], mockedContext())).toEqual([undefined])
  })

  it('lets all its subnets go before it is deleted, and may vanish in between', async () => {
    const ec2 = mockEc2()
    ec2
      .on(DescribeRouteTablesCommand)
      .resolves(listed)
      .on(DisassociateRouteTableCommand)
      .rejects(ec2Error('InvalidAssociationID.NotFound'))
      .on(DeleteRouteTableCommand)
      .rejects(ec2Error('InvalidRouteTableID.NotFound'))
    await routeTable.delete({ address, attributes, dataMayGo: false }, mockedContext())
    expect(ec2.commandCalls(DisassociateRouteTableCommand)).toHaveLength(2)
    expect(ec2.commandCalls(DeleteRouteTableCommand)).toHaveLength(1)
  })

  it('can be finished twice', async () => {
    const context = sandboxContext()
    const vpcId = await makeVpc(context)
    const gatewayId = await makeGateway(context, vpcId)
    const real = {
      vpcId,
      routes: [{ destinationCidrBlock: everywhere, gatewayId }],
      subnetIds: [await makeSubnet(context, vpcId)],
    }
    const made = await routeTable.create({ ...request, props: real }, context)
    await routeTable.finish!({ ...request, props: real }, made, context)
    await routeTable.finish!({ ...request, props: real }, made, context)
    const [found] = await routeTable.read([readRequest(address, real, made)], context)
    expect(found?.props).toEqual(real)
  })
})
