import type { RouteTable } from '@aws-sdk/client-ec2'
import { meaningOf, orAbsent } from '../../aws/errors.ts'
import { canonical } from '../../resources/json.ts'
import type { KindContext } from '../../resources/kind.ts'

/** Has exactly one of the targets. */
export interface Route {
  /** IPv4 or IPv6. */
  readonly destinationCidrBlock: string
  /** Of an internet gateway. */
  readonly gatewayId?: string | undefined
  readonly natGatewayId?: string | undefined
  /** For IPv6 alone. */
  readonly egressOnlyInternetGatewayId?: string | undefined
}

type Aws = KindContext['aws']

/** The routes that someone made; the local one and those of gateway endpoints and VPN gateways belong to AWS. */
export function routesOf({ Routes = [] }: RouteTable): Route[] {
  return Routes.flatMap(
    ({
      Origin,
      DestinationIpv6CidrBlock,
      DestinationCidrBlock = DestinationIpv6CidrBlock,
      GatewayId,
      NatGatewayId,
      EgressOnlyInternetGatewayId,
    }) =>
      Origin === 'CreateRoute' && DestinationCidrBlock !== undefined
        ? [
            {
              destinationCidrBlock: DestinationCidrBlock,
              ...(GatewayId ? { gatewayId: GatewayId } : {}),
              ...(NatGatewayId ? { natGatewayId: NatGatewayId } : {}),
              ...(EgressOnlyInternetGatewayId
                ? { egressOnlyInternetGatewayId: EgressOnlyInternetGatewayId }
                : {}),
            },
          ]
        : [],
  )
}

export async function createRoute(routeTableId: string, route: Route, aws: Aws): Promise<void> {
  try {
    await aws.ec2.createRoute(requestFor(routeTableId, route))
  } catch (error) {
    if (meaningOf(error) !== 'exists') throw error
    await aws.ec2.replaceRoute(requestFor(routeTableId, route))
  }
}

/** A destination keeps its route and gets another target; only what is new or gone is created or deleted. */
export async function changeRoutes(
  routeTableId: string,
  before: readonly Route[],
  after: readonly Route[],
  aws: Aws,
): Promise<void> {
  const twin = (routes: readonly Route[], { destinationCidrBlock }: Route) =>
    routes.find(other => other.destinationCidrBlock === destinationCidrBlock)
  await Promise.all([
    ...after.map(async route => {
      const old = twin(before, route)
      if (!old) await createRoute(routeTableId, route, aws)
      else if (canonical(old) !== canonical(route))
        await aws.ec2.replaceRoute(requestFor(routeTableId, route))
    }),
    ...before
      .filter(route => !twin(after, route))
      .map(({ destinationCidrBlock }) =>
        orAbsent(aws.ec2.deleteRoute({ RouteTableId: routeTableId, ...destination(destinationCidrBlock) })),
      ),
  ])
}

function requestFor(
  RouteTableId: string,
  { destinationCidrBlock, gatewayId, natGatewayId, egressOnlyInternetGatewayId }: Route,
) {
  return {
    RouteTableId,
    ...destination(destinationCidrBlock),
    ...(gatewayId ? { GatewayId: gatewayId } : {}),
    ...(natGatewayId ? { NatGatewayId: natGatewayId } : {}),
    ...(egressOnlyInternetGatewayId ? { EgressOnlyInternetGatewayId: egressOnlyInternetGatewayId } : {}),
  }
}

/** AWS has a member of its own for each of the two. */
function destination(block: string) {
  return block.includes(':') ? { DestinationIpv6CidrBlock: block } : { DestinationCidrBlock: block }
}
