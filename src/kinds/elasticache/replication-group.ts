import type { CacheCluster, ReplicationGroup } from '@aws-sdk/client-elasticache'
import { hasCode, orAbsent } from '../../aws/errors.ts'
import { listAll } from '../../aws/marker.ts'
import { addressTag, environmentTag, fromTagList, stackTag, tagList } from '../../aws/tags.ts'
import type { Goneness, Kind, KindContext, Readiness, Tags } from '../../resources/kind.ts'
import { ownGroup } from '../families.ts'
import { asSet, lowerCased } from '../spelling.ts'
import { interruptionsOf, left, refusalOf } from './replication-group-changes.ts'
import { modification } from './replication-group-modification.ts'
import type { ReplicationGroupAttributes, ReplicationGroupProps } from './replication-group-props.ts'
import { withdrawn } from './replication-group-withdrawn.ts'
import { shownProps } from './replication-group-props.ts'
import { retag } from './tags.ts'

export type { ReplicationGroupAttributes, ReplicationGroupProps } from './replication-group-props.ts'

/** It works, and ElastiCache refuses changes. */
const snapshotting = 'snapshotting'

export const replicationGroup: Kind<ReplicationGroupProps, ReplicationGroupAttributes> = {
  type: 'elasticache/replication-group',
  label: 'cache',
  ownership: 'tags',
  data: 'snapshot',
  replaceOn: ['replicationGroupId', 'port', 'subnetGroupName', 'atRestEncryption'],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['replicationGroupId'], label: 'id' }],
  withdrawn,
  readyAttributes: ['host', 'port'],
  // The endpoint with TLS has a name of its own. The old one is gone when TLS becomes mandatory:
  // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/enable-python-best-practices.html
  updatedAttributes: (before, after) =>
    before.transitEncryption === false && after.transitEncryption ? ['host'] : [],
  fromArn: arn => {
    const replicationGroupId = arn.split(':replicationgroup:')[1]
    return replicationGroupId === undefined ? undefined : { replicationGroupId }
  },
  findBy: ['replicationGroupId'],
  seconds: { create: 330, update: 600, delete: 180 },
  effects: {
    nodeType: 'replaces the nodes one by one, with a failover',
    engine: 'replaces the nodes one by one, with a failover',
    engineVersion: 'replaces the nodes one by one, with a failover',
    numCacheClusters: 'adds or removes replicas, without an outage',
    transitEncryption: 'refuses clients without TLS, but for `preferred`',
  },

  // Clients with and without TLS are served until all of them have moved.
  wide: (before, after) =>
    after.transitEncryption === true && before.transitEncryption !== true
      ? { ...after, transitEncryption: 'preferred' }
      : after,

  interrupts: interruptionsOf,

  normalise: props => ({
    ...props,
    replicationGroupId: lowerCased(props.replicationGroupId),
    subnetGroupName: lowerCased(props.subnetGroupName),
    securityGroupIds: asSet(props.securityGroupIds),
    ...(props.snapshotWindow && { snapshotWindow: lowerCased(props.snapshotWindow) }),
    ...(props.maintenanceWindow && { maintenanceWindow: lowerCased(props.maintenanceWindow) }),
  }),

  yields: left,
  refuses: refusalOf,

  identify: replicationGroupId => ({ props: { replicationGroupId } }),

  read: async (requests, context) => {
    const [groups, recorded] = await Promise.all([
      listGroups(context),
      // In the same wave where there is something to expect.
      requests.some(({ attributes }) => attributes) ? listMembers(context) : undefined,
    ])
    const clusters = recorded ?? (groups.length > 0 ? await listMembers(context) : [])
    return Promise.all(
      requests.map(async ({ attributes, props, tags: wanted, tagsToo }) => {
        const id = lowerCased(attributes?.replicationGroupId ?? props.replicationGroupId)
        const group = groups.find(({ ReplicationGroupId }) => ReplicationGroupId === id)
        if (!group) return undefined
        const tags = attributes && !tagsToo ? undefined : await tagsOf(group.ARN!, wanted, context)
        if (!attributes && !tags) return undefined
        const member = clusters.find(({ ReplicationGroupId }) => ReplicationGroupId === id)
        return {
          attributes: attributesOf(group),
          props: shownProps(group, member, props),
          tags,
          // The nightly snapshot changes nothing: there is nothing to wait for but where something is to be changed.
          ...(group.Status === snapshotting ? { busy: snapshotting } : {}),
          ...(group.Status === 'available' || group.Status === snapshotting ? {} : { pending: group.Status }),
          ...(group.Status === 'deleting' ? { leaving: true as const } : {}),
        }
      }),
    )
  },

  create: async ({ props, tags }, { aws }) => {
    const { ReplicationGroup } = await aws.elasticache.createReplicationGroup({
      ReplicationGroupId: props.replicationGroupId,
      ReplicationGroupDescription: props.description,
      Engine: props.engine,
      EngineVersion: props.engineVersion,
      CacheNodeType: props.nodeType,
      NumCacheClusters: props.numCacheClusters,
      Port: props.port,
      CacheSubnetGroupName: props.subnetGroupName,
      SecurityGroupIds: [...props.securityGroupIds],
      CacheParameterGroupName: ownGroup(props.parameterGroupName),
      AtRestEncryptionEnabled: props.atRestEncryption,
      ...transitEncryptionIn(props),
      AutomaticFailoverEnabled: props.automaticFailover,
      MultiAZEnabled: props.multiAz,
      SnapshotRetentionLimit: props.snapshotRetentionDays,
      SnapshotWindow: props.snapshotWindow,
      PreferredMaintenanceWindow: props.maintenanceWindow,
      AutoMinorVersionUpgrade: props.autoMinorVersionUpgrade,
      Tags: tagList(tags),
    })
    return attributesOf(ReplicationGroup!)
  },

  update: async ({ attributes, observed, props, changed }, { aws }) => {
    const ReplicationGroupId = attributes.replicationGroupId
    const members = modification(observed, props, changed)
    const more = changed.includes('numCacheClusters') ? props.numCacheClusters - observed.numCacheClusters : 0
    const NewReplicaCount = props.numCacheClusters - 1
    // Failover needs the replicas: they come before it is switched on and go after it is switched off. AWS takes the
    // second call only when the first is through.
    if (more > 0)
      await aws.elasticache.increaseReplicaCount({
        ReplicationGroupId,
        NewReplicaCount,
        ApplyImmediately: true,
      })
    if (members)
      await aws.elasticache.modifyReplicationGroup({ ReplicationGroupId, ...members, ApplyImmediately: true })
    if (more < 0)
      await aws.elasticache.decreaseReplicaCount({
        ReplicationGroupId,
        NewReplicaCount,
        ApplyImmediately: true,
      })
    return attributes
  },

  retag: ({ arn }, change, context) => retag(arn, change, context),

  delete: async ({ attributes, finalSnapshot }, { aws }) => {
    await orAbsent(
      aws.elasticache.deleteReplicationGroup({
        ReplicationGroupId: attributes.replicationGroupId,
        ...(finalSnapshot ? { FinalSnapshotIdentifier: finalSnapshot } : {}),
      }),
    )
  },

  ready: async (attributes, context) => {
    const groups = await listGroups(context)
    return attributes.map(({ replicationGroupId }) =>
      readinessOf(groups.find(({ ReplicationGroupId }) => ReplicationGroupId === replicationGroupId)),
    )
  },

  gone: async (attributes, context) => {
    const groups = await listGroups(context)
    return attributes.map(({ replicationGroupId }): Goneness => {
      const one = groups.find(({ ReplicationGroupId }) => ReplicationGroupId === replicationGroupId)
      return one ? { state: 'waiting', status: one.Status ?? 'deleting' } : { state: 'gone' }
    })
  },
}

