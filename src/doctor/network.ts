import { Address4 } from 'ip-address'
import { allPages } from '../aws/pages.ts'
import type { Aws } from '../aws/aws.ts'
import type { Check } from './finding.ts'
import { fail, ok, warn } from './finding.ts'

/** The Availability Zones of the subnets are open to this account. */
export const zones: Check = async ({ situation: { desired }, context: { aws, region } }) => {
  const wanted = [
    ...new Set(
      desired.flatMap(({ type, props: { availabilityZone } }) =>
        type === 'ec2/subnet' && typeof availabilityZone === 'string' ? [availabilityZone] : [],
      ),
    ),
  ]
  if (wanted.length === 0) return []
  const { AvailabilityZones = [] } = await aws.ec2.describeAvailabilityZones({
    Filters: [{ Name: 'zone-type', Values: ['availability-zone'] }],
  })
  const open = AvailabilityZones.flatMap(({ ZoneName, State }) =>
    ZoneName && State === 'available' ? [ZoneName] : [],
  )
  const closed = wanted.filter(zone => !open.includes(zone))
  return closed.length === 0
    ? [ok('zones', `${wanted.join(', ')} are open to this account`)]
    : [
        fail(
          'zones',
          `${region} offers no ${closed.join(', ')} to this account`,
          `name others under network.zones: ${open.join(', ')}`,
        ),
      ]
}

interface Block {
  readonly cidr: string
  /** `vpc-0a1b (main)`. */
  readonly whose: string
}

/** The VPC's addresses meet those of no other VPC here, and of none that is peered with one here. */
export const addresses: Check = async ({ config, situation: { observed }, context: { aws, account } }) => {
  if (config.existing.vpc) return []
  const own = observed.get('network/vpc')?.attributes['vpcId']
  const [here, peers] = await Promise.all([vpcsIn(aws), peersOf(aws, account)])
  const { cidr } = config.network
  const ours = new Address4(cidr)
  const others = [...here, ...peers].filter(({ id }) => id !== own)
  const meeting = others.filter(block => overlap(ours, new Address4(block.cidr)))
  if (meeting.length === 0)
    return [ok('addresses', `${cidr} meets no other VPC here and none of their peers`)]
  const whose = meeting.map(block => `${block.whose} with ${block.cidr}`).join(', ')
  return [
    warn(
      'addresses',
      `${cidr} overlaps ${whose}: AWS never peers VPCs whose addresses overlap`,
      'set network.cidr to a block of its own if the two networks will be connected one day; later it cannot be changed',
    ),
  ]
}

async function vpcsIn(aws: Aws): Promise<(Block & { readonly id: string | undefined })[]> {
  const vpcs = await allPages(NextToken =>
    aws.ec2.describeVpcs({ NextToken }).then(page => ({ rows: page.Vpcs, next: page.NextToken })),
  )
  return vpcs.flatMap(({ VpcId, CidrBlock, CidrBlockAssociationSet, IsDefault, Tags = [] }) => {
    const name = IsDefault ? 'default' : Tags.find(({ Key }) => Key === 'Name')?.Value
    const cidrs = CidrBlockAssociationSet?.flatMap(one => one.CidrBlock ?? []) ?? []
    return [...new Set([...(CidrBlock ? [CidrBlock] : []), ...cidrs])].map(cidr => ({
      id: VpcId,
      cidr,
      whose: `${VpcId}${name ? ` (${name})` : ''}`,
    }))
  })
}

/** VPCs of other accounts and regions that are connected to one here. */
async function peersOf(aws: Aws, account: string): Promise<(Block & { readonly id: string | undefined })[]> {
  const connections = await allPages(NextToken =>
    aws.ec2
      .describeVpcPeeringConnections({
        Filters: [{ Name: 'status-code', Values: ['active', 'pending-acceptance', 'provisioning'] }],
        NextToken,
      })
      .then(page => ({ rows: page.VpcPeeringConnections, next: page.NextToken })),
  )
  return connections
    .flatMap(({ AccepterVpcInfo, RequesterVpcInfo }) => [AccepterVpcInfo, RequesterVpcInfo])
    .flatMap(side =>
      side?.CidrBlock && side.OwnerId !== account
        ? [{ id: side.VpcId, cidr: side.CidrBlock, whose: `${side.VpcId} of account ${side.OwnerId}` }]
        : [],
    )
}

function overlap(a: Address4, b: Address4): boolean {
  return a.isInSubnet(b) || b.isInSubnet(a)
}
