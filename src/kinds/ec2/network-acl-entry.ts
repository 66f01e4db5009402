import type { NetworkAclEntry as AwsEntry } from '@aws-sdk/client-ec2'
import { meaningOf, orAbsent } from '../../aws/errors.ts'
import { canonical, sorted } from '../../resources/json.ts'
import type { KindContext } from '../../resources/kind.ts'
import { isUnknown } from '../../resources/reference.ts'

/** One numbered rule of a network ACL, for one direction. */
export interface NetworkAclEntry {
  /** 1 to 32766; the lowest that matches decides. */
  readonly ruleNumber: number
  readonly action: 'allow' | 'deny'
  /** `tcp`, `udp`, `icmp`, a protocol number, or `-1` for all. */
  readonly protocol: string
  /** IPv4 or IPv6. */
  readonly cidr: string
  /** AWS takes no ports with protocol `-1`. */
  readonly fromPort?: number | undefined
  readonly toPort?: number | undefined
}

export type EntryDirection = 'ingress' | 'egress'

type Aws = KindContext['aws']

/** Network ACLs know protocols by number only. */
const protocolNumbers: Readonly<Record<string, string>> = {
  all: '-1',
  icmp: '1',
  tcp: '6',
  udp: '17',
}

/** The rules from here on are AWS's own: they deny what no other rule has decided. */
const builtIn = 32_767

export function normalEntries(entries: readonly NetworkAclEntry[]): readonly NetworkAclEntry[] {
  if (isUnknown(entries)) return entries
  return sorted(
    entries.map(({ ruleNumber, action, protocol, cidr, fromPort, toPort }) => {
      const number = protocolNumbers[protocol] ?? protocol
      const withPorts = number === '6' || number === '17'
      return {
        ruleNumber,
        action,
        protocol: number,
        cidr,
        ...(withPorts && fromPort !== undefined ? { fromPort } : {}),
        ...(withPorts && toPort !== undefined ? { toPort } : {}),
      }
    }),
  )
}

/** The rules that somebody made. */
export function entriesFrom(
  entries: readonly AwsEntry[] | undefined,
  direction: EntryDirection,
): readonly NetworkAclEntry[] {
  return normalEntries(
    (entries ?? []).flatMap(
      ({
        Egress,
        RuleNumber = 0,
        RuleAction,
        Protocol = '-1',
        Ipv6CidrBlock,
        CidrBlock = Ipv6CidrBlock,
        PortRange,
      }) =>
        Egress === (direction === 'egress') && RuleNumber < builtIn && CidrBlock !== undefined
          ? [
              {
                ruleNumber: RuleNumber,
                action: RuleAction ?? 'deny',
                protocol: Protocol,
                cidr: CidrBlock,
                fromPort: PortRange?.From,
                toPort: PortRange?.To,
              },
            ]
          : [],
    ),
  )
}

/** Brings one direction to the rules it is to have. A rule is known by its number, and changed in one call. */
export async function changeEntries(
  networkAclId: string,
  direction: EntryDirection,
  {
    before,
    after,
  }: { readonly before: readonly NetworkAclEntry[]; readonly after: readonly NetworkAclEntry[] },
  { ec2 }: Aws,
): Promise<void> {
  const twin = (entries: readonly NetworkAclEntry[], { ruleNumber }: NetworkAclEntry) =>
    entries.find(other => other.ruleNumber === ruleNumber)
  await Promise.all([
    ...after.map(async entry => {
      const old = twin(before, entry)
      const request = requestFor(networkAclId, direction, entry)
      if (old && canonical(old) === canonical(entry)) return
      if (old) {
        await ec2.replaceNetworkAclEntry(request)
        return
      }
      try {
        await ec2.createNetworkAclEntry(request)
      } catch (error) {
        if (meaningOf(error) !== 'exists') throw error
        await ec2.replaceNetworkAclEntry(request)
      }
    }),
    ...before
      .filter(entry => !twin(after, entry))
      .map(({ ruleNumber: RuleNumber }) =>
        orAbsent(
          ec2.deleteNetworkAclEntry({
            NetworkAclId: networkAclId,
            RuleNumber,
            Egress: direction === 'egress',
          }),
        ),
      ),
  ])
}

function requestFor(NetworkAclId: string, direction: EntryDirection, entry: NetworkAclEntry) {
  const { ruleNumber, action, protocol, cidr, fromPort, toPort } = entry
  return {
    NetworkAclId,
    RuleNumber: ruleNumber,
    RuleAction: action,
    Protocol: protocol,
    Egress: direction === 'egress',
    ...(cidr.includes(':') ? { Ipv6CidrBlock: cidr } : { CidrBlock: cidr }),
    ...(fromPort === undefined || toPort === undefined ? {} : { PortRange: { From: fromPort, To: toPort } }),
    // AWS wants the type of ICMP messages named; -1 stands for all.
    ...(protocol === '1' ? { IcmpTypeCode: { Type: -1, Code: -1 } } : {}),
  }
}
