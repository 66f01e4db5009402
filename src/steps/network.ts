import type { StackConfig } from '../config/schema/stack.ts'
import { subnetsOf } from '../config/subnets.ts'
import type { After } from '../resources/resource.ts'
import type { Declare, Handle } from './declare.ts'
import { ready, standsOn } from './declare.ts'
import { endpoints } from './endpoints.ts'
import { existingNetwork } from './existing-network.ts'
import type { Facts } from './facts.ts'
import { ipv6 } from './ipv6.ts'
import type { Names } from './names.ts'
import { networkAcls } from './network-acls.ts'

export interface Network {
  readonly vpc: Handle<'ec2/vpc'>
  /** Those of the subnets, in order. */
  readonly zones: readonly string[]
  readonly publicSubnets: readonly Handle<'ec2/subnet'>[]
  readonly privateSubnets: readonly Handle<'ec2/subnet'>[]
  /** Where tasks run. */
  readonly taskSubnets: readonly Handle<'ec2/subnet'>[]
  /** Where databases, caches and mount targets stand: one in each zone. */
  readonly dataSubnets: readonly Handle<'ec2/subnet'>[]
  /** Tasks stand in public subnets and reach the internet through addresses of their own. */
  readonly tasksArePublic: boolean
  /** What a load balancer has to wait for: AWS refuses one that faces the internet in a VPC without a way to it. */
  readonly inbound: readonly After[]
  /** What has to stand before a task can reach the internet. */
  readonly outbound: readonly After[]
}

export function network(declare: Declare, config: StackConfig, facts: Facts, names: Names): Network {
  if (config.existing.vpc) return existingNetwork(declare, config.existing.vpc)
  const { cidr, natGateways } = config.network
  const { publicSubnets: publicBlocks, privateSubnets: privateBlocks } = subnetsOf(config)!
  const zones = config.network.zones ?? facts.zones.slice(0, publicBlocks.length)
  const origin = 'network'

  const vpc = declare(
    'network/vpc',
    'ec2/vpc',
    // Mount targets of EFS are found by name, which needs host names in the VPC.
    { cidrBlock: cidr, enableDnsSupport: true, enableDnsHostnames: true },
    { name: names.of('vpc'), origin },
  )
  const internetGateway = declare(
    'network/internet-gateway',
    'ec2/internet-gateway',
    { vpcId: vpc.out.vpcId },
    { name: names.of('igw'), origin },
  )

  const subnets = (access: 'public' | 'private', blocks: readonly string[]) =>
    blocks.map((cidrBlock, index) => {
      const availabilityZone = zones[index]!
      const thing = `${access}-subnet-${letter(availabilityZone, facts)}`
      const subnet = declare(
        `network/${thing}`,
        'ec2/subnet',
        { vpcId: vpc.out.vpcId, cidrBlock, availabilityZone },
        { name: names.of(thing), origin },
      )
      return { subnet, thing }
    })
  const publics = subnets('public', publicBlocks)
  const privates = subnets('private', privateBlocks)
  const publicSubnets = publics.map(({ subnet }) => subnet)
  const privateSubnets = privates.map(({ subnet }) => subnet)
  const six = config.network.ipv6 ? ipv6(declare, vpc, { publics, privates }, names) : undefined

  const publicRoutes = declare(
    'network/public-routes',
    'ec2/route-table',
    {
      vpcId: vpc.out.vpcId,
      routes: [
        { destinationCidrBlock: everywhere, gatewayId: internetGateway.out.internetGatewayId },
        ...(six ? [six.routeThrough(internetGateway)] : []),
      ],
      subnetIds: publicSubnets.map(({ out }) => out.subnetId),
    },
    // AWS refuses a route to a gateway that is not attached yet.
    { name: names.of('public'), after: [ready(internetGateway), ...(six ? [ready(six.block)] : [])], origin },
  )

  const tasksArePublic = natGateways === 'none' || privateSubnets.length === 0
  const ways = tasksArePublic
    ? []
    : natGateways === 'one'
      ? [{ suffix: '', from: publicSubnets[0]!, to: privateSubnets }]
      : privateSubnets.map((subnet, index) => ({
          suffix: `-${letter(zones[index]!, facts)}`,
          from: publicSubnets[index]!,
          to: [subnet],
        }))
  const privateWays = ways.map(({ suffix, from, to }) => {
    const address = declare(
      `network/nat-address${suffix}`,
      'ec2/elastic-ip',
      { domain: 'vpc' },
      { name: names.of(`nat${suffix}`), origin },
    )
    const nat = declare(
      `network/nat-gateway${suffix}`,
      'ec2/nat-gateway',
      { subnetId: from.out.subnetId, allocationId: address.out.allocationId },
      // Without an attached internet gateway it would end as failed, and that stays while addresses are mapped.
      { name: names.of(`nat${suffix}`), after: [standsOn(internetGateway)], origin },
    )
    const routes = declare(
      `network/private-routes${suffix}`,
      'ec2/route-table',
      {
        vpcId: vpc.out.vpcId,
        routes: [
          { destinationCidrBlock: everywhere, natGatewayId: nat.out.natGatewayId },
          ...(six ? [six.routeOut()] : []),
        ],
        subnetIds: to.map(({ out }) => out.subnetId),
      },
      { name: names.of(`private${suffix}`), after: six ? [ready(six.block)] : [], origin },
    )
    return { nat, routes }
  })

  networkAcls(declare, config, { vpc, publicSubnets, privateSubnets }, names)
  const taskSubnets = tasksArePublic ? publicSubnets : privateSubnets
  const routeTables = [publicRoutes, ...privateWays.map(({ routes }) => routes)]
  const byEndpoint = endpoints(declare, config, { vpc, subnets: taskSubnets, routeTables }, facts, names)

  return {
    vpc,
    zones,
    publicSubnets,
    privateSubnets,
    taskSubnets,
    dataSubnets: privateSubnets.length > 0 ? privateSubnets : publicSubnets,
    tasksArePublic,
    inbound: [standsOn(internetGateway), ...(six?.inPublic ?? [])],
    outbound: [
      ...privateWays.flatMap(({ nat, routes }) => [ready(nat), ready(routes)]),
      ready(publicRoutes),
      ...((tasksArePublic ? six?.inPublic : six?.inPrivate) ?? []),
      ...byEndpoint,
    ],
  }
}

const everywhere = '0.0.0.0/0'

/** `a` of `us-east-1a`. */
function letter(zone: string, { region }: Facts): string {
  return zone.startsWith(region) ? zone.slice(region.length).replace(/^-/, '') : zone
}
