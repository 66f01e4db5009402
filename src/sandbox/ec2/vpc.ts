import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import type { Ipv6Block } from './ipv6-block.ts'
import { shownBlock } from './ipv6-block.ts'
import { interfacesIn } from './interface.ts'
import { peeringsIn } from './peering.ts'
import { endpointsIn } from './vpc-endpoint.ts'
import { defaultAcl, removeDefaultAcl } from './network-acl-association.ts'
import { makeMainRouteTable, removeMainRouteTable } from './route-table.ts'
import { makeDefaultGroup, removeDefaultGroup } from './security-group.ts'
import { passes, tagListOf, tagNew, untag } from './tags.ts'

export interface VpcRow {
  readonly id: string
  readonly cidr: string
  readonly created: number
  readonly availableAt: number
  ipv6?: Ipv6Block
  dnsSupport: boolean
  dnsHostnames: boolean
}

export const vpcs = (world: World) => world.table<VpcRow>('ec2/vpc')

/** The row, or AWS's error for an id that does not exist. */
export function vpcOf(world: World, id: string | undefined): VpcRow {
  const row = vpcs(world).get(id ?? '')
  if (!row || !world.visible(row.created))
    throw awsFault('InvalidVpcID.NotFound', `The vpc ID '${id}' does not exist`)
  return row
}

/** AWS's five VPCs per region. */
const quota = 5

export const vpcOperations = {
  createVpc: ({ CidrBlock = '', TagSpecifications, InstanceTenancy }, world) => {
    const size = Number(CidrBlock.split('/')[1])
    if (!(size >= 16 && size <= 28)) throw awsFault('InvalidVpc.Range', `The CIDR '${CidrBlock}' is invalid.`)
    if (vpcs(world).list().length >= quota)
      throw awsFault('VpcLimitExceeded', 'The maximum number of VPCs has been reached.')
    const id = world.id('vpc-')
    tagNew(world, id, 'vpc', TagSpecifications)
    const row = vpcs(world).set(id, {
      id,
      cidr: CidrBlock,
      created: world.now(),
      availableAt: world.now() + 1000,
      dnsSupport: true,
      // Off in a VPC that one makes oneself; on in the default VPC only.
      dnsHostnames: false,
    })
    makeDefaultGroup(world, id)
    makeMainRouteTable(world, row)
    defaultAcl(world, id)
    return { Vpc: { ...shown(row, world), InstanceTenancy: InstanceTenancy ?? 'default' } }
  },

  describeVpcs: ({ VpcIds, Filters }, world) => {
    for (const id of VpcIds ?? []) vpcOf(world, id)
    const rows = vpcs(world)
      .list()
      .filter(row => !VpcIds || VpcIds.includes(row.id))
      .filter(row => world.visible(row.created))
      .filter(row =>
        passes(world, row.id, Filters, { 'vpc-id': row.id, cidr: row.cidr, state: state(row, world) }),
      )
    return { Vpcs: rows.map(row => shown(row, world)) }
  },

  describeVpcAttribute: ({ VpcId, Attribute }, world) => {
    const row = vpcOf(world, VpcId)
    switch (Attribute) {
      case 'enableDnsHostnames':
        return { VpcId: row.id, EnableDnsHostnames: { Value: row.dnsHostnames } }
      case 'enableDnsSupport':
        return { VpcId: row.id, EnableDnsSupport: { Value: row.dnsSupport } }
      default:
        throw awsFault('InvalidParameterValue', `Value (${Attribute}) for parameter attribute is invalid.`)
    }
  },

  modifyVpcAttribute: ({ VpcId, EnableDnsHostnames, EnableDnsSupport }, world) => {
    const row = vpcOf(world, VpcId)
    if (EnableDnsHostnames && EnableDnsSupport)
      throw awsFault('InvalidParameterCombination', 'Fields for multiple attribute types specified')
    if (EnableDnsHostnames) row.dnsHostnames = EnableDnsHostnames.Value ?? false
    if (EnableDnsSupport) row.dnsSupport = EnableDnsSupport.Value ?? true
    return {}
  },

  deleteVpc: ({ VpcId }, world) => {
    const row = vpcOf(world, VpcId)
    const tables = [
      'ec2/subnet',
      'ec2/internet-gateway',
      'ec2/egress-only-internet-gateway',
      'ec2/route-table',
      'ec2/security-group',
      'ec2/network-acl',
    ]
    const left = [
      ...interfacesIn(world),
      ...endpointsIn(world),
      ...peeringsIn(world, row.id),
      ...tables.flatMap(name => world.table<{ vpcId?: string; default?: boolean }>(name).list()),
    ].some(inside => inside.vpcId === row.id && !('default' in inside && inside.default))
    if (left)
      throw awsFault('DependencyViolation', `The vpc '${VpcId}' has dependencies and cannot be deleted.`)
    // What AWS made with the VPC goes with it.
    removeDefaultGroup(world, row.id)
    removeMainRouteTable(world, row.id)
    removeDefaultAcl(world, row.id)
    vpcs(world).delete(row.id)
    untag(world, row.id, 'all')
    return {}
  },
} satisfies Partial<SandboxService<'ec2'>>

function state(row: VpcRow, world: World): 'available' | 'pending' {
  return world.now() >= row.availableAt ? 'available' : 'pending'
}

function shown(row: VpcRow, world: World) {
  return {
    VpcId: row.id,
    CidrBlock: row.cidr,
    State: state(row, world),
    OwnerId: world.account,
    IsDefault: false,
    Ipv6CidrBlockAssociationSet: row.ipv6 ? [{ ...shownBlock(row.ipv6, world), Ipv6Pool: 'Amazon' }] : [],
    Tags: tagListOf(world, row.id),
  }
}
