import type { Filter, Tag } from '@aws-sdk/client-ec2'
import type { Aws } from '../../aws/aws.ts'
import { allPages } from '../../aws/pages.ts'
import { fromTagList } from '../../aws/tags.ts'
import type { Blocker } from '../../resources/blocker.ts'
import { blockersOf, interfacesWith } from './network-interface.ts'
import { describeNetworkAcls } from './network-acl-association.ts'
import { describeRouteTables } from './route-table-association.ts'

/** Something in a VPC. */
interface Inside {
  readonly vpcId: string | undefined
  readonly blocker: Blocker
}

/** AWS deletes a VPC only when nothing is in it but what came with it: its default group, ACL and main route table. */
export async function vpcBlockers(vpcIds: readonly string[], aws: Aws): Promise<Blocker[][]> {
  const Filters = [{ Name: 'vpc-id', Values: [...vpcIds] }]
  const [interfaces, ...lists] = await Promise.all([
    interfacesWith('vpc-id', vpcIds, aws),
    subnetsIn(Filters, aws),
    groupsIn(Filters, aws),
    routeTablesIn(Filters, aws),
    aclsIn(Filters, aws),
    endpointsIn(Filters, aws),
    internetGatewaysAt(vpcIds, aws),
    egressOnlyGateways(aws),
    peeringsOf(vpcIds, aws),
  ])
  const ofInterfaces = await blockersOf(interfaces, aws)
  return vpcIds.map(vpcId => [
    ...lists.flat().flatMap(inside => (inside.vpcId === vpcId ? [inside.blocker] : [])),
    ...interfaces.flatMap(({ VpcId, NetworkInterfaceId = '' }) =>
      VpcId === vpcId ? (ofInterfaces.get(NetworkInterfaceId) ?? []) : [],
    ),
  ])
}

/** `remove` is the command of the AWS CLI that deletes it, but for the id at its end. */
function inside(
  vpcId: string | undefined,
  id: string | undefined,
  {
    noun,
    tags,
    remove,
  }: { readonly noun: string; readonly tags: Tag[] | undefined; readonly remove: string },
): Inside[] {
  if (!id) return []
  const known = fromTagList(tags)
  const name = known['Name'] ? ` (${known['Name']})` : ''
  const hint = `delete it: aws ec2 ${remove} ${id}`
  return [{ vpcId, blocker: { id, what: `${noun} ${id}${name}`, tags: known, hint } }]
}

async function subnetsIn(Filters: Filter[], { ec2 }: Aws): Promise<Inside[]> {
  const rows = await allPages(NextToken =>
    ec2
      .describeSubnets({ Filters, MaxResults: 1000, NextToken })
      .then(page => ({ rows: page.Subnets, next: page.NextToken })),
  )
  const remove = 'delete-subnet --subnet-id'
  return rows.flatMap(row => inside(row.VpcId, row.SubnetId, { noun: 'subnet', tags: row.Tags, remove }))
}

async function groupsIn(Filters: Filter[], { ec2 }: Aws): Promise<Inside[]> {
  const rows = await allPages(NextToken =>
    ec2
      .describeSecurityGroups({ Filters, MaxResults: 1000, NextToken })
      .then(page => ({ rows: page.SecurityGroups, next: page.NextToken })),
  )
  const remove = 'delete-security-group --group-id'
  return rows
    .filter(({ GroupName }) => GroupName !== 'default')
    .flatMap(row => inside(row.VpcId, row.GroupId, { noun: 'security group', tags: row.Tags, remove }))
}

async function routeTablesIn(Filters: Filter[], aws: Aws): Promise<Inside[]> {
  const rows = await describeRouteTables(Filters, aws)
  const remove = 'delete-route-table --route-table-id'
  return rows
    .filter(({ Associations = [] }) => !Associations.some(({ Main }) => Main))
    .flatMap(row => inside(row.VpcId, row.RouteTableId, { noun: 'route table', tags: row.Tags, remove }))
}

