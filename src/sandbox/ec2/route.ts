import { Address4 } from 'ip-address'
import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import { internetGateways } from './internet-gateway.ts'
import { livingNatGateway } from './nat-gateway.ts'
import type { RouteTableRow } from './route-table.ts'
import { routeTableOf } from './route-table.ts'

export interface RouteRow {
  readonly destination: string
  readonly gatewayId?: string | undefined
  readonly natGatewayId?: string | undefined
}

/** AWS's fifty routes per table, the local one not counted. */
const quota = 50

export const routeOperations = {
  createRoute: ({ RouteTableId, DestinationCidrBlock = '', GatewayId, NatGatewayId }, world) => {
    const row = routeTableOf(world, RouteTableId)
    const route = routeFrom(world, row, DestinationCidrBlock, GatewayId, NatGatewayId)
    if (row.routes.some(({ destination }) => destination === route.destination))
      throw awsFault('RouteAlreadyExists', `The route identified by ${route.destination} already exists.`)
    if (row.routes.length >= quota)
      throw awsFault('RouteLimitExceeded', `The maximum limit of routes of ${quota} has been reached.`)
    row.routes.push(route)
    return { Return: true }
  },

  replaceRoute: ({ RouteTableId, DestinationCidrBlock = '', GatewayId, NatGatewayId }, world) => {
    const row = routeTableOf(world, RouteTableId)
    const route = routeFrom(world, row, DestinationCidrBlock, GatewayId, NatGatewayId)
    if (!row.routes.some(({ destination }) => destination === route.destination))
      throw awsFault(
        'InvalidParameterValue',
        `There is no route defined for '${route.destination}' in the route table. Use CreateRoute instead.`,
      )
    row.routes = row.routes.map(other => (other.destination === route.destination ? route : other))
    return {}
  },

  deleteRoute: ({ RouteTableId, DestinationCidrBlock }, world) => {
    const row = routeTableOf(world, RouteTableId)
    if (DestinationCidrBlock === row.vpcCidr)
      throw awsFault(
        'InvalidParameterValue',
        `cannot remove local route ${row.vpcCidr} in route table ${row.id}`,
      )
    if (!row.routes.some(({ destination }) => destination === DestinationCidrBlock))
      throw awsFault(
        'InvalidRoute.NotFound',
        `no route with destination-cidr-block ${DestinationCidrBlock} in route table ${row.id}`,
      )
    row.routes = row.routes.filter(({ destination }) => destination !== DestinationCidrBlock)
    return {}
  },
} satisfies Partial<SandboxService<'ec2'>>

function routeFrom(
  world: World,
  table: RouteTableRow,
  cidr: string,
  gatewayId: string | undefined,
  natGatewayId: string | undefined,
): RouteRow {
  if (!cidr.includes('/') || !Address4.isValid(cidr))
    throw awsFault(
      'InvalidParameterValue',
      `Value (${cidr}) for parameter destinationCidrBlock is invalid. This is not a valid CIDR block.`,
    )
  if (gatewayId && natGatewayId)
    throw awsFault('InvalidParameterCombination', 'Specify exactly one target for the route.')
  if (gatewayId) {
    const gateway = internetGateways(world).get(gatewayId)
    if (!gateway) throw awsFault('InvalidGatewayID.NotFound', `The gateway ID '${gatewayId}' does not exist`)
    if (gateway.vpcId !== table.vpcId)
      throw awsFault(
        'InvalidParameterValue',
        `route table ${table.id} and network gateway ${gatewayId} belong to different networks`,
      )
  } else if (!natGatewayId) {
    throw awsFault('MissingParameter', 'The request must contain exactly one of gatewayId, natGatewayId')
  } else if (!livingNatGateway(world, natGatewayId)) {
    throw awsFault('InvalidNatGatewayID.NotFound', `The natGateway ID '${natGatewayId}' does not exist`)
  }
  return { destination: cidr, gatewayId, natGatewayId }
}

/** A route outlives its target, and then leads nowhere. */
export function shownRoute({ destination, gatewayId, natGatewayId }: RouteRow, vpcId: string, world: World) {
  const leadsOn = natGatewayId
    ? livingNatGateway(world, natGatewayId)
    : internetGateways(world).get(gatewayId ?? '')?.vpcId === vpcId
  return {
    DestinationCidrBlock: destination,
    ...(gatewayId ? { GatewayId: gatewayId } : {}),
    ...(natGatewayId ? { NatGatewayId: natGatewayId } : {}),
    Origin: 'CreateRoute' as const,
    State: leadsOn ? ('active' as const) : ('blackhole' as const),
  }
}
