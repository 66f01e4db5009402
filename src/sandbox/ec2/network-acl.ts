import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import type { NetworkAclEntryRow, NetworkAclRow } from './network-acl-association.ts'
import { associationsOf, defaultAcl, networkAclOf, networkAcls } from './network-acl-association.ts'
import { passes, tagListOf, tagNew, untag } from './tags.ts'
import { vpcOf, vpcs } from './vpc.ts'

/** AWS's twenty rules in each direction. */
const quota = 20

/** The rule by which AWS denies what no other has decided. */
const lastRule = 32_767

export const networkAclOperations = {
  createNetworkAcl: ({ VpcId, ClientToken, TagSpecifications }, world) => {
    const repeated = networkAcls(world)
      .list()
      .find(({ token }) => ClientToken && token === ClientToken)
    if (repeated) return { NetworkAcl: shown(repeated, world), ClientToken }
    const vpc = vpcOf(world, VpcId)
    const id = world.id('acl-')
    tagNew(world, id, 'network-acl', TagSpecifications)
    const row = networkAcls(world).set(id, {
      id,
      vpcId: vpc.id,
      created: world.now(),
      token: ClientToken,
      entries: [],
    })
    return { NetworkAcl: shown(row, world), ClientToken }
  },

  describeNetworkAcls: ({ NetworkAclIds, Filters }, world) => {
    for (const { id } of vpcs(world).list()) defaultAcl(world, id)
    for (const id of NetworkAclIds ?? []) networkAclOf(world, id)
    const rows = networkAcls(world)
      .list()
      .filter(row => !NetworkAclIds || NetworkAclIds.includes(row.id))
      .filter(row => world.visible(row.created))
      .filter(row =>
        passes(world, row.id, Filters, {
          'network-acl-id': row.id,
          'vpc-id': row.vpcId,
          default: String(row.default ?? false),
          'association.subnet-id': associationsOf(world, row).map(({ subnetId }) => subnetId),
        }),
      )
    return { NetworkAcls: rows.map(row => shown(row, world)) }
  },

  createNetworkAclEntry: (input, world) => {
    const row = networkAclOf(world, input.NetworkAclId)
    const entry = entryFrom(input)
    if (find(row, entry))
      throw awsFault(
        'NetworkAclEntryAlreadyExists',
        `The network acl entry identified by ${entry.number} already exists.`,
      )
    if (row.entries.filter(({ egress }) => egress === entry.egress).length >= quota)
      throw awsFault(
        'NetworkAclEntryLimitExceeded',
        'The maximum number of network acl entries has been reached.',
      )
    row.entries.push(entry)
    return {}
  },

  replaceNetworkAclEntry: (input, world) => {
    const row = networkAclOf(world, input.NetworkAclId)
    const entry = entryFrom(input)
    const old = find(row, entry)
    if (!old) throw noEntry(entry.number)
    row.entries = row.entries.map(other => (other === old ? entry : other))
    return {}
  },

  deleteNetworkAclEntry: ({ NetworkAclId, RuleNumber = 0, Egress = false }, world) => {
    const row = networkAclOf(world, NetworkAclId)
    const old = find(row, { number: RuleNumber, egress: Egress })
    if (!old) throw noEntry(RuleNumber)
    row.entries = row.entries.filter(entry => entry !== old)
    return {}
  },

  deleteNetworkAcl: ({ NetworkAclId }, world) => {
    const row = networkAclOf(world, NetworkAclId)
    if (row.default) throw awsFault('InvalidParameterValue', `cannot delete default network ACL ${row.id}`)
    if (associationsOf(world, row).length > 0)
      throw awsFault(
        'DependencyViolation',
        `The networkAcl '${row.id}' has dependencies and cannot be deleted.`,
      )
    networkAcls(world).delete(row.id)
    untag(world, row.id, 'all')
    return {}
  },
} satisfies Partial<SandboxService<'ec2'>>

interface EntryInput {
  readonly RuleNumber?: number | undefined
  readonly Egress?: boolean | undefined
  readonly RuleAction?: 'allow' | 'deny' | undefined
  readonly Protocol?: string | undefined
  readonly CidrBlock?: string | undefined
  readonly Ipv6CidrBlock?: string | undefined
  readonly PortRange?: NetworkAclEntryRow['ports']
}

function entryFrom({
  RuleNumber = 0,
  Egress = false,
  RuleAction = 'deny',
  Protocol = '-1',
  Ipv6CidrBlock = '',
  CidrBlock = Ipv6CidrBlock,
  PortRange,
}: EntryInput): NetworkAclEntryRow {
  if (RuleNumber < 1 || RuleNumber >= lastRule)
    throw awsFault('InvalidParameterValue', `Value (${RuleNumber}) for parameter ruleNumber is invalid.`)
  if (!/^(-1|\d+)$/.test(Protocol))
    throw awsFault('InvalidParameterValue', `Value (${Protocol}) for parameter protocol is invalid.`)
  if ((Protocol === '6' || Protocol === '17') && !PortRange)
    throw awsFault('MissingParameter', 'The request must contain the parameter portRange')
  return {
    number: RuleNumber,
    egress: Egress,
    action: RuleAction,
    protocol: Protocol,
    cidr: CidrBlock,
    // AWS drops the ports of a rule for every protocol.
    ports: Protocol === '-1' ? undefined : PortRange,
  }
}

function find(row: NetworkAclRow, { number, egress }: Pick<NetworkAclEntryRow, 'number' | 'egress'>) {
  return row.entries.find(entry => entry.number === number && entry.egress === egress)
}

function noEntry(number: number): Error {
  return awsFault(
    'InvalidNetworkAclEntry.NotFound',
    `The network acl entry identified by ${number} does not exist.`,
  )
}

function shown(row: NetworkAclRow, world: World) {
  const last = [false, true].map(egress => ({
    number: lastRule,
    egress,
    action: 'deny' as const,
    protocol: '-1',
    cidr: '0.0.0.0/0',
    ports: undefined,
  }))
  return {
    NetworkAclId: row.id,
    VpcId: row.vpcId,
    IsDefault: row.default ?? false,
    OwnerId: world.account,
    Entries: [...row.entries, ...last].map(({ number, egress, action, protocol, cidr, ports }) => ({
      RuleNumber: number,
      Egress: egress,
      RuleAction: action,
      Protocol: protocol,
      ...(cidr.includes(':') ? { Ipv6CidrBlock: cidr } : { CidrBlock: cidr }),
      ...(ports ? { PortRange: ports } : {}),
    })),
    Associations: associationsOf(world, row).map(({ id, subnetId }) => ({
      NetworkAclAssociationId: id,
      NetworkAclId: row.id,
      SubnetId: subnetId,
    })),
    Tags: tagListOf(world, row.id),
  }
}
