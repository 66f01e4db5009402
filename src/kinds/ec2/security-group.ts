import type { Filter, SecurityGroup } from '@aws-sdk/client-ec2'
import { hasCode, orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import { fromTagList, tagSpecification } from '../../aws/tags.ts'
import { canonical } from '../../resources/json.ts'
import type { Kind, KindContext } from '../../resources/kind.ts'
import { findAll, idIn, retag } from './describe.ts'
import { groupBlockers } from './group-blockers.ts'
import type { Direction, Rule } from './security-group-rule.ts'
import {
  changeRules,
  defaultEgress,
  joined,
  normalRules,
  openingsOf,
  rulesFrom,
} from './security-group-rule.ts'

export type { Rule } from './security-group-rule.ts'

export interface SecurityGroupProps {
  /** Unique in its VPC, whatever the case of its letters. */
  readonly groupName: string
  readonly description: string
  readonly vpcId: string
  readonly ingress: readonly Rule[]
  /** Left out: AWS's default, which lets it connect to everywhere, and nobody looks at it again. */
  readonly egress?: readonly Rule[] | undefined
}

export interface SecurityGroupAttributes {
  readonly groupId: string
}

export const securityGroup: Kind<SecurityGroupProps, SecurityGroupAttributes> = {
  type: 'ec2/security-group',
  label: 'security group',
  ownership: 'tags',
  replaceOn: ['groupName', 'description', 'vpcId'],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['groupName', 'vpcId'], label: 'name' }],
  late: ['ingress', 'egress'],
  withdrawn: { egress: { becomes: defaultEgress } },
  findBy: ['groupName', 'vpcId'],
  seconds: { create: 2, delete: 2 },
  additions: [
    // An open port is a matter of security.
    { what: 'rules', rule: 'reverted' },
    { what: 'rules with a prefix list', rule: 'left alone', seen: 'by read' },
    { what: 'outbound rules where the config names none', rule: 'left alone', seen: 'by read' },
  ],

  normalise: ({ egress, ...props }) => ({
    ...props,
    ingress: normalRules(props.ingress),
    ...(egress ? { egress: normalRules(egress) } : {}),
  }),

  wide: (before, after) => ({
    ...after,
    ingress: joined(before.ingress, after.ingress),
    ...(after.egress && { egress: joined(before.egress ?? [], after.egress) }),
  }),

  opens: ({ ingress = [] }) => openingsOf(ingress),

  fromArn: arn => idIn(arn, 'security-group', groupId => ({ groupId })),

  identify: id => (id.startsWith('sg-') ? { attributes: { groupId: id } } : undefined),

  read: async (requests, { aws }) => {
    const found = await findAll(
      requests,
      ({ groupId }) => groupId,
      {
        aws,
        resourceType: 'security-group',
        byIds: 'group-id',
        describe: Filters => describeGroups(Filters, aws),
        idOf: ({ GroupId }) => GroupId,
        tagsOf: ({ Tags }) => Tags,
      },
      {
        // By name, because a group of that name forbids ours, whoever it belongs to.
        filters: unrecorded => [
          { Name: 'group-name', Values: unique(unrecorded.map(({ props }) => props.groupName)) },
          { Name: 'vpc-id', Values: unique(unrecorded.map(({ props }) => props.vpcId)) },
        ],
        matches: ({ GroupName, VpcId }, { props }) => GroupName === props.groupName && VpcId === props.vpcId,
      },
    )
    return found.map(
      (one, index) =>
        one && {
          attributes: { groupId: one.GroupId! },
          props: {
            groupName: one.GroupName ?? '',
            description: one.Description ?? '',
            vpcId: one.VpcId ?? '',
            ingress: rulesFrom(one.IpPermissions),
            egress: rulesFrom(one.IpPermissionsEgress),
          },
          tags: fromTagList(one.Tags),
          ...unmanagedIn(one, requests[index]!.props.egress !== undefined),
        },
    )
  },

  create: async ({ props, tags }, { aws }) => {
    const { GroupId } = await aws.ec2.createSecurityGroup({
      GroupName: props.groupName,
      Description: props.description,
      VpcId: props.vpcId,
      TagSpecifications: tagSpecification('security-group', tags),
    })
    return { groupId: GroupId! }
  },

  finish: async ({ props }, attributes, { aws }) => {
    await applyRules(attributes, 'Ingress', { before: [], after: props.ingress }, aws)
    if (props.egress)
      await applyRules(attributes, 'Egress', { before: defaultEgress, after: props.egress }, aws)
    return attributes
  },

  update: async ({ attributes, observed, props, changed }, { aws }) => {
    if (changed.includes('ingress'))
      await applyRules(attributes, 'Ingress', { before: observed.ingress, after: props.ingress }, aws)
    if (changed.includes('egress') && props.egress)
      await applyRules(attributes, 'Egress', { before: observed.egress ?? [], after: props.egress }, aws)
    return attributes
  },

  retag: ({ groupId }, change, { aws }) => retag(groupId, change, aws),

  delete: async ({ attributes: { groupId } }, { aws }) => {
    const group = await groupOf(groupId, aws)
    if (!group) return
    // Two groups that name each other could never go otherwise.
    for (const direction of ['Ingress', 'Egress'] as const) {
      const before = rulesOf(group, direction)
      const after = before.filter(rule => !rule.groupId || rule.groupId === groupId)
      await orAbsent(changeRules(groupId, direction, { before, after }, aws))
    }
    await orAbsent(aws.ec2.deleteSecurityGroup({ GroupId: groupId }))
  },

  blockers: (all, { aws }) =>
    groupBlockers(
      all.map(({ groupId }) => groupId),
      aws,
    ),
}

