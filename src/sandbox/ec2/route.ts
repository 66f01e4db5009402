import { Address4, Address6 } from 'ip-address'
import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import { egressOnlyGateways } from './egress-only-internet-gateway.ts'
import { internetGateways } from './internet-gateway.ts'
import { livingNatGateway } from './nat-gateway.ts'
import type { RouteTableRow } from './route-table.ts'
import { routeTableOf } from './route-table.ts'

export interface RouteRow {
  readonly destination: string
  readonly gatewayId?: string | undefined
  readonly natGatewayId?: string | undefined
  readonly egressOnlyGatewayId?: string | undefined
}

interface RouteInput {
  readonly DestinationCidrBlock?: string | undefined
  readonly DestinationIpv6CidrBlock?: string | undefined
  readonly GatewayId?: string | undefined
  readonly NatGatewayId?: string | undefined
  readonly EgressOnlyInternetGatewayId?: string | undefined
}

/** AWS's fifty routes per table, the local one not counted. */
const quota = 50

export const routeOperations = {
  createRoute: ({ RouteTableId, ...input }, world) => {
    const row = routeTableOf(world, RouteTableId)
    const route = routeFrom(world, row, input)
    if (row.routes.some(({ destination }) => destination === route.destination))
      throw awsFault('RouteAlreadyExists', `The route identified by ${route.destination} already exists.`)
    if (row.routes.length >= quota)
      throw awsFault('RouteLimitExceeded', `The maximum limit of routes of ${quota} has been reached.`)
    row.routes.push(route)
    return { Return: true }
  },

  replaceRoute: ({ RouteTableId, ...input }, world) => {
    const row = routeTableOf(world, RouteTableId)
    const route = routeFrom(world, row, input)
    if (!row.routes.some(({ destination }) => destination === route.destination))
      throw awsFault(
        'InvalidParameterValue',
        `There is no route defined for '${route.destination}' in the route table. Use CreateRoute instead.`,
      )
    row.routes = row.routes.map(other => (other.destination === route.destination ? route : other))
    return {}
  },

  deleteRoute: ({ RouteTableId, ...input }, world) => {
    const row = routeTableOf(world, RouteTableId)
    const meant = input.DestinationIpv6CidrBlock ?? input.DestinationCidrBlock
    if (meant === row.vpcCidr)
      throw awsFault(
        'InvalidParameterValue',
        `cannot remove local route ${row.vpcCidr} in route table ${row.id}`,
      )
    if (!row.routes.some(({ destination }) => destination === meant))
      throw awsFault(
        'InvalidRoute.NotFound',
        `no route with destination-cidr-block ${meant} in route table ${row.id}`,
      )
    row.routes = row.routes.filter(({ destination }) => destination !== meant)
    return {}
  },
} satisfies Partial<SandboxService<'ec2'>>

function routeFrom(world: World, table: RouteTableRow, input: RouteInput): RouteRow {
  const { GatewayId: gatewayId, NatGatewayId: natGatewayId } = input
  const { EgressOnlyInternetGatewayId: egressOnlyGatewayId, DestinationIpv6CidrBlock } = input
  const destination = DestinationIpv6CidrBlock ?? input.DestinationCidrBlock ?? ''
  const valid = DestinationIpv6CidrBlock ? Address6.isValid(destination) : Address4.isValid(destination)
  if (!destination.includes('/') || !valid)
    throw awsFault(
      'InvalidParameterValue',
      `Value (${destination}) for parameter destinationCidrBlock is invalid. This is not a valid CIDR block.`,
    )
  const targets = [gatewayId, natGatewayId, egressOnlyGatewayId].filter(target => target)
  if (targets.length === 0)
    throw awsFault('MissingParameter', 'The request must contain exactly one of gatewayId, natGatewayId')
  if (targets.length > 1)
    throw awsFault('InvalidParameterCombination', 'Specify exactly one target for the route.')
  if (gatewayId) {
    const gateway = internetGateways(world).get(gatewayId)
    if (!gateway) throw noGateway(gatewayId)
    if (gateway.vpcId !== table.vpcId)
      throw awsFault(
        'InvalidParameterValue',
        `route table ${table.id} and network gateway ${gatewayId} belong to different networks`,
      )
  }
  if (natGatewayId && !livingNatGateway(world, natGatewayId))
    throw awsFault('InvalidNatGatewayID.NotFound', `The natGateway ID '${natGatewayId}' does not exist`)
  if (egressOnlyGatewayId && !egressOnlyGateways(world).get(egressOnlyGatewayId))
    throw noGateway(egressOnlyGatewayId)
  return { destination, gatewayId, natGatewayId, egressOnlyGatewayId }
}

function noGateway(id: string): Error {
  return awsFault('InvalidGatewayID.NotFound', `The gateway ID '${id}' does not exist`)
}

/** A route outlives its target, and then leads nowhere. */
export function shownRoute(route: RouteRow, vpcId: string, world: World) {
  const { destination, gatewayId, natGatewayId, egressOnlyGatewayId } = route
  const leadsOn = natGatewayId
    ? livingNatGateway(world, natGatewayId)
    : egressOnlyGatewayId
      ? egressOnlyGateways(world).get(egressOnlyGatewayId)
      : internetGateways(world).get(gatewayId ?? '')?.vpcId === vpcId
  return {
    ...(destination.includes(':')
      ? { DestinationIpv6CidrBlock: destination }
      : { DestinationCidrBlock: destination }),
    ...(gatewayId ? { GatewayId: gatewayId } : {}),
    ...(natGatewayId ? { NatGatewayId: natGatewayId } : {}),
    ...(egressOnlyGatewayId ? { EgressOnlyInternetGatewayId: egressOnlyGatewayId } : {}),
    Origin: 'CreateRoute' as const,
    State: leadsOn ? ('active' as const) : ('blackhole' as const),
  }
}
