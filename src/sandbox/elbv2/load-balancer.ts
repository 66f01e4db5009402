import type { LoadBalancerStateEnum } from '@aws-sdk/client-elastic-load-balancing-v2'
import { canonical, sorted } from '../../resources/json.ts'
import { attachInterface, releaseInterface } from '../ec2/interface.ts'
import type { SubnetRow } from '../ec2/subnet.ts'
import { subnets as subnetRows } from '../ec2/subnet.ts'
import type { SandboxService } from '../service.ts'
import { tagged } from '../tagged.ts'
import type { World } from '../world.ts'
import { elbFault, validationError } from './fault.ts'
import { removeListeners } from './listener.ts'
import type { LoadBalancerRow } from './rows.ts'
import { rowOf, rows, selected } from './rows.ts'
import { tagNew } from './tags.ts'

const defaultAttributes = {
  'deletion_protection.enabled': 'false',
  'idle_timeout.timeout_seconds': '60',
  'routing.http2.enabled': 'true',
}

/** AWS's zone for alias records to load balancers in us-east-1. */
const hostedZoneId = 'Z35SXDOTRQ7X7K'

export const loadBalancerOperations = {
  createLoadBalancer: (input, world) => {
    const { Name = '', Scheme = 'internet-facing', IpAddressType, Tags } = input
    if (!/^(?!-|internal-)[A-Za-z0-9-]{1,32}(?<!-)$/.test(Name))
      throw validationError(`The load balancer name '${Name}' is not valid`)
    const subnets = checkedSubnets(world, input.Subnets)
    const ipAddressType = checkedAddressType(subnets, IpAddressType)
    const vpcId = subnets[0]!.vpcId
    const groupIds = checkedGroups(world, vpcId, input.SecurityGroups)
    const open = world
      .table<{ readonly vpcId?: string }>('ec2/internet-gateway')
      .list()
      .some(gateway => gateway.vpcId === vpcId)
    if (Scheme === 'internet-facing' && !open)
      throw elbFault('InvalidSubnet', `VPC ${vpcId} has no internet gateway`)
    const twin = rows(world, 'loadBalancer')
      .list()
      .find(({ name }) => name === Name)
    if (twin) {
      const wanted = [Scheme, sorted(subnets.map(({ id }) => id)), sorted(groupIds)]
      const there = [twin.scheme, sorted(twin.zones.map(({ subnetId }) => subnetId)), sorted(twin.groupIds)]
      if (canonical(wanted) !== canonical(there))
        throw elbFault(
          'DuplicateLoadBalancerName',
          `A load balancer with the same name '${Name}' exists, but with different settings`,
        )
      return { LoadBalancers: [shown(twin, world)] }
    }
    const hash = world.id('', 16)
    const arn = world.arn('elasticloadbalancing', `loadbalancer/app/${Name}/${hash}`)
    tagNew(world, arn, Tags)
    const host = `${Scheme === 'internal' ? 'internal-' : ''}${Name}-${parseInt(hash.slice(-8), 16)}`
    const row = rows(world, 'loadBalancer').set(arn, {
      arn,
      name: Name,
      dnsName: `${host}.${world.region}.elb.amazonaws.com`,
      scheme: Scheme,
      vpcId,
      created: world.now(),
      activeAt: world.after('load-balancer create'),
      zones: subnets.map(subnet => attached(world, { arn, scheme: Scheme, groupIds }, subnet)),
      groupIds,
      ipAddressType,
      attributes: { ...defaultAttributes },
    })
    return { LoadBalancers: [shown(row, world)] }
  },

  describeLoadBalancers: ({ LoadBalancerArns, Names }, world) => ({
    LoadBalancers: selected(world, 'loadBalancer', { arns: LoadBalancerArns, names: Names }).map(row =>
      shown(row, world),
    ),
  }),

  describeLoadBalancerAttributes: ({ LoadBalancerArn }, world) => ({
    Attributes: attributeList(rowOf(world, 'loadBalancer', LoadBalancerArn)),
  }),

  modifyLoadBalancerAttributes: ({ LoadBalancerArn, Attributes = [] }, world) => {
    const row = rowOf(world, 'loadBalancer', LoadBalancerArn)
    for (const { Key = '', Value = '' } of Attributes) {
      if (!(Key in defaultAttributes))
        throw validationError(`Load balancer attribute key '${Key}' is not recognized`)
      row.attributes[Key] = Value
    }
    return { Attributes: attributeList(row) }
  },

  setIpAddressType: ({ LoadBalancerArn, IpAddressType }, world) => {
    const row = rowOf(world, 'loadBalancer', LoadBalancerArn)
    const subnets = row.zones.map(({ subnetId }) => subnetRows(world).get(subnetId)!)
    row.ipAddressType = checkedAddressType(subnets, IpAddressType)
    return { IpAddressType: row.ipAddressType }
  },

  setSubnets: ({ LoadBalancerArn, Subnets }, world) => {
    const row = rowOf(world, 'loadBalancer', LoadBalancerArn)
    const subnets = checkedSubnets(world, Subnets, row.vpcId)
    for (const { subnetId, interfaceId } of row.zones)
      if (!subnets.some(({ id }) => id === subnetId))
        releaseInterface(world, interfaceId, world.after('load-balancer interfaces'))
    row.zones = subnets.map(
      subnet => row.zones.find(({ subnetId }) => subnetId === subnet.id) ?? attached(world, row, subnet),
    )
    return { AvailabilityZones: zonesOf(row) }
  },

  setSecurityGroups: ({ LoadBalancerArn, SecurityGroups }, world) => {
    const row = rowOf(world, 'loadBalancer', LoadBalancerArn)
    row.groupIds = checkedGroups(world, row.vpcId, SecurityGroups)
    for (const { interfaceId } of row.zones) releaseInterface(world, interfaceId)
    row.zones = row.zones.map(({ subnetId, zone }) => attached(world, row, { id: subnetId, zone }))
    return { SecurityGroupIds: row.groupIds }
  },

  deleteLoadBalancer: ({ LoadBalancerArn = '' }, world) => {
    const row = rows(world, 'loadBalancer').get(LoadBalancerArn)
    // Deleting what is not there is a success.
    if (!row) return {}
    if (row.attributes['deletion_protection.enabled'] === 'true')
      throw elbFault(
        'OperationNotPermitted',
        `Load balancer '${row.arn}' cannot be deleted because deletion protection is enabled`,
      )
    removeListeners(world, row.arn)
    for (const { interfaceId } of row.zones)
      releaseInterface(world, interfaceId, world.after('load-balancer interfaces'))
    rows(world, 'loadBalancer').delete(row.arn)
    tagged(world).remove(row.arn)
    return {}
  },
} satisfies Partial<SandboxService<'elbv2'>>

