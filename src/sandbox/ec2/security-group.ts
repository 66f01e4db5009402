import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import { interfacesIn } from './interface.ts'
import type { RuleRow } from './security-group-rule.ts'
import { shownPermissions } from './security-group-rule.ts'
import { passes, tagListOf, tagNew, untag } from './tags.ts'
import { vpcOf } from './vpc.ts'

export interface SecurityGroupRow {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly vpcId: string
  readonly created: number
  /** The group that comes with the VPC. */
  readonly default?: true
  ingress: RuleRow[]
  egress: RuleRow[]
}

export const securityGroups = (world: World) => world.table<SecurityGroupRow>('ec2/security-group')

export function groupOf(world: World, id: string | undefined): SecurityGroupRow {
  const row = securityGroups(world).get(id ?? '')
  if (!row || !world.visible(row.created))
    throw awsFault('InvalidGroup.NotFound', `The security group '${id}' does not exist`)
  return row
}

/** AWS gives every new group this egress rule. */
const allowAll: RuleRow = { protocol: '-1', cidr: '0.0.0.0/0' }

export function makeDefaultGroup(world: World, vpcId: string): void {
  const id = world.id('sg-')
  securityGroups(world).set(id, {
    id,
    name: 'default',
    description: 'default VPC security group',
    vpcId,
    created: world.now(),
    default: true,
    ingress: [{ protocol: '-1', groupId: id }],
    egress: [allowAll],
  })
}

export function removeDefaultGroup(world: World, vpcId: string): void {
  for (const row of securityGroups(world).list())
    if (row.vpcId === vpcId && row.default) securityGroups(world).delete(row.id)
}

export const securityGroupOperations = {
  createSecurityGroup: ({ GroupName = '', Description = '', VpcId, TagSpecifications }, world) => {
    const vpc = vpcOf(world, VpcId)
    if (GroupName.toLowerCase().startsWith('sg-') || !isText(GroupName))
      throw awsFault('InvalidParameterValue', `Value (${GroupName}) for parameter GroupName is invalid.`)
    if (!isText(Description))
      throw awsFault(
        'InvalidParameterValue',
        `Value (${Description}) for parameter GroupDescription is invalid. Character sets beyond ASCII are not supported.`,
      )
    const twin = securityGroups(world)
      .list()
      .find(({ name, vpcId }) => vpcId === vpc.id && name.toLowerCase() === GroupName.toLowerCase())
    if (twin)
      throw awsFault(
        'InvalidGroup.Duplicate',
        `The security group '${GroupName}' already exists for VPC '${vpc.id}'`,
      )
    const id = world.id('sg-')
    tagNew(world, id, 'security-group', TagSpecifications)
    securityGroups(world).set(id, {
      id,
      name: GroupName,
      description: Description,
      vpcId: vpc.id,
      created: world.now(),
      ingress: [],
      egress: [allowAll],
    })
    return { GroupId: id, Tags: tagListOf(world, id) }
  },

  describeSecurityGroups: ({ GroupIds, Filters }, world) => {
    for (const id of GroupIds ?? []) groupOf(world, id)
    const rows = securityGroups(world)
      .list()
      .filter(row => !GroupIds || GroupIds.includes(row.id))
      .filter(row => world.visible(row.created))
      .filter(row =>
        passes(world, row.id, Filters, {
          'group-id': row.id,
          'group-name': row.name,
          'vpc-id': row.vpcId,
          description: row.description,
          'ip-permission.group-id': referredTo(row.ingress),
          'egress.ip-permission.group-id': referredTo(row.egress),
        }),
      )
    return {
      SecurityGroups: rows.map(row => ({
        GroupId: row.id,
        GroupName: row.name,
        Description: row.description,
        VpcId: row.vpcId,
        OwnerId: world.account,
        IpPermissions: shownPermissions(row.ingress, world),
        IpPermissionsEgress: shownPermissions(row.egress, world),
        Tags: tagListOf(world, row.id),
      })),
    }
  },

  deleteSecurityGroup: ({ GroupId }, world) => {
    const row = groupOf(world, GroupId)
    if (row.default)
      throw awsFault(
        'CannotDelete',
        `the specified group: "${row.id}" name: "default" cannot be deleted by a user`,
      )
    const refersToIt = ({ id, ingress, egress }: SecurityGroupRow) =>
      id !== row.id && [...ingress, ...egress].some(({ groupId }) => groupId === row.id)
    const used =
      interfacesIn(world).some(({ groupIds }) => groupIds.includes(row.id)) ||
      securityGroups(world).list().some(refersToIt)
    if (used) throw awsFault('DependencyViolation', `resource ${row.id} has a dependent object`)
    securityGroups(world).delete(row.id)
    untag(world, row.id, 'all')
    return { Return: true, GroupId: row.id }
  },
} satisfies Partial<SandboxService<'ec2'>>

function referredTo(rules: readonly RuleRow[]): string[] {
  return rules.flatMap(({ groupId }) => groupId ?? [])
}

/** The characters that AWS takes in names and descriptions; no apostrophe among them. */
function isText(value: string): boolean {
  return /^[\w .:/()#,@[\]+=&;{}!$*-]{1,255}$/.test(value)
}
