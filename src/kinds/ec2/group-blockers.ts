import type { IpPermission, SecurityGroup } from '@aws-sdk/client-ec2'
import type { Aws } from '../../aws/aws.ts'
import { allPages } from '../../aws/pages.ts'
import { fromTagList } from '../../aws/tags.ts'
import type { Blocker } from '../../resources/blocker.ts'
import { blockersOf, interfacesWith } from './network-interface.ts'

const directions = [
  { filter: 'ip-permission.group-id', permissions: 'IpPermissions', call: 'revoke-security-group-ingress' },
  {
    filter: 'egress.ip-permission.group-id',
    permissions: 'IpPermissionsEgress',
    call: 'revoke-security-group-egress',
  },
] as const

/** AWS keeps a group while a network interface has it, or a rule of another group refers to it. */
export async function groupBlockers(groupIds: readonly string[], aws: Aws): Promise<Blocker[][]> {
  const [interfaces, ...referring] = await Promise.all([
    interfacesWith('group-id', groupIds, aws),
    ...directions.map(({ filter }) => groupsWith(filter, groupIds, aws)),
  ])
  const ofInterfaces = await blockersOf(interfaces, aws)
  return groupIds.map(groupId => [
    ...interfaces.flatMap(({ Groups = [], NetworkInterfaceId = '' }) =>
      Groups.some(({ GroupId }) => GroupId === groupId) ? (ofInterfaces.get(NetworkInterfaceId) ?? []) : [],
    ),
    ...directions.flatMap(({ permissions, call }, index) =>
      (referring[index] ?? []).flatMap(other => {
        const rules = (other[permissions] ?? []).filter(rule => refersTo(rule, groupId))
        return other.GroupId && other.GroupId !== groupId && rules.length > 0
          ? [blockerOf({ ...other, GroupId: other.GroupId }, rules, { groupId, call })]
          : []
      }),
    ),
  ])
}

function groupsWith(filter: string, groupIds: readonly string[], { ec2 }: Aws): Promise<SecurityGroup[]> {
  const Filters = [{ Name: filter, Values: [...groupIds] }]
  return allPages(NextToken =>
    ec2
      .describeSecurityGroups({ Filters, MaxResults: 1000, NextToken })
      .then(page => ({ rows: page.SecurityGroups, next: page.NextToken })),
  )
}

function refersTo({ UserIdGroupPairs = [] }: IpPermission, groupId: string): boolean {
  return UserIdGroupPairs.some(({ GroupId }) => GroupId === groupId)
}

function blockerOf(
  { GroupId, GroupName, Tags }: SecurityGroup & { readonly GroupId: string },
  rules: readonly IpPermission[],
  { groupId, call }: { readonly groupId: string; readonly call: string },
): Blocker {
  const permissions = rules.map(({ IpProtocol, FromPort, ToPort }) =>
    [
      `IpProtocol=${IpProtocol}`,
      ...(FromPort === undefined ? [] : [`FromPort=${FromPort}`]),
      ...(ToPort === undefined ? [] : [`ToPort=${ToPort}`]),
      `UserIdGroupPairs=[{GroupId=${groupId}}]`,
    ].join(','),
  )
  return {
    id: GroupId,
    what: `a rule of security group ${GroupId} (${GroupName})`,
    tags: fromTagList(Tags),
    hint: `remove the rule: aws ec2 ${call} --group-id ${GroupId} --ip-permissions ${permissions.map(one => `'${one}'`).join(' ')}`,
  }
}
