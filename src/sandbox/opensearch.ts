import type { CreateDomainRequest, DomainStatus } from '@aws-sdk/client-opensearch'
import { attachInterface, releaseInterface } from './ec2/interface.ts'
import { awsFault } from './fault.ts'
import { roleExists } from './iam/role.ts'
import type { SandboxService } from './service.ts'
import { tagged } from './tagged.ts'
import { addTags, removeTags, tagsByArn } from './tags-by-arn.ts'
import type { World } from './world.ts'

type Settings = Omit<CreateDomainRequest, 'DomainName' | 'TagList'>

interface DomainRow {
  readonly name: string
  readonly arn: string
  readonly endpoint: string
  /** Until then it is processing its creation or last change. Milliseconds since the epoch. */
  readyAt: number
  created: number
  settings: Settings
  interfaceIds: string[]
  /** Set by DeleteDomain: gone from then on. */
  deletedAt?: number
}

const serviceRole = 'AWSServiceRoleForAmazonOpenSearchService'
const newest = 'OpenSearch_2.19'

export const opensearch: SandboxService<'opensearch'> = {
  createDomain: ({ DomainName = '', TagList, ...settings }, world) => {
    purge(world)
    if (!/^[a-z][a-z0-9-]{2,27}$/.test(DomainName)) throw refused(`Invalid domain name: ${DomainName}`)
    const twin = domains(world).get(DomainName)
    if (twin?.deletedAt !== undefined) throw refused('Domain is still being deleted. Please try again later.')
    if (twin) throw awsFault('ResourceAlreadyExistsException', 'Domain already exists', { status: 409 })
    assertNetwork(world, settings)
    const row = domains(world).set(DomainName, {
      name: DomainName,
      arn: world.arn('es', `domain/${DomainName}`),
      endpoint: `vpc-${DomainName}-${world.id('', 26)}.${world.region}.es.amazonaws.com`,
      created: world.now(),
      readyAt: world.after('search-domain create'),
      settings: { ...settings, EngineVersion: settings.EngineVersion ?? newest },
      interfaceIds: [],
    })
    attach(world, row)
    addTags(world, row.arn, TagList)
    return { DomainStatus: shown(row, world) }
  },

  describeDomains: ({ DomainNames = [] }, world) => {
    purge(world)
    if (DomainNames.length > 5) throw refused('Please provide a maximum of 5 domain names to describe.')
    return {
      DomainStatusList: DomainNames.flatMap(name => {
        const row = domains(world).get(name)
        return row && world.visible(row.created) ? [shown(row, world)] : []
      }),
    }
  },

  updateDomainConfig: ({ DomainName, ...changes }, world) => {
    const row = domainOf(world, DomainName)
    if (row.readyAt > world.now())
      throw refused(
        'A change/update is in progress. Please wait for it to complete before requesting another change.',
      )
    const settings = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
    for (const [name, what] of encryptions)
      if (row.settings[name]?.Enabled && changes[name]?.Enabled === false)
        throw refused(`${what} can't be disabled once it is enabled.`)
    row.settings = { ...row.settings, ...(settings as Settings) }
    assertNetwork(world, row.settings)
    // The access policy changes on the spot, everything else by new nodes.
    const rebuilds = Object.keys(settings).some(name => name !== 'AccessPolicies')
    if (rebuilds) row.readyAt = world.after('search-domain rebuild')
    if (changes.VPCOptions) {
      for (const id of row.interfaceIds) releaseInterface(world, id)
      attach(world, row)
    }
    return { DomainConfig: {} }
  },

  deleteDomain: ({ DomainName }, world) => {
    const row = domainOf(world, DomainName)
    row.deletedAt ??= world.after('search-domain delete')
    const free = row.deletedAt + world.seconds('search-domain interfaces') * 1000
    for (const id of row.interfaceIds) releaseInterface(world, id, free)
    return { DomainStatus: shown(row, world) }
  },

  listTags: ({ ARN }, world) => ({ TagList: tagsByArn(world, known(world, ARN)) }),

  addTags: ({ ARN, TagList }, world) => {
    addTags(world, known(world, ARN), TagList)
    return {}
  },

  removeTags: ({ ARN, TagKeys }, world) => {
    removeTags(world, known(world, ARN), TagKeys)
    return {}
  },
}

