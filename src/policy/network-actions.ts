import type { KindActions } from './kind-actions.ts'
import { here, nothing } from './kind-actions.ts'

const ec2 = (resource: string) => here('ec2', `${resource}/*`)
const tag = ['ec2:CreateTags', 'ec2:DeleteTags']
/** A subnet that another account shares has the number of that account in its ARN. */
const shared = (resource: string) => `ec2:{region}:*:${resource}`
/** Whose a network interface is. */
const interfaces = ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeInstances']

/** EC2's network, by kind. */
export const networkActions = {
  'ec2/elastic-ip': {
    arns: [ec2('elastic-ip')],
    ours: 'tag',
    read: ['ec2:DescribeAddresses'],
    blockers: interfaces,
    create: ['ec2:AllocateAddress'],
    update: [],
    delete: ['ec2:ReleaseAddress'],
    tag,
  },
  'ec2/egress-only-internet-gateway': {
    arns: [ec2('egress-only-internet-gateway')],
    ours: 'tag',
    read: ['ec2:DescribeEgressOnlyInternetGateways'],
    create: ['ec2:CreateEgressOnlyInternetGateway'],
    update: [],
    delete: ['ec2:DeleteEgressOnlyInternetGateway'],
    tag,
    also: { 'ec2:CreateEgressOnlyInternetGateway': ['ec2/vpc'] },
  },
  'ec2/existing-subnet': {
    ...nothing,
    arns: [shared('subnet/{name}')],
    read: ['ec2:DescribeSubnets'],
  },
  'ec2/existing-vpc': { ...nothing, arns: [shared('vpc/{name}')], read: ['ec2:DescribeVpcs'] },
  'ec2/internet-gateway': {
    arns: [ec2('internet-gateway')],
    ours: 'tag',
    read: ['ec2:DescribeInternetGateways'],
    blockers: interfaces,
    create: ['ec2:CreateInternetGateway'],
    update: ['ec2:AttachInternetGateway'],
    delete: ['ec2:DetachInternetGateway', 'ec2:DeleteInternetGateway'],
    tag,
    also: { 'ec2:AttachInternetGateway': ['ec2/vpc'] },
    alsoToDelete: { 'ec2:DetachInternetGateway': ['ec2/vpc'] },
  },
  'ec2/nat-gateway': {
    arns: [ec2('natgateway')],
    ours: 'tag',
    read: ['ec2:DescribeNatGateways'],
    create: ['ec2:CreateNatGateway'],
    update: [],
    delete: ['ec2:DeleteNatGateway'],
    tag,
    also: { 'ec2:CreateNatGateway': ['ec2/elastic-ip', 'ec2/subnet', 'ec2/vpc'] },
  },
  'ec2/network-acl': {
    arns: [ec2('network-acl')],
    ours: 'tag',
    read: ['ec2:DescribeNetworkAcls'],
    create: ['ec2:CreateNetworkAcl'],
    update: [
      'ec2:CreateNetworkAclEntry',
      'ec2:ReplaceNetworkAclEntry',
      'ec2:DeleteNetworkAclEntry',
      'ec2:ReplaceNetworkAclAssociation',
    ],
    delete: ['ec2:ReplaceNetworkAclAssociation', 'ec2:DeleteNetworkAcl'],
    tag,
    // Before it goes, its subnets return to the VPC's default one, which is not tagged.
    also: { 'ec2:CreateNetworkAcl': ['ec2/vpc'], 'ec2:ReplaceNetworkAclAssociation': ['ec2/subnet'] },
    alsoToDelete: { 'ec2:ReplaceNetworkAclAssociation': [ec2('network-acl'), 'ec2/subnet'] },
  },
  'ec2/route-table': {
    arns: [ec2('route-table')],
    ours: 'tag',
    read: ['ec2:DescribeRouteTables'],
    create: ['ec2:CreateRouteTable'],
    update: [
      'ec2:CreateRoute',
      'ec2:ReplaceRoute',
      'ec2:DeleteRoute',
      'ec2:AssociateRouteTable',
      'ec2:ReplaceRouteTableAssociation',
      'ec2:DisassociateRouteTable',
    ],
    delete: ['ec2:DisassociateRouteTable', 'ec2:DeleteRouteTable'],
    tag,
    also: {
      'ec2:CreateRouteTable': ['ec2/vpc'],
      'ec2:AssociateRouteTable': ['ec2/subnet'],
      'ec2:ReplaceRouteTableAssociation': ['ec2/subnet'],
    },
    alsoToDelete: { 'ec2:DisassociateRouteTable': ['ec2/subnet'] },
  },
  'ec2/security-group': {
    arns: [ec2('security-group')],
    ours: 'tag',
    read: ['ec2:DescribeSecurityGroups'],
    blockers: interfaces,
    create: ['ec2:CreateSecurityGroup'],
    update: [
      'ec2:AuthorizeSecurityGroupIngress',
      'ec2:AuthorizeSecurityGroupEgress',
      'ec2:RevokeSecurityGroupIngress',
      'ec2:RevokeSecurityGroupEgress',
      'ec2:UpdateSecurityGroupRuleDescriptionsIngress',
      'ec2:UpdateSecurityGroupRuleDescriptionsEgress',
    ],
    // Two groups that name each other go only after their rules.
    delete: ['ec2:RevokeSecurityGroupIngress', 'ec2:RevokeSecurityGroupEgress', 'ec2:DeleteSecurityGroup'],
    tag,
    also: {
      'ec2:CreateSecurityGroup': ['ec2/vpc'],
      'ec2:AuthorizeSecurityGroupIngress': [ec2('security-group-rule')],
      'ec2:AuthorizeSecurityGroupEgress': [ec2('security-group-rule')],
    },
  },
  'ec2/subnet': {
    arns: [ec2('subnet')],
    ours: 'tag',
    read: ['ec2:DescribeSubnets'],
    blockers: interfaces,
    create: ['ec2:CreateSubnet'],
    update: ['ec2:ModifySubnetAttribute'],
    delete: ['ec2:DeleteSubnet'],
    tag,
    also: { 'ec2:CreateSubnet': ['ec2/vpc'] },
  },
  'ec2/subnet-ipv6-block': {
    arns: [ec2('subnet')],
    ours: 'tag',
    read: ['ec2:DescribeSubnets'],
    create: [],
    update: ['ec2:AssociateSubnetCidrBlock', 'ec2:ModifySubnetAttribute'],
    delete: ['ec2:ModifySubnetAttribute', 'ec2:DisassociateSubnetCidrBlock'],
    tag: [],
  },
  'ec2/vpc': {
    arns: [ec2('vpc')],
    ours: 'tag',
    read: ['ec2:DescribeVpcs', 'ec2:DescribeVpcAttribute'],
    blockers: [
      ...interfaces,
      'ec2:DescribeSubnets',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeRouteTables',
      'ec2:DescribeNetworkAcls',
      'ec2:DescribeVpcEndpoints',
      'ec2:DescribeInternetGateways',
      'ec2:DescribeEgressOnlyInternetGateways',
      'ec2:DescribeVpcPeeringConnections',
    ],
    // Of GuardDuty.
    companions: {
      arns: [ec2('vpc-endpoint'), ec2('security-group')],
      actions: ['ec2:DeleteVpcEndpoints', 'ec2:DeleteSecurityGroup'],
      tag: ['GuardDutyManaged', 'true'],
    },
    create: ['ec2:CreateVpc'],
    update: ['ec2:ModifyVpcAttribute'],
    delete: ['ec2:DeleteVpc'],
    tag,
  },
  'ec2/vpc-endpoint': {
    arns: [ec2('vpc-endpoint')],
    ours: 'tag',
    read: ['ec2:DescribeVpcEndpoints'],
    create: ['ec2:CreateVpcEndpoint'],
    update: ['ec2:ModifyVpcEndpoint'],
    delete: ['ec2:DeleteVpcEndpoints'],
    tag,
    also: {
      'ec2:CreateVpcEndpoint': ['ec2/vpc', 'ec2/route-table', 'ec2/security-group', 'ec2/subnet'],
      'ec2:ModifyVpcEndpoint': ['ec2/route-table', 'ec2/security-group', 'ec2/subnet'],
      // Its private DNS names are a hosted zone that AWS associates with the VPC in the caller's name.
      'route53:AssociateVPCWithHostedZone': ['route53:::hostedzone/*'],
    },
  },
  'ec2/vpc-ipv6-block': {
    arns: [ec2('vpc')],
    ours: 'tag',
    read: ['ec2:DescribeVpcs'],
    create: [],
    update: ['ec2:AssociateVpcCidrBlock'],
    delete: ['ec2:DisassociateVpcCidrBlock'],
    tag: [],
  },
} as const satisfies Readonly<Record<string, KindActions>>