/** A load balancer stays in its VPC for life. */
function checkedSubnets(world: World, ids: string[] = [], vpcId?: string): SubnetRow[] {
  const subnets = ids.map(id => {
    const subnet = subnetRows(world).get(id)
    if (!subnet) throw elbFault('SubnetNotFound', `The subnet ID '${id}' is not valid`)
    return subnet
  })
  const zones = new Set(subnets.map(({ zone }) => zone))
  if (zones.size < 2)
    throw validationError('At least two subnets in two different Availability Zones must be specified')
  if (zones.size < subnets.length)
    throw elbFault(
      'InvalidConfigurationRequest',
      'A load balancer cannot be attached to multiple subnets in the same Availability Zone',
    )
  const own = vpcId ?? subnets[0]!.vpcId
  if (subnets.some(subnet => subnet.vpcId !== own))
    throw elbFault('InvalidConfigurationRequest', `All subnets must belong to the same VPC: '${own}'`)
  return subnets
}

function checkedAddressType(
  subnets: readonly SubnetRow[],
  type: string | undefined,
): LoadBalancerRow['ipAddressType'] {
  if (type !== 'dualstack') return 'ipv4'
  const bare = subnets.find(({ ipv6 }) => !ipv6)
  if (bare) throw elbFault('InvalidSubnet', `The subnet '${bare.id}' has no IPv6 CIDR block`)
  return type
}

function checkedGroups(world: World, vpcId: string, ids: string[] = []): string[] {
  if (ids.length === 0) throw validationError('At least one security group must be specified')
  for (const id of ids) {
    const group = world.table<{ readonly vpcId: string }>('ec2/security-group').get(id)
    if (!group) throw elbFault('InvalidSecurityGroup', `The security group ID '${id}' does not exist`)
    if (group.vpcId !== vpcId)
      throw elbFault('InvalidConfigurationRequest', 'One or more security groups are invalid')
  }
  return ids
}

function attached(
  world: World,
  { arn, scheme, groupIds }: Pick<LoadBalancerRow, 'arn' | 'scheme' | 'groupIds'>,
  { id: subnetId, zone }: Pick<SubnetRow, 'id' | 'zone'>,
): LoadBalancerRow['zones'][number] {
  const description = `ELB ${arn.slice(arn.indexOf('/') + 1)}`
  const isPublic = scheme === 'internet-facing'
  return {
    subnetId,
    zone,
    interfaceId: attachInterface(world, { subnetId, groupIds, description, isPublic }),
  }
}

function zonesOf({ zones }: LoadBalancerRow) {
  return zones.map(({ subnetId, zone }) => ({
    ZoneName: zone,
    SubnetId: subnetId,
    LoadBalancerAddresses: [],
  }))
}

function attributeList({ attributes }: LoadBalancerRow) {
  return Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }))
}

function shown(row: LoadBalancerRow, world: World) {
  const Code: LoadBalancerStateEnum = world.now() >= row.activeAt ? 'active' : 'provisioning'
  return {
    LoadBalancerArn: row.arn,
    LoadBalancerName: row.name,
    DNSName: row.dnsName,
    CanonicalHostedZoneId: hostedZoneId,
    CreatedTime: new Date(row.created),
    Scheme: row.scheme,
    Type: 'application' as const,
    IpAddressType: row.ipAddressType ?? 'ipv4',
    VpcId: row.vpcId,
    State: { Code },
    AvailabilityZones: zonesOf(row),
    SecurityGroups: row.groupIds,
  }
}
