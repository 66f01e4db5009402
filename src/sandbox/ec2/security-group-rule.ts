import type { IpPermission } from '@aws-sdk/client-ec2'
import { Address4, Address6 } from 'ip-address'
import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import { groupOf } from './security-group.ts'

export interface RuleRow {
  readonly protocol: string
  readonly fromPort?: number | undefined
  readonly toPort?: number | undefined
  /** One of the four. */
  readonly cidr?: string | undefined
  readonly cidr6?: string | undefined
  readonly groupId?: string | undefined
  readonly prefixListId?: string | undefined
  readonly description?: string | undefined
}

type Direction = 'ingress' | 'egress'

interface RuleInput {
  readonly GroupId?: string | undefined
  readonly IpPermissions?: IpPermission[] | undefined
}

/** AWS's sixty rules per group and direction. */
const quota = 60

export const securityGroupRuleOperations = {
  authorizeSecurityGroupIngress: (input, world) => authorize(world, input, 'ingress'),
  authorizeSecurityGroupEgress: (input, world) => authorize(world, input, 'egress'),
  revokeSecurityGroupIngress: (input, world) => revoke(world, input, 'ingress'),
  revokeSecurityGroupEgress: (input, world) => revoke(world, input, 'egress'),
  updateSecurityGroupRuleDescriptionsIngress: (input, world) => describe(world, input, 'ingress'),
  updateSecurityGroupRuleDescriptionsEgress: (input, world) => describe(world, input, 'egress'),
} satisfies Partial<SandboxService<'ec2'>>

/** All or nothing, as each of the three is. */
function authorize(world: World, { GroupId, IpPermissions }: RuleInput, direction: Direction) {
  const group = groupOf(world, GroupId)
  const rules = rulesFrom(IpPermissions)
  rules.forEach((rule, index) => {
    check(world, rule, group.vpcId)
    const twin = [...group[direction], ...rules.slice(0, index)].find(other => keyOf(other) === keyOf(rule))
    if (twin)
      throw awsFault(
        'InvalidPermission.Duplicate',
        `the specified rule "peer: ${peerOf(rule)}, ${rule.protocol.toUpperCase()}, from port: ${rule.fromPort}, to port: ${rule.toPort}, ALLOW" already exists`,
      )
  })
  if (group[direction].length + rules.length > quota)
    throw awsFault(
      'RulesPerSecurityGroupLimitExceeded',
      'The maximum number of rules per security group has been reached.',
    )
  group[direction] = [...group[direction], ...rules]
  return { Return: true }
}

function revoke(world: World, { GroupId, IpPermissions }: RuleInput, direction: Direction) {
  const group = groupOf(world, GroupId)
  const keys = known(rulesFrom(IpPermissions), group[direction]).map(keyOf)
  group[direction] = group[direction].filter(rule => !keys.includes(keyOf(rule)))
  return { Return: true }
}

function describe(world: World, { GroupId, IpPermissions }: RuleInput, direction: Direction) {
  const group = groupOf(world, GroupId)
  const rules = known(rulesFrom(IpPermissions), group[direction])
  group[direction] = group[direction].map(rule => rules.find(other => keyOf(other) === keyOf(rule)) ?? rule)
  return { Return: true }
}

function known(rules: RuleRow[], present: readonly RuleRow[]): RuleRow[] {
  const keys = present.map(keyOf)
  if (rules.some(rule => !keys.includes(keyOf(rule))))
    throw awsFault('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.')
  return rules
}

function check(world: World, rule: RuleRow, vpcId: string): void {
  if (rule.protocol === '-1' && (rule.fromPort ?? rule.toPort ?? -1) !== -1)
    throw awsFault('InvalidParameterValue', 'You may not define ports for all protocols.')
  if (rule.cidr !== undefined && !Address4.isValid(rule.cidr))
    throw awsFault('InvalidParameterValue', `CIDR block ${rule.cidr} is malformed`)
  if (rule.cidr6 !== undefined && !Address6.isValid(rule.cidr6))
    throw awsFault('InvalidParameterValue', `CIDR block ${rule.cidr6} is malformed`)
  if (rule.groupId !== undefined && groupOf(world, rule.groupId).vpcId !== vpcId)
    throw awsFault(
      'InvalidGroup.NotFound',
      'You have specified two resources that belong to different networks.',
    )
}

function rulesFrom(permissions: readonly IpPermission[] = []): RuleRow[] {
  const rules = permissions.flatMap(
    ({
      IpProtocol = '',
      FromPort,
      ToPort,
      IpRanges = [],
      Ipv6Ranges = [],
      UserIdGroupPairs = [],
      PrefixListIds = [],
    }) => {
      const ports = { protocol: IpProtocol, fromPort: FromPort, toPort: ToPort }
      return [
        ...IpRanges.map(range => ({ ...ports, cidr: range.CidrIp, description: range.Description })),
        ...Ipv6Ranges.map(range => ({ ...ports, cidr6: range.CidrIpv6, description: range.Description })),
        ...UserIdGroupPairs.map(pair => ({
          ...ports,
          groupId: pair.GroupId,
          description: pair.Description,
        })),
        ...PrefixListIds.map(list => ({
          ...ports,
          prefixListId: list.PrefixListId,
          description: list.Description,
        })),
      ]
    },
  )
  if (rules.length === 0)
    throw awsFault('MissingParameter', "Either 'ipPermissions' or 'securityGroupRuleIds' should be provided.")
  return rules
}

/** What tells one rule from another; the description does not. */
function keyOf(rule: RuleRow): string {
  return [rule.protocol, rule.fromPort ?? '', rule.toPort ?? '', peerOf(rule)].join(' ')
}

function peerOf({ cidr, cidr6, groupId, prefixListId }: RuleRow): string {
  return cidr ?? cidr6 ?? groupId ?? prefixListId ?? ''
}

/** Rules of the same protocol and ports share one permission, as AWS lists them. */
export function shownPermissions(rules: readonly RuleRow[], world: World): IpPermission[] {
  const portsOf = ({ protocol, fromPort, toPort }: RuleRow) => `${protocol} ${fromPort} ${toPort}`
  return [...new Set(rules.map(portsOf))].map(ports => {
    const same = rules.filter(rule => portsOf(rule) === ports)
    const { protocol, fromPort, toPort } = same[0]!
    const said = ({ description }: RuleRow) => (description === undefined ? {} : { Description: description })
    return {
      IpProtocol: protocol,
      ...(fromPort === undefined ? {} : { FromPort: fromPort }),
      ...(toPort === undefined ? {} : { ToPort: toPort }),
      IpRanges: same.flatMap(rule => (rule.cidr ? [{ CidrIp: rule.cidr, ...said(rule) }] : [])),
      Ipv6Ranges: same.flatMap(rule => (rule.cidr6 ? [{ CidrIpv6: rule.cidr6, ...said(rule) }] : [])),
      PrefixListIds: same.flatMap(rule =>
        rule.prefixListId ? [{ PrefixListId: rule.prefixListId, ...said(rule) }] : [],
      ),
      UserIdGroupPairs: same.flatMap(rule =>
        rule.groupId ? [{ GroupId: rule.groupId, UserId: world.account, ...said(rule) }] : [],
      ),
    }
  })
}
