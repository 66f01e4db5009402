import type { Route } from '../kinds/ec2/route.ts'
import { GeneratedNumber } from '../resources/generated-name.ts'
import type { Input } from '../resources/reference.ts'
import type { After } from '../resources/resource.ts'
import type { Declare, Handle } from './declare.ts'
import { ready, standsOn } from './declare.ts'
import type { Names } from './names.ts'

/** A subnet and what its address ends with: `public-subnet-a`. */
interface Ground {
  readonly subnet: Handle<'ec2/subnet'>
  readonly thing: string
}

export interface Ipv6 {
  /** What stands in public subnets and has IPv6 addresses has to go before these do. */
  readonly inPublic: readonly After[]
  readonly inPrivate: readonly After[]
  /** Routes over IPv6 come after the VPC has addresses. */
  readonly block: Handle<'ec2/vpc-ipv6-block'>
  routeThrough(gateway: Handle<'ec2/internet-gateway'>): Input<Route>
  /** By a gateway that nobody comes in by, made when the first table asks for it. */
  routeOut(): Input<Route>
}

export const everywhereOfIpv6 = '::/0'

/** Private subnets are numbered from here, so that one more public subnet moves none of them. */
const firstPrivate = 128

/** Of the 128 numbers for each, the second half is for subnets that are made beside those they replace. */
const reserve = 64

/** IPv6 beside IPv4: addresses of Amazon's for the VPC, a part of them for each subnet. */
export function ipv6(
  declare: Declare,
  vpc: Handle<'ec2/vpc'>,
  { publics, privates }: { readonly publics: readonly Ground[]; readonly privates: readonly Ground[] },
  names: Names,
): Ipv6 {
  const origin = 'network.ipv6'
  const { vpcId } = vpc.out
  const block = declare('network/ipv6', 'ec2/vpc-ipv6-block', { vpcId }, { origin })
  const blocks = (grounds: readonly Ground[], first: number): After[] =>
    grounds.map(({ subnet, thing }, index) =>
      standsOn(
        declare(
          `network/${thing}.ipv6`,
          'ec2/subnet-ipv6-block',
          {
            subnetId: subnet.out.subnetId,
            vpcCidrBlock: block.out.cidrBlock,
            number: new GeneratedNumber(first + index, first + index + reserve),
            assignOnCreation: true,
          },
          { origin },
        ),
      ),
    )
  let gateway: Handle<'ec2/egress-only-internet-gateway'> | undefined
  return {
    inPublic: blocks(publics, 0),
    inPrivate: blocks(privates, firstPrivate),
    block,
    routeThrough: ({ out }) => ({
      destinationCidrBlock: everywhereOfIpv6,
      gatewayId: out.internetGatewayId,
    }),
    routeOut() {
      gateway ??= declare(
        'network/egress-only-gateway',
        'ec2/egress-only-internet-gateway',
        { vpcId },
        { name: names.of('eigw'), after: [ready(block)], origin },
      )
      return {
        destinationCidrBlock: everywhereOfIpv6,
        egressOnlyInternetGatewayId: gateway.out.gatewayId,
      }
    },
  }
}
