import type { AccessRequest } from '../../policy/evaluate.ts'
import { ec2Arn } from '../ec2/tags.ts'
import type { Call, Input, ServiceAccess } from './service-access.ts'
import { inputs, passing, text, texts } from './service-access.ts'

const resource = (id: string, { world }: Call) => ec2Arn(world, id)
const creates =
  (type: string) =>
  ({ world }: Call) => [world.arn('ec2', `${type}/new`)]
const each =
  (...members: readonly string[]) =>
  (call: Call): string[] =>
    members.flatMap(member => texts(call.input, member)).map(id => resource(id, call))

interface Routed {
  readonly id: string
  readonly vpcId?: string
  readonly associations?: readonly { readonly id: string; readonly subnetId?: string }[]
}

/** The route table and the subnet of an association. */
function routeAssociation({ input, world }: Call): string[] {
  const id = text(input, 'AssociationId')
  const tables = world.table<Routed>('ec2/route-table').list()
  return tables.flatMap(table =>
    (table.associations ?? [])
      .filter(one => one.id === id)
      .flatMap(one => [table.id, one.subnetId ?? []].flat().map(found => ec2Arn(world, found))),
  )
}

function aclAssociation({ input, world }: Call): string[] {
  const row = world
    .table<{ readonly id: string; readonly subnetId: string }>('ec2/network-acl-association')
    .list()
    .find(({ id }) => id === text(input, 'AssociationId'))
  return [text(input, 'NetworkAclId'), row?.subnetId ?? []].flat().map(id => ec2Arn(world, id))
}

/** The row of this table that has a block of addresses with this association. */
function withBlock(table: string) {
  return ({ input, world }: Call): string[] =>
    Object.values(world.table<{ readonly id: string }>(table).list())
      .filter(row => JSON.stringify(row).includes(text(input, 'AssociationId')))
      .map(({ id }) => ec2Arn(world, id))
}

/** At which instances are launched: what they are, and what they are in. Images belong to AWS. */
export function launchPlaces(data: Input, subnetIds: readonly string[], { world }: Call): string[] {
  const interfaces = inputs(data, 'NetworkInterfaces')
  const ids = [
    ...subnetIds,
    ...texts(data, 'SecurityGroupIds'),
    ...interfaces.flatMap(one => [...texts(one, 'Groups'), ...texts(one, 'SubnetId')]),
  ]
  return [
    ...['instance/new', 'volume/new', 'network-interface/new'].map(type => world.arn('ec2', type)),
    `arn:aws:ec2:${world.region}::image/${text(data, 'ImageId')}`,
    ...ids.map(id => ec2Arn(world, id)),
  ]
}

/** The role of an instance profile, named by its name or ARN, which is handed to EC2. */
export function passingProfile(data: Input, { world }: Call): AccessRequest[] {
  const [profile = {}] = inputs(data, 'IamInstanceProfile')
  const name = text(profile, 'Name') || text(profile, 'Arn').split('/').at(-1)!
  const row = world.table<{ readonly roleName?: string }>('iam/instance-profile').get(name)
  return row?.roleName === undefined
    ? []
    : passing(world.arn('iam', `role/${row.roleName}`, { region: '' }), 'ec2.amazonaws.com')
}

export const ec2: ServiceAccess = {
  tagging: 'ec2:CreateTags',
  tagsOfCreatedOnly: true,
  members: Object.fromEntries(
    [
      'VpcId',
      'SubnetId',
      'SubnetIds',
      'AddSubnetIds',
      'RemoveSubnetIds',
      'RouteTableId',
      'RouteTableIds',
      'AddRouteTableIds',
      'RemoveRouteTableIds',
      'SecurityGroupIds',
      'AddSecurityGroupIds',
      'RemoveSecurityGroupIds',
      'GroupId',
      'Groups',
      'NetworkAclId',
      'InternetGatewayId',
      'EgressOnlyInternetGatewayId',
      'NatGatewayId',
      'AllocationId',
      'VpcEndpointId',
      'VpcEndpointIds',
      'LaunchTemplateId',
      'InstanceId',
      'InstanceIds',
      'VolumeId',
      'Resources',
    ].map(member => [member, resource]),
  ),
  at: {
    CreateRoute: each('RouteTableId'),
    ReplaceRoute: each('RouteTableId'),
    DeleteRoute: each('RouteTableId'),
    ReplaceRouteTableAssociation: call => [...each('RouteTableId')(call), ...routeAssociation(call)],
    DisassociateRouteTable: routeAssociation,
    ReplaceNetworkAclAssociation: aclAssociation,
    DisassociateVpcCidrBlock: withBlock('ec2/vpc'),
    DisassociateSubnetCidrBlock: withBlock('ec2/subnet'),
    RunInstances: call => launchPlaces(call.input, texts(call.input, 'SubnetId'), call),
  },
  created: {
    AllocateAddress: creates('elastic-ip'),
    AuthorizeSecurityGroupIngress: creates('security-group-rule'),
    AuthorizeSecurityGroupEgress: creates('security-group-rule'),
    CreateEgressOnlyInternetGateway: creates('egress-only-internet-gateway'),
    CreateInternetGateway: creates('internet-gateway'),
    CreateLaunchTemplate: creates('launch-template'),
    CreateNatGateway: creates('natgateway'),
    CreateNetworkAcl: creates('network-acl'),
    CreateRouteTable: creates('route-table'),
    CreateSecurityGroup: creates('security-group'),
    CreateSubnet: creates('subnet'),
    CreateVpc: creates('vpc'),
    CreateVpcEndpoint: creates('vpc-endpoint'),
    RunInstances: call => [...creates('instance')(call), ...creates('volume')(call)],
  },
  besides: {
    RunInstances: call => passingProfile(call.input, call),
    CreateVpcEndpoint: ({ input }) =>
      input['PrivateDnsEnabled'] === true
        ? [
            {
              action: 'route53:AssociateVPCWithHostedZone',
              resource: 'arn:aws:route53:::hostedzone/new',
              values: {},
            },
          ]
        : [],
  },
}