/** AWS has no default for Valkey: its resource schema requires the member. */
function transitEncryptionIn({ engine, transitEncryption }: ReplicationGroupProps) {
  if (transitEncryption === 'preferred')
    return { TransitEncryptionEnabled: true, TransitEncryptionMode: 'preferred' as const }
  return { TransitEncryptionEnabled: transitEncryption ?? (engine === 'valkey' ? false : undefined) }
}

/** All of the account's: AWS takes one id or none, and one unknown id would fail the call. */
function listGroups({ aws }: KindContext): Promise<ReplicationGroup[]> {
  return listAll(
    from => aws.elasticache.describeReplicationGroups({ ...from, MaxRecords: 100 }),
    page => page.ReplicationGroups,
  )
}

function listMembers({ aws }: KindContext): Promise<CacheCluster[]> {
  return listAll(
    from => aws.elasticache.describeCacheClusters({ ...from, ShowCacheNodeInfo: false, MaxRecords: 100 }),
    page => page.CacheClusters,
  )
}

/**
 * AWS refuses to list the tags of a group that is not `available`. The tagging API knows a group that carries all
 * the tags of our own even then.
 */
async function tagsOf(arn: string, wanted: Tags, { aws }: KindContext): Promise<Tags | undefined> {
  try {
    const listed = await orAbsent(aws.elasticache.listTagsForResource({ ResourceName: arn }))
    return listed && fromTagList(listed.TagList)
  } catch (error) {
    if (!hasCode(error, 'InvalidReplicationGroupState')) throw error
    const { ResourceTagMappingList = [] } = await aws.tagging.getResources({
      TagFilters: [stackTag, environmentTag, addressTag].map(Key => ({ Key, Values: [wanted[Key] ?? ''] })),
    })
    const ours = ResourceTagMappingList.find(({ ResourceARN }) => ResourceARN === arn)
    if (!ours) throw error
    return fromTagList(ours.Tags)
  }
}

function attributesOf(group: ReplicationGroup): ReplicationGroupAttributes {
  const endpoint = group.NodeGroups?.[0]?.PrimaryEndpoint
  return {
    replicationGroupId: group.ReplicationGroupId!,
    arn: group.ARN!,
    host: endpoint?.Address ?? '',
    port: endpoint?.Port ?? 0,
  }
}

function readinessOf(group: ReplicationGroup | undefined): Readiness<ReplicationGroupAttributes> {
  if (!group) return { state: 'waiting', status: 'not visible yet' }
  const status = group.Status ?? 'creating'
  if (status === 'create-failed' || status === 'deleting') return { state: 'failed', reason: status }
  const switching = [group.AutomaticFailover, group.MultiAZ as string | undefined].some(
    one => one === 'enabling' || one === 'disabling',
  )
  const pending = Object.values(group.PendingModifiedValues ?? {}).some(value => value !== undefined)
  const attributes = attributesOf(group)
  const works = status === 'available' || status === snapshotting
  if (!works || switching || pending || !attributes.host)
    return { state: 'waiting', status: works ? 'modifying' : status }
  return { state: 'ready', attributes, ...(status === snapshotting ? { busy: status } : {}) }
}
