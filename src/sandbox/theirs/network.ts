import { Address4 } from 'ip-address'
import { ec2 } from '../ec2/index.ts'
import { internetGateways } from '../ec2/internet-gateway.ts'
import { subnets } from '../ec2/subnet.ts'
import { vpcOf, vpcs } from '../ec2/vpc.ts'
import { zonesOf } from '../ec2/zone.ts'
import { awsFault } from '../fault.ts'
import type { World } from '../world.ts'

export interface NetworkIds {
  readonly id: string
  readonly publicSubnets: readonly string[]
  readonly privateSubnets: readonly string[]
}

const cidr = '172.31.0.0/16'
const everywhere = '0.0.0.0/0'

/** A VPC and subnets of these ids: public ones lead to an internet gateway, private ones to a NAT gateway. */
export function createNetwork(world: World, { id, publicSubnets, privateSubnets }: NetworkIds): string[] {
  const created: string[] = []
  if (!vpcs(world).get(id)) {
    world.nextId('vpc-', id)
    ec2.createVpc({ CidrBlock: cidr }, world)
    ec2.modifyVpcAttribute({ VpcId: id, EnableDnsHostnames: { Value: true } }, world)
    created.push(`VPC ${id} (${cidr})`)
  }
  const absent = (ids: readonly string[]) => ids.filter(subnetId => !subnets(world).get(subnetId))
  const open = absent(publicSubnets)
  if (open.length > 0) {
    const RouteTableId = createRouteTable(world, id)
    const GatewayId = gatewayOf(world, id)
    ec2.createRoute({ RouteTableId, DestinationCidrBlock: everywhere, GatewayId }, world)
    created.push(...open.map(subnetId => createSubnet(world, id, subnetId, RouteTableId, 'public')))
  }
  const inner = absent(privateSubnets)
  if (inner.length > 0) {
    const RouteTableId = createRouteTable(world, id)
    const NatGatewayId = createNatGateway(world, publicSubnets[0]!)
    ec2.createRoute({ RouteTableId, DestinationCidrBlock: everywhere, NatGatewayId }, world)
    created.push(...inner.map(subnetId => createSubnet(world, id, subnetId, RouteTableId, 'private')))
  }
  return created
}

function createSubnet(
  world: World,
  VpcId: string,
  SubnetId: string,
  RouteTableId: string,
  access: string,
): string {
  const inside = subnets(world)
    .list()
    .filter(({ vpcId }) => vpcId === VpcId)
  const zones = zonesOf(world)
  const AvailabilityZone = zones[inside.length % zones.length]!
  const CidrBlock = freeBlock(
    vpcOf(world, VpcId).cidr,
    inside.map(one => one.cidr),
  )
  world.nextId('subnet-', SubnetId)
  ec2.createSubnet({ VpcId, CidrBlock, AvailabilityZone }, world)
  ec2.associateRouteTable({ RouteTableId, SubnetId }, world)
  return `${access} subnet ${SubnetId} (${CidrBlock}, ${AvailabilityZone})`
}

/** The first /24 of the VPC that no subnet has. */
function freeBlock(vpcCidr: string, taken: readonly string[]): string {
  const [first = '', second = ''] = vpcCidr.split('.')
  for (let third = 0; third < 256; third++) {
    const block = `${first}.${second}.${third}.0/24`
    const range = new Address4(block)
    const others = taken.map(one => new Address4(one))
    if (!others.some(other => other.isInSubnet(range) || range.isInSubnet(other))) return block
  }
  throw awsFault('InvalidSubnet.Conflict', `${vpcCidr} has no free /24`)
}

function createRouteTable(world: World, VpcId: string): string {
  return ec2.createRouteTable({ VpcId }, world).RouteTable!.RouteTableId!
}

function gatewayOf(world: World, VpcId: string): string {
  const there = internetGateways(world)
    .list()
    .find(({ vpcId }) => vpcId === VpcId)
  if (there) return there.id
  const InternetGatewayId = ec2.createInternetGateway({}, world).InternetGateway!.InternetGatewayId!
  ec2.attachInternetGateway({ InternetGatewayId, VpcId }, world)
  return InternetGatewayId
}

function createNatGateway(world: World, SubnetId: string): string {
  const { AllocationId } = ec2.allocateAddress({ Domain: 'vpc' }, world)
  return ec2.createNatGateway({ SubnetId, AllocationId }, world).NatGateway!.NatGatewayId!
}
