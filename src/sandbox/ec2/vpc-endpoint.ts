import type { State, Tag } from '@aws-sdk/client-ec2'
import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import { attachInterface, releaseInterface } from './interface.ts'
import { routeTableOf } from './route-table.ts'
import { groupOf } from './security-group.ts'
import { subnetOf } from './subnet.ts'
import { passes, tagListOf, tagNew, untag } from './tags.ts'
import { vpcOf } from './vpc.ts'

interface VpcEndpointRow {
  readonly id: string
  readonly vpcId: string
  readonly serviceName: string
  readonly type: 'Gateway' | 'Interface'
  readonly token: string | undefined
  readonly created: number
  readonly availableAt: number
  routeTableIds: string[]
  /** The network interface in each subnet. */
  interfaces: { readonly subnetId: string; readonly id: string }[]
  groupIds: string[]
  privateDns: boolean
  deletion?: { readonly endsAt: number; readonly tags: Tag[] }
}

const endpoints = (world: World) => world.table<VpcEndpointRow>('ec2/vpc-endpoint')

/** Those that are there, or still being deleted. */
export function endpointsIn(world: World): readonly { readonly vpcId: string }[] {
  purge(world)
  return endpoints(world).list()
}

const gatewayServices = ['s3', 'dynamodb']

export const vpcEndpointOperations = {
  createVpcEndpoint: (input, world) => {
    purge(world)
    const { VpcEndpointType: type = 'Gateway', ServiceName = '', ClientToken, PrivateDnsEnabled } = input
    const repeated = endpoints(world)
      .list()
      .find(({ token, deletion }) => ClientToken && token === ClientToken && !deletion)
    if (repeated) return { VpcEndpoint: shown(repeated, world), ClientToken }
    const vpc = vpcOf(world, input.VpcId)
    if (!ServiceName.startsWith(`com.amazonaws.${world.region}.`))
      throw awsFault('InvalidServiceName', `The Vpc Endpoint Service '${ServiceName}' does not exist`)
    if (type !== 'Gateway' && type !== 'Interface')
      throw awsFault('InvalidParameter', `Endpoint type (${type}) is not supported here.`)
    if (type === 'Gateway' && !gatewayServices.includes(ServiceName.split('.').at(-1)!))
      throw awsFault('InvalidParameter', `Endpoint type (Gateway) does not match available service types.`)
    const privateDns = PrivateDnsEnabled ?? type === 'Interface'
    if (type === 'Interface' && privateDns && !(vpc.dnsSupport && vpc.dnsHostnames))
      throw awsFault(
        'InvalidParameter',
        'Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true',
      )
    const twins = endpoints(world)
      .list()
      .filter(row => row.vpcId === vpc.id && row.serviceName === ServiceName)
    if (type === 'Interface' && twins.some(twin => twin.privateDns))
      throw awsFault(
        'InvalidParameter',
        `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${ServiceName} in the VPC ${vpc.id}`,
      )
    const { RouteTableIds = [], SecurityGroupIds = [], SubnetIds = [] } = input
    for (const id of RouteTableIds) assertFree(world, routeTableOf(world, id).id, twins)
    for (const id of SecurityGroupIds) groupOf(world, id)
    assertZones(world, SubnetIds)
    const id = world.id('vpce-')
    tagNew(world, id, 'vpc-endpoint', input.TagSpecifications)
    const row = endpoints(world).set(id, {
      id,
      vpcId: vpc.id,
      serviceName: ServiceName,
      type,
      token: ClientToken,
      created: world.now(),
      availableAt: type === 'Gateway' ? world.now() + 1000 : world.after('vpc-endpoint create'),
      routeTableIds: [...RouteTableIds],
      interfaces: [],
      groupIds: [...SecurityGroupIds],
      privateDns: type === 'Interface' && privateDns,
    })
    for (const subnetId of SubnetIds) enter(world, row, subnetId)
    return { VpcEndpoint: shown(row, world), ClientToken }
  },

  describeVpcEndpoints: ({ VpcEndpointIds, Filters }, world) => {
    purge(world)
    for (const id of VpcEndpointIds ?? []) endpointOf(world, id)
    const rows = endpoints(world)
      .list()
      .filter(row => !VpcEndpointIds || VpcEndpointIds.includes(row.id))
      .filter(row => world.visible(row.created))
      .filter(row =>
        passes(world, row.id, Filters, {
          'vpc-endpoint-id': row.id,
          'vpc-id': row.vpcId,
          'service-name': row.serviceName,
          'vpc-endpoint-type': row.type,
          'vpc-endpoint-state': stateOf(row, world),
        }),
      )
    return { VpcEndpoints: rows.map(row => shown(row, world)) }
  },

  modifyVpcEndpoint: (input, world) => {
    const row = endpointOf(world, input.VpcEndpointId)
    const { AddRouteTableIds = [], AddSecurityGroupIds = [], AddSubnetIds = [] } = input
    for (const id of AddRouteTableIds) routeTableOf(world, id)
    for (const id of AddSecurityGroupIds) groupOf(world, id)
    row.routeTableIds = change(row.routeTableIds, AddRouteTableIds, input.RemoveRouteTableIds)
    row.groupIds = change(row.groupIds, AddSecurityGroupIds, input.RemoveSecurityGroupIds)
    for (const { id, subnetId } of row.interfaces)
      if (input.RemoveSubnetIds?.includes(subnetId)) releaseInterface(world, id)
    row.interfaces = row.interfaces.filter(({ subnetId }) => !input.RemoveSubnetIds?.includes(subnetId))
    for (const subnetId of AddSubnetIds) enter(world, row, subnetId)
    row.privateDns = input.PrivateDnsEnabled ?? row.privateDns
    return { Return: true }
  },

  /** Answers with success, whatever became of each. */
  deleteVpcEndpoints: ({ VpcEndpointIds = [] }, world) => {
    purge(world)
    const Unsuccessful = VpcEndpointIds.flatMap(id => {
      const row = endpoints(world).get(id)
      if (!row)
        return [
          {
            ResourceId: id,
            Error: {
              Code: 'InvalidVpcEndpoint.NotFound',
              Message: `The VpcEndpoint Id '${id}' does not exist`,
            },
          },
        ]
      if (row.deletion) return []
      const endsAt = row.type === 'Gateway' ? world.now() + 1000 : world.after('vpc-endpoint delete')
      for (const { id: eni } of row.interfaces) releaseInterface(world, eni, endsAt)
      row.deletion = { endsAt, tags: tagListOf(world, id) }
      row.routeTableIds = []
      return []
    })
    return { Unsuccessful }
  },
} satisfies Partial<SandboxService<'ec2'>>

