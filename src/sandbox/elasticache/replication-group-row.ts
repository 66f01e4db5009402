import type { CacheCluster, ReplicationGroup } from '@aws-sdk/client-elasticache'
import { releaseInterface } from '../ec2/interface.ts'
import { tagged } from '../tagged.ts'
import type { World } from '../world.ts'

export interface ReplicationGroupSettings {
  readonly description: string
  readonly engine: string
  readonly engineVersion: string
  readonly nodeType: string
  readonly port: number
  readonly atRestEncryption: boolean
  readonly transitEncryption: boolean | 'preferred'
  readonly automaticFailover: boolean
  readonly multiAz: boolean
  readonly snapshotRetention: number
  readonly snapshotWindow: string
  readonly maintenanceWindow: string
  readonly autoMinorVersionUpgrade: boolean
  readonly parameterGroupName: string
}

export interface MemberRow {
  readonly id: string
  readonly interfaceId: string
}

export interface ReplicationGroupRow {
  readonly id: string
  readonly arn: string
  readonly subnetGroupName: string
  readonly vpcId: string
  readonly created: number
  readonly availableAt: number
  settings: ReplicationGroupSettings
  groupIds: string[]
  members: MemberRow[]
  modifyingUntil?: number
  snapshottingUntil?: number
  goneAt?: number
}

const groups = (world: World) => world.table<ReplicationGroupRow>('elasticache/replication-group')

export function addGroup(world: World, row: ReplicationGroupRow): ReplicationGroupRow {
  return groups(world).set(row.id, row)
}

/** All that exist by now, those that are being deleted among them. */
export function groupsIn(world: World): ReplicationGroupRow[] {
  for (const row of groups(world).list())
    if (row.goneAt !== undefined && row.goneAt <= world.now()) {
      groups(world).delete(row.id)
      tagged(world).remove(row.arn)
    }
  return groups(world).list()
}

export function statusOf(
  row: ReplicationGroupRow,
  world: World,
): 'creating' | 'available' | 'modifying' | 'snapshotting' | 'deleting' {
  if (row.goneAt !== undefined) return 'deleting'
  if (world.now() < row.availableAt) return 'creating'
  if ((row.snapshottingUntil ?? 0) > world.now()) return 'snapshotting'
  return (row.modifyingUntil ?? 0) > world.now() ? 'modifying' : 'available'
}

export function markDeleted(world: World, row: ReplicationGroupRow, seconds: number): void {
  row.goneAt = world.now() + seconds * 1000
  for (const { interfaceId } of row.members) releaseInterface(world, interfaceId, row.goneAt)
}

export function shownGroup(row: ReplicationGroupRow, world: World): ReplicationGroup {
  const { settings } = row
  const host = `${row.id}.${world.account.slice(0, 6)}.ng.0001.${world.region}.cache.amazonaws.com`
  const listening = statusOf(row, world) !== 'creating'
  return {
    ReplicationGroupId: row.id,
    ARN: row.arn,
    Description: settings.description,
    Status: statusOf(row, world),
    PendingModifiedValues: {},
    MemberClusters: row.members.map(({ id }) => id),
    NodeGroups: listening
      ? [
          {
            NodeGroupId: '0001',
            Status: statusOf(row, world),
            PrimaryEndpoint: {
              Address: settings.transitEncryption ? `master.${host}` : host,
              Port: settings.port,
            },
          },
        ]
      : [],
    AutomaticFailover: settings.automaticFailover ? 'enabled' : 'disabled',
    MultiAZ: settings.multiAz ? 'enabled' : 'disabled',
    SnapshotRetentionLimit: settings.snapshotRetention,
    SnapshotWindow: settings.snapshotWindow,
    ClusterEnabled: false,
    CacheNodeType: settings.nodeType,
    TransitEncryptionEnabled: settings.transitEncryption !== false,
    ...(settings.transitEncryption === false
      ? {}
      : { TransitEncryptionMode: settings.transitEncryption === true ? 'required' : 'preferred' }),
    AtRestEncryptionEnabled: settings.atRestEncryption,
    AutoMinorVersionUpgrade: settings.autoMinorVersionUpgrade,
    Engine: settings.engine,
  }
}

export function shownMembers(row: ReplicationGroupRow, world: World): CacheCluster[] {
  const { settings } = row
  return row.members.map(({ id }) => ({
    CacheClusterId: id,
    ReplicationGroupId: row.id,
    CacheClusterStatus: statusOf(row, world),
    CacheNodeType: settings.nodeType,
    Engine: settings.engine,
    EngineVersion: settings.engineVersion,
    NumCacheNodes: 1,
    PreferredMaintenanceWindow: settings.maintenanceWindow,
    CacheParameterGroup: { CacheParameterGroupName: settings.parameterGroupName },
    CacheSubnetGroupName: row.subnetGroupName,
    AutoMinorVersionUpgrade: settings.autoMinorVersionUpgrade,
    SecurityGroups: row.groupIds.map(SecurityGroupId => ({ SecurityGroupId, Status: 'active' })),
    SnapshotWindow: settings.snapshotWindow,
  }))
}
