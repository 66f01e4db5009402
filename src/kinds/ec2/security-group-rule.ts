import type { IpPermission } from '@aws-sdk/client-ec2'
import { canonical, sorted } from '../../resources/json.ts'
import type { KindContext, Opening } from '../../resources/kind.ts'
import { isUnknown } from '../../resources/reference.ts'

/** Has exactly one of `cidr` and `groupId`: who may connect, or be connected to. */
export interface Rule {
  /** `tcp`, `udp`, `icmp`, `icmpv6`, a protocol number, or `-1` for all. */
  readonly protocol: string
  /** AWS takes no ports with protocol `-1`. */
  readonly fromPort?: number | undefined
  readonly toPort?: number | undefined
  /** IPv4 or IPv6. */
  readonly cidr?: string | undefined
  readonly groupId?: string | undefined
  readonly description?: string | undefined
}

export type Direction = 'Ingress' | 'Egress'

type Aws = KindContext['aws']

/** What AWS gives a new group: it may connect to everywhere. */
export const defaultEgress: readonly Rule[] = [{ protocol: '-1', cidr: '0.0.0.0/0' }]

/** The names by which AWS answers, whatever it was told. */
const protocolNames: Readonly<Record<string, string>> = {
  all: '-1',
  '1': 'icmp',
  '6': 'tcp',
  '17': 'udp',
  '58': 'icmpv6',
}

export function normalRules(rules: readonly Rule[]): readonly Rule[] {
  if (isUnknown(rules)) return rules
  return sorted(
    rules.map(rule => {
      if (isUnknown(rule) || isUnknown(rule.protocol)) return rule
      const name = rule.protocol.toLowerCase()
      const protocol = protocolNames[name] ?? name
      const { fromPort, toPort, cidr, ...rest } = rule
      return {
        ...rest,
        protocol,
        ...(protocol === '-1' || fromPort === undefined ? {} : { fromPort }),
        ...(protocol === '-1' || toPort === undefined ? {} : { toPort }),
        ...(cidr === undefined ? {} : { cidr: isUnknown(cidr) ? cidr : cidr.toLowerCase() }),
      }
    }),
  )
}

/** What inbound rules open to addresses. Members of other groups are of the network itself. */
export function openingsOf(rules: readonly Rule[]): readonly Opening[] {
  if (isUnknown(rules)) return []
  return rules.flatMap(rule =>
    isUnknown(rule) || rule.cidr === undefined || isUnknown(rule.cidr)
      ? []
      : [{ port: portOf(rule), to: rule.cidr }],
  )
}

function portOf({ protocol, fromPort, toPort }: Rule): string {
  if (protocol === '-1') return 'all ports'
  // To ICMP these are type and code, -1 for all.
  if (fromPort === undefined || fromPort < 0) return protocol
  return `${protocol}/${fromPort}${toPort === undefined || toPort === fromPort ? '' : `-${toPort}`}`
}

/** Rules with a prefix list cannot be said in our terms, and are left alone. */
export function rulesFrom(permissions: readonly IpPermission[] | undefined): readonly Rule[] {
  return normalRules(
    (permissions ?? []).flatMap(
      ({ IpProtocol = '-1', FromPort, ToPort, IpRanges, Ipv6Ranges, UserIdGroupPairs }) => {
        const rule = (peer: Pick<Rule, 'cidr' | 'groupId'>, description: string | undefined): Rule => ({
          protocol: IpProtocol,
          fromPort: FromPort,
          toPort: ToPort,
          ...peer,
          ...(description ? { description } : {}),
        })
        return [
          ...(IpRanges ?? []).map(({ CidrIp = '', Description }) => rule({ cidr: CidrIp }, Description)),
          ...(Ipv6Ranges ?? []).map(({ CidrIpv6 = '', Description }) =>
            rule({ cidr: CidrIpv6 }, Description),
          ),
          ...(UserIdGroupPairs ?? []).map(({ GroupId = '', Description }) =>
            rule({ groupId: GroupId }, Description),
          ),
        ]
      },
    ),
  )
}

/**
 * Brings one direction of a group from the rules it has to the rules it is to have. New ones come before old ones go,
 * so that nothing is shut out in between; a description changes without touching its rule.
 */
export async function changeRules(
  groupId: string,
  direction: Direction,
  { before, after }: { readonly before: readonly Rule[]; readonly after: readonly Rule[] },
  aws: Aws,
): Promise<void> {
  const added = without(after, before)
  const removed = without(before, after)
  const described = without(after, added).filter(
    rule => !before.some(other => canonical(other) === canonical(rule)),
  )
  const call = callsFor(direction, aws)
  const request = (rules: readonly Rule[]) => ({ GroupId: groupId, IpPermissions: rules.map(permission) })
  if (added.length > 0) await call.authorize(request(added))
  if (described.length > 0) await call.describe(request(described))
  if (removed.length > 0) await call.revoke(request(removed))
}

function callsFor(direction: Direction, { ec2 }: Aws) {
  return direction === 'Ingress'
    ? {
        authorize: ec2.authorizeSecurityGroupIngress,
        revoke: ec2.revokeSecurityGroupIngress,
        describe: ec2.updateSecurityGroupRuleDescriptionsIngress,
      }
    : {
        authorize: ec2.authorizeSecurityGroupEgress,
        revoke: ec2.revokeSecurityGroupEgress,
        describe: ec2.updateSecurityGroupRuleDescriptionsEgress,
      }
}

/** All of `after`, and of `before` what is not among them. */
export function joined(before: readonly Rule[], after: readonly Rule[]): readonly Rule[] {
  return normalRules([...after, ...without(before, after)])
}

function without(rules: readonly Rule[], others: readonly Rule[]): Rule[] {
  const keys = others.map(identityOf)
  return rules.filter(rule => !keys.includes(identityOf(rule)))
}

/** What tells one rule from another; to AWS the description does not. */
function identityOf(rule: Rule): string {
  return canonical({ ...rule, description: undefined })
}

function permission({ protocol, fromPort, toPort, cidr, groupId, description }: Rule): IpPermission {
  const said = description ? { Description: description } : {}
  return {
    IpProtocol: protocol,
    ...(fromPort === undefined ? {} : { FromPort: fromPort }),
    ...(toPort === undefined ? {} : { ToPort: toPort }),
    ...(groupId ? { UserIdGroupPairs: [{ GroupId: groupId, ...said }] } : {}),
    ...(cidr?.includes(':') ? { Ipv6Ranges: [{ CidrIpv6: cidr, ...said }] } : {}),
    ...(cidr && !cidr.includes(':') ? { IpRanges: [{ CidrIp: cidr, ...said }] } : {}),
  }
}