const encryptions = [
  ['EncryptionAtRestOptions', 'Encryption at rest'],
  ['NodeToNodeEncryptionOptions', 'Node-to-node encryption'],
] as const

function domains(world: World) {
  return world.table<DomainRow>('opensearch/domain')
}

function purge(world: World): void {
  for (const { name, arn, deletedAt } of domains(world).list()) {
    if (deletedAt === undefined || deletedAt > world.now()) continue
    domains(world).delete(name)
    tagged(world).remove(arn)
  }
}

function domainOf(world: World, name = ''): DomainRow {
  purge(world)
  const row = domains(world).get(name)
  if (!row) throw awsFault('ResourceNotFoundException', `Domain not found: ${name}`, { status: 409 })
  return row
}

function known(world: World, arn = ''): string {
  domainOf(world, arn.split('/').at(-1))
  return arn
}

function assertNetwork(world: World, { VPCOptions, ClusterConfig }: Settings): void {
  if (!VPCOptions) return
  if (!roleExists(world, serviceRole))
    throw refused(
      'Before you can proceed, you must enable a service-linked role to give Amazon OpenSearch Service permissions to access your VPC.',
    )
  const subnets = VPCOptions.SubnetIds ?? []
  const zones = ClusterConfig?.ZoneAwarenessEnabled
    ? (ClusterConfig.ZoneAwarenessConfig?.AvailabilityZoneCount ?? 2)
    : 1
  if (subnets.length !== zones) throw refused(`You must specify exactly ${zones} subnet(s).`)
  if ((ClusterConfig?.InstanceCount ?? 1) % zones !== 0)
    throw refused('The number of data nodes must be a multiple of the number of Availability Zones.')
  for (const id of subnets)
    if (!world.table('ec2/subnet').get(id)) throw refused(`The subnet ID '${id}' does not exist`)
  for (const id of VPCOptions.SecurityGroupIds ?? [])
    if (!world.table('ec2/security-group').get(id)) throw refused(`The security group '${id}' does not exist`)
}

function attach(world: World, row: DomainRow): void {
  const { SubnetIds = [], SecurityGroupIds = [] } = row.settings.VPCOptions ?? {}
  row.interfaceIds = SubnetIds.map(subnetId =>
    attachInterface(world, { subnetId, groupIds: SecurityGroupIds, description: `ES ${row.name}` }),
  )
}

function shown(row: DomainRow, world: World): DomainStatus {
  const processing = row.readyAt > world.now()
  const { VPCOptions, ...settings } = row.settings
  const made = !processing || row.created + world.seconds('search-domain create') * 1000 <= world.now()
  const deleted = row.deletedAt !== undefined
  return {
    ...(settings as Partial<DomainStatus>),
    DomainId: `${world.account}/${row.name}`,
    DomainName: row.name,
    ARN: row.arn,
    Created: true,
    Deleted: deleted,
    Processing: processing || deleted,
    UpgradeProcessing: false,
    DomainProcessingStatus: deleted ? 'Deleting' : processing ? (made ? 'Modifying' : 'Creating') : 'Active',
    ClusterConfig: { InstanceCount: 1, ...settings.ClusterConfig },
    VPCOptions: {
      SubnetIds: VPCOptions?.SubnetIds ?? [],
      SecurityGroupIds: VPCOptions?.SecurityGroupIds ?? [],
    },
    ...(made && { Endpoints: { vpc: row.endpoint } }),
  }
}

function refused(message: string): Error {
  return awsFault('ValidationException', message)
}