type Aws = KindContext['aws']

function unmanagedIn(group: SecurityGroup, namesEgress: boolean) {
  const unmanaged = [...prefixListsIn(group), ...(namesEgress ? [] : outboundOfOthers(group))]
  return unmanaged.length > 0 ? { unmanaged } : {}
}

/** Our terms cannot say such a rule. */
function prefixListsIn({ IpPermissions = [], IpPermissionsEgress = [] }: SecurityGroup): string[] {
  const lines = (permissions: typeof IpPermissions, way: string) =>
    permissions.flatMap(({ PrefixListIds = [] }) =>
      PrefixListIds.map(({ PrefixListId }) => `${way} rule with the prefix list ${PrefixListId}`),
    )
  return [...lines(IpPermissions, 'inbound'), ...lines(IpPermissionsEgress, 'outbound')]
}

function outboundOfOthers({ IpPermissionsEgress }: SecurityGroup): string[] {
  const usual = new Set(defaultEgress.map(canonical))
  return rulesFrom(IpPermissionsEgress)
    .filter(rule => !usual.has(canonical(rule)))
    .map(({ protocol, fromPort, toPort, cidr, groupId }) => {
      const ports = fromPort === undefined ? '' : ` ${fromPort}${toPort === fromPort ? '' : `-${toPort}`}`
      return `outbound rule ${protocol}${ports} to ${cidr ?? groupId}`
    })
}

/** AWS refuses a call as a whole when one of its rules is there (or gone) already: then only the rest is asked for. */
async function applyRules(
  { groupId }: SecurityGroupAttributes,
  direction: Direction,
  change: { readonly before: readonly Rule[]; readonly after: readonly Rule[] },
  aws: Aws,
): Promise<void> {
  try {
    await changeRules(groupId, direction, change, aws)
  } catch (error) {
    if (!hasCode(error, 'InvalidPermission.Duplicate', 'InvalidPermission.NotFound')) throw error
    const group = await groupOf(groupId, aws)
    if (!group) throw error
    await changeRules(groupId, direction, { before: rulesOf(group, direction), after: change.after }, aws)
  }
}

function rulesOf(group: SecurityGroup, direction: Direction): readonly Rule[] {
  return rulesFrom(direction === 'Ingress' ? group.IpPermissions : group.IpPermissionsEgress)
}

async function groupOf(groupId: string, aws: Aws): Promise<SecurityGroup | undefined> {
  const [group] = await describeGroups([{ Name: 'group-id', Values: [groupId] }], aws)
  return group
}

function describeGroups(Filters: Filter[], aws: Aws): Promise<SecurityGroup[]> {
  return allPages(marker =>
    aws.ec2
      .describeSecurityGroups({ Filters, MaxResults: 1000, NextToken: marker })
      .then(({ SecurityGroups, NextToken }) => ({ rows: SecurityGroups, next: NextToken })),
  )
}

function unique(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values.filter(value => value !== undefined))]
}
