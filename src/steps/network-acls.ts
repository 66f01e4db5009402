import type { AclConfig, AclRuleConfig } from '../config/schema/acl.ts'
import type { StackConfig } from '../config/schema/stack.ts'
import { openPortsOf } from '../config/ports.ts'
import type { NetworkAclEntry } from '../kinds/ec2/network-acl.ts'
import type { Declare, Handle } from './declare.ts'
import { everywhereOfIpv6 } from './ipv6.ts'
import type { Names } from './names.ts'

interface Ground {
  readonly vpc: Handle<'ec2/vpc'>
  readonly publicSubnets: readonly Handle<'ec2/subnet'>[]
  readonly privateSubnets: readonly Handle<'ec2/subnet'>[]
}

/** The walls around subnets, besides those around each thing inside. */
export function networkAcls(declare: Declare, config: StackConfig, ground: Ground, names: Names): void {
  const { acls = {} } = config.network
  for (const access of ['public', 'private'] as const) {
    const acl = acls[access]
    const subnets = access === 'public' ? ground.publicSubnets : ground.privateSubnets
    if (!acl || subnets.length === 0) continue
    declare(
      `network/${access}-acl`,
      'ec2/network-acl',
      {
        vpcId: ground.vpc.out.vpcId,
        ...rulesOf(acl, access, config),
        subnetIds: subnets.map(({ out }) => out.subnetId),
      },
      { name: names.of(access), origin: `network.acls.${access}` },
    )
  }
}

function rulesOf({ ingress, egress }: AclConfig, access: 'public' | 'private', config: StackConfig) {
  return {
    ingress: ingress
      ? ingress.map(entry)
      : access === 'public'
        ? publicIngress(config)
        : privateIngress(config),
    egress: egress
      ? egress.map(entry)
      : everybodyIn(config).map((cidr, index) => anything(100 + index, cidr)),
  }
}

/** Everybody, once for each way to be addressed. */
function everybodyIn({ network }: StackConfig): string[] {
  return network.ipv6 ? ['0.0.0.0/0', everywhereOfIpv6] : ['0.0.0.0/0']
}

/** Rules about IPv6 have the number of their twin, and this much more. */
const ofIpv6 = 50

/** Answers to what went out come back to one of these. */
const ephemeral = { fromPort: 1024, toPort: 65_535 }

function publicIngress(config: StackConfig): NetworkAclEntry[] {
  const open = openPortsOf(config).flatMap((port, index) =>
    everybodyIn(config).map((cidr, version) => ({
      ruleNumber: 110 + index + version * ofIpv6,
      action: 'allow' as const,
      protocol: 'tcp',
      cidr,
      fromPort: port,
      toPort: port,
    })),
  )
  return [anything(100, config.network.cidr), ...open, ...answers(config)]
}

/** A NAT gateway and a gateway endpoint leave the sender's address as it was: answers come from everywhere. */
function privateIngress(config: StackConfig): NetworkAclEntry[] {
  const { cidr, natGateways, endpoints } = config.network
  const wayOut =
    natGateways !== 'none' || endpoints.some(service => service === 's3' || service === 'dynamodb')
  return [anything(100, cidr), ...(wayOut ? answers(config) : [])]
}

function answers(config: StackConfig): NetworkAclEntry[] {
  return everybodyIn(config).flatMap((cidr, version) =>
    (['tcp', 'udp'] as const).map((protocol, index) => ({
      ruleNumber: 200 + index + version * ofIpv6,
      action: 'allow' as const,
      protocol,
      cidr,
      ...ephemeral,
    })),
  )
}

function anything(ruleNumber: number, cidr: string): NetworkAclEntry {
  return { ruleNumber, action: 'allow', protocol: 'all', cidr }
}

function entry({ number, action, protocol, ports, cidr }: AclRuleConfig, index: number): NetworkAclEntry {
  const [from, to = from] = ports === undefined ? [] : String(ports).split('-').map(Number)
  return {
    ruleNumber: number ?? (index + 1) * 100,
    action,
    protocol,
    cidr,
    ...(from === undefined ? {} : { fromPort: from, toPort: to }),
  }
}
