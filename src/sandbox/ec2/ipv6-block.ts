import { Address6 } from 'ip-address'
import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import { subnetOf, subnets } from './subnet.ts'
import { vpcOf, vpcs } from './vpc.ts'

export interface Ipv6Block {
  readonly associationId: string
  readonly cidr: string
  readonly associatedAt: number
}

export const ipv6BlockOperations = {
  associateVpcCidrBlock: ({ VpcId, AmazonProvidedIpv6CidrBlock }, world) => {
    const row = vpcOf(world, VpcId)
    if (!AmazonProvidedIpv6CidrBlock)
      throw awsFault(
        'MissingParameter',
        'Either cidrBlock or amazonProvidedIpv6CidrBlock should be provided.',
      )
    if (row.ipv6)
      throw awsFault(
        'CidrLimitExceeded',
        `This network '${row.id}' has met its maximum number of allowed CIDRs`,
      )
    const associationId = world.id('vpc-cidr-assoc-')
    // A /56 of its own for each: the number of the association is in it.
    const number = parseInt(associationId.slice(-4), 16)
    const cidr = `2600:1f18:${number.toString(16)}:ab00::/56`
    row.ipv6 = { associationId, cidr, associatedAt: world.after('ipv6-block associate') }
    return {
      VpcId: row.id,
      Ipv6CidrBlockAssociation: { ...shownBlock(row.ipv6, world), Ipv6CidrBlock: undefined },
    }
  },

  disassociateVpcCidrBlock: ({ AssociationId }, world) => {
    const row = vpcs(world)
      .list()
      .find(({ ipv6 }) => ipv6?.associationId === AssociationId)
    if (!row?.ipv6)
      throw awsFault(
        'InvalidVpcCidrBlockAssociationID.NotFound',
        `The vpc CIDR block association ID '${AssociationId}' does not exist`,
      )
    const used = subnets(world)
      .list()
      .some(({ vpcId, ipv6 }) => vpcId === row.id && ipv6)
    if (used) throw awsFault('DependencyViolation', `The CIDR block '${row.ipv6.cidr}' has dependencies.`)
    delete row.ipv6
    return { VpcId: row.id }
  },

  associateSubnetCidrBlock: ({ SubnetId, Ipv6CidrBlock = '' }, world) => {
    const row = subnetOf(world, SubnetId)
    const around = vpcOf(world, row.vpcId).ipv6
    const isPart =
      around &&
      Address6.isValid(Ipv6CidrBlock) &&
      Ipv6CidrBlock.endsWith('/64') &&
      new Address6(Ipv6CidrBlock).isInSubnet(new Address6(around.cidr))
    if (!isPart || world.now() < around.associatedAt)
      throw awsFault('InvalidSubnet.Range', `The CIDR '${Ipv6CidrBlock}' is invalid.`)
    const taken = subnets(world)
      .list()
      .some(({ vpcId, ipv6 }) => vpcId === row.vpcId && ipv6?.cidr === Ipv6CidrBlock)
    if (taken || row.ipv6)
      throw awsFault('InvalidSubnet.Conflict', `The CIDR '${Ipv6CidrBlock}' conflicts with another subnet`)
    const associationId = world.id('subnet-cidr-assoc-')
    row.ipv6 = { associationId, cidr: Ipv6CidrBlock, associatedAt: world.after('ipv6-block associate') }
    return { SubnetId: row.id, Ipv6CidrBlockAssociation: shownBlock(row.ipv6, world) }
  },

  disassociateSubnetCidrBlock: ({ AssociationId }, world) => {
    const row = subnets(world)
      .list()
      .find(({ ipv6 }) => ipv6?.associationId === AssociationId)
    if (!row?.ipv6)
      throw awsFault(
        'InvalidSubnetCidrBlockAssociationID.NotFound',
        `The subnet CIDR block association ID '${AssociationId}' does not exist`,
      )
    if (hasAddresses(world, row.id))
      throw awsFault('DependencyViolation', `The CIDR block '${row.ipv6.cidr}' has dependencies.`)
    delete row.ipv6
    return { SubnetId: row.id }
  },
} satisfies Partial<SandboxService<'ec2'>>

/** A load balancer with IPv6 has an address of the block in each of its subnets. */
function hasAddresses(world: World, subnetId: string): boolean {
  return world
    .table<{ ipAddressType?: string; zones: { subnetId: string }[] }>('elbv2/load-balancer')
    .list()
    .some(
      ({ ipAddressType, zones }) =>
        ipAddressType === 'dualstack' && zones.some(zone => zone.subnetId === subnetId),
    )
}

/** As VPCs and subnets list it. */
export function shownBlock({ associationId, cidr, associatedAt }: Ipv6Block, world: World) {
  const State = world.now() >= associatedAt ? ('associated' as const) : ('associating' as const)
  return { AssociationId: associationId, Ipv6CidrBlock: cidr, Ipv6CidrBlockState: { State } }
}