function endpointOf(world: World, id: string | undefined): VpcEndpointRow {
  purge(world)
  const row = endpoints(world).get(id ?? '')
  if (!row || !world.visible(row.created))
    throw awsFault('InvalidVpcEndpointId.NotFound', `The Vpc Endpoint Id '${id}' does not exist`)
  return row
}

function assertFree(world: World, routeTableId: string, twins: readonly VpcEndpointRow[]): void {
  if (twins.some(twin => twin.routeTableIds.includes(routeTableId)))
    throw awsFault(
      'RouteAlreadyExists',
      `route table ${routeTableId} already has a route with destination-prefix-list-id of this service`,
    )
}

function assertZones(world: World, subnetIds: readonly string[]): void {
  const zones = subnetIds.map(id => subnetOf(world, id).zone)
  if (new Set(zones).size < zones.length)
    throw awsFault('DuplicateSubnetsInSameZone', 'Found another VPC endpoint subnet in the availability zone')
}

function enter(world: World, row: VpcEndpointRow, subnetId: string): void {
  subnetOf(world, subnetId)
  const id = attachInterface(world, {
    subnetId,
    groupIds: row.groupIds,
    description: `VPC Endpoint Interface ${row.id}`,
  })
  row.interfaces.push({ subnetId, id })
}

function change(values: string[], added: readonly string[], removed: readonly string[] = []): string[] {
  return [...new Set([...values.filter(value => !removed.includes(value)), ...added])]
}

function purge(world: World): void {
  for (const { id, deletion } of endpoints(world).list())
    if (deletion && world.now() >= deletion.endsAt) {
      endpoints(world).delete(id)
      untag(world, id, 'all')
    }
}

/** Lower case, unlike the SDK's type says. */
function stateOf(row: VpcEndpointRow, world: World): Lowercase<State> {
  if (row.deletion) return 'deleting'
  return world.now() >= row.availableAt ? 'available' : 'pending'
}

function shown(row: VpcEndpointRow, world: World) {
  return {
    VpcEndpointId: row.id,
    VpcEndpointType: row.type,
    VpcId: row.vpcId,
    ServiceName: row.serviceName,
    State: stateOf(row, world) as State,
    RouteTableIds: row.routeTableIds,
    SubnetIds: row.interfaces.map(({ subnetId }) => subnetId),
    Groups: row.groupIds.map(GroupId => ({ GroupId })),
    PrivateDnsEnabled: row.privateDns,
    NetworkInterfaceIds: row.interfaces.map(({ id }) => id),
    CreationTimestamp: new Date(row.created),
    Tags: row.deletion?.tags ?? tagListOf(world, row.id),
  }
}
