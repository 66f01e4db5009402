import { Address4 } from 'ip-address'
import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import type { Ipv6Block } from './ipv6-block.ts'
import { shownBlock } from './ipv6-block.ts'
import { interfacesIn } from './interface.ts'
import { dropAclAssociation } from './network-acl-association.ts'
import { dropAssociations } from './route-table.ts'
import { passes, tagListOf, tagNew, untag } from './tags.ts'
import { vpcOf } from './vpc.ts'
import { zonesOf } from './zone.ts'

export interface SubnetRow {
  readonly id: string
  readonly vpcId: string
  readonly cidr: string
  readonly zone: string
  readonly created: number
  mapPublicIp: boolean
  ipv6?: Ipv6Block
  assignIpv6?: boolean
}

export const subnets = (world: World) => world.table<SubnetRow>('ec2/subnet')

export function subnetOf(world: World, id: string | undefined): SubnetRow {
  const row = subnets(world).get(id ?? '')
  if (!row || !world.visible(row.created))
    throw awsFault('InvalidSubnetID.NotFound', `The subnet ID '${id}' does not exist`)
  return row
}

/** Five addresses of each subnet are AWS's own. */
const reserved = 5

export const subnetOperations = {
  createSubnet: ({ VpcId, CidrBlock = '', AvailabilityZone, TagSpecifications }, world) => {
    const vpc = vpcOf(world, VpcId)
    const range = rangeOf(CidrBlock)
    if (!range.isInSubnet(new Address4(vpc.cidr)) || range.subnetMask < 16 || range.subnetMask > 28)
      throw awsFault('InvalidSubnet.Range', `The CIDR '${CidrBlock}' is invalid.`)
    const zones = zonesOf(world)
    const zone = AvailabilityZone ?? zones[0]!
    if (!zones.includes(zone))
      throw awsFault(
        'InvalidParameterValue',
        `Value (${zone}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: ${zones.join(', ')}.`,
      )
    const taken = subnets(world)
      .list()
      .filter(({ vpcId }) => vpcId === vpc.id)
      .map(({ cidr }) => new Address4(cidr))
      .some(other => other.isInSubnet(range) || range.isInSubnet(other))
    if (taken)
      throw awsFault('InvalidSubnet.Conflict', `The CIDR '${CidrBlock}' conflicts with another subnet`)
    const id = world.id('subnet-')
    tagNew(world, id, 'subnet', TagSpecifications)
    const row = subnets(world).set(id, {
      id,
      vpcId: vpc.id,
      cidr: CidrBlock,
      zone,
      created: world.now(),
      mapPublicIp: false,
    })
    return { Subnet: shown(row, world) }
  },

  describeSubnets: ({ SubnetIds, Filters }, world) => {
    for (const id of SubnetIds ?? []) subnetOf(world, id)
    const rows = subnets(world)
      .list()
      .filter(row => !SubnetIds || SubnetIds.includes(row.id))
      .filter(row => world.visible(row.created))
      .filter(row =>
        passes(world, row.id, Filters, {
          'subnet-id': row.id,
          'vpc-id': row.vpcId,
          'cidr-block': row.cidr,
          'availability-zone': row.zone,
        }),
      )
    return { Subnets: rows.map(row => shown(row, world)) }
  },

  modifySubnetAttribute: ({ SubnetId, MapPublicIpOnLaunch, AssignIpv6AddressOnCreation }, world) => {
    const row = subnetOf(world, SubnetId)
    if (MapPublicIpOnLaunch && AssignIpv6AddressOnCreation)
      throw awsFault('InvalidParameterCombination', 'Fields for multiple attribute types specified')
    if (AssignIpv6AddressOnCreation?.Value && !(row.ipv6 && world.now() >= row.ipv6.associatedAt))
      throw awsFault(
        'InvalidParameterValue',
        `Subnet ${row.id} does not have any ipv6 CIDR block associated.`,
      )
    if (AssignIpv6AddressOnCreation) row.assignIpv6 = AssignIpv6AddressOnCreation.Value ?? false
    if (MapPublicIpOnLaunch) row.mapPublicIp = MapPublicIpOnLaunch.Value ?? false
    return {}
  },

  deleteSubnet: ({ SubnetId }, world) => {
    const row = subnetOf(world, SubnetId)
    if (interfacesIn(world).some(({ subnetId }) => subnetId === row.id))
      throw awsFault('DependencyViolation', `The subnet '${row.id}' has dependencies and cannot be deleted.`)
    dropAssociations(world, row.id)
    dropAclAssociation(world, row.id)
    subnets(world).delete(row.id)
    untag(world, row.id, 'all')
    return {}
  },
} satisfies Partial<SandboxService<'ec2'>>

function rangeOf(cidr: string): Address4 {
  if (!cidr.includes('/') || !Address4.isValid(cidr))
    throw awsFault(
      'InvalidParameterValue',
      `Value (${cidr}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`,
    )
  return new Address4(cidr)
}

function shown(row: SubnetRow, world: World) {
  const inside = interfacesIn(world).filter(({ subnetId }) => subnetId === row.id)
  return {
    SubnetId: row.id,
    VpcId: row.vpcId,
    CidrBlock: row.cidr,
    AvailabilityZone: row.zone,
    State: 'available' as const,
    MapPublicIpOnLaunch: row.mapPublicIp,
    AssignIpv6AddressOnCreation: row.assignIpv6 ?? false,
    Ipv6CidrBlockAssociationSet: row.ipv6 ? [shownBlock(row.ipv6, world)] : [],
    AvailableIpAddressCount: 2 ** (32 - rangeOf(row.cidr).subnetMask) - reserved - inside.length,
    SubnetArn: world.arn('ec2', `subnet/${row.id}`),
    OwnerId: world.account,
    Tags: tagListOf(world, row.id),
  }
}