async function aclsIn(Filters: Filter[], aws: Aws): Promise<Inside[]> {
  const rows = await describeNetworkAcls(Filters, aws)
  const remove = 'delete-network-acl --network-acl-id'
  return rows
    .filter(({ IsDefault }) => !IsDefault)
    .flatMap(row => inside(row.VpcId, row.NetworkAclId, { noun: 'network ACL', tags: row.Tags, remove }))
}

async function endpointsIn(Filters: Filter[], { ec2 }: Aws): Promise<Inside[]> {
  const rows = await allPages(NextToken =>
    ec2
      .describeVpcEndpoints({ Filters, MaxResults: 1000, NextToken })
      .then(page => ({ rows: page.VpcEndpoints, next: page.NextToken })),
  )
  const remove = 'delete-vpc-endpoints --vpc-endpoint-ids'
  return rows
    .filter(({ State = '' }) => State.toLowerCase() !== 'deleted')
    .flatMap(row =>
      inside(row.VpcId, row.VpcEndpointId, { noun: `${row.ServiceName} endpoint`, tags: row.Tags, remove }),
    )
}

async function internetGatewaysAt(vpcIds: readonly string[], { ec2 }: Aws): Promise<Inside[]> {
  const Filters = [{ Name: 'attachment.vpc-id', Values: [...vpcIds] }]
  const rows = await allPages(NextToken =>
    ec2
      .describeInternetGateways({ Filters, MaxResults: 1000, NextToken })
      .then(page => ({ rows: page.InternetGateways, next: page.NextToken })),
  )
  return rows.flatMap(({ InternetGatewayId, Attachments = [], Tags: tags }) =>
    Attachments.flatMap(({ VpcId }) => {
      const remove = `detach-internet-gateway --vpc-id ${VpcId} --internet-gateway-id`
      return inside(VpcId, InternetGatewayId, { noun: 'internet gateway', tags, remove })
    }),
  )
}

/** AWS filters these by tags alone. */
async function egressOnlyGateways({ ec2 }: Aws): Promise<Inside[]> {
  const rows = await allPages(NextToken =>
    ec2
      .describeEgressOnlyInternetGateways({ MaxResults: 255, NextToken })
      .then(page => ({ rows: page.EgressOnlyInternetGateways, next: page.NextToken })),
  )
  const remove = 'delete-egress-only-internet-gateway --egress-only-internet-gateway-id'
  const noun = 'egress-only internet gateway'
  return rows.flatMap(({ EgressOnlyInternetGatewayId, Attachments = [], Tags: tags }) =>
    Attachments.flatMap(({ VpcId }) => inside(VpcId, EgressOnlyInternetGatewayId, { noun, tags, remove })),
  )
}

/** Peerings that are over stay listed for a while. */
const over: ReadonlySet<string> = new Set(['deleted', 'deleting', 'expired', 'failed', 'rejected'])

async function peeringsOf(vpcIds: readonly string[], { ec2 }: Aws): Promise<Inside[]> {
  const sides = ['requester-vpc-info.vpc-id', 'accepter-vpc-info.vpc-id']
  const found = await Promise.all(
    sides.map(Name =>
      allPages(NextToken =>
        ec2
          .describeVpcPeeringConnections({
            Filters: [{ Name, Values: [...vpcIds] }],
            MaxResults: 1000,
            NextToken,
          })
          .then(page => ({ rows: page.VpcPeeringConnections, next: page.NextToken })),
      ),
    ),
  )
  const noun = 'VPC peering connection'
  const remove = 'delete-vpc-peering-connection --vpc-peering-connection-id'
  return found
    .flat()
    .filter(({ Status }) => !over.has(Status?.Code ?? ''))
    .flatMap(({ VpcPeeringConnectionId: id, RequesterVpcInfo, AccepterVpcInfo, Tags: tags }) =>
      [RequesterVpcInfo, AccepterVpcInfo].flatMap(side => inside(side?.VpcId, id, { noun, tags, remove })),
    )
}
