import type { CacheCluster, ReplicationGroup } from '@aws-sdk/client-elasticache'
import { sorted } from '../../resources/json.ts'
import { asWished } from '../engine-version.ts'

export type TransitEncryption = boolean | 'preferred'

export interface ReplicationGroupProps {
  readonly replicationGroupId: string
  readonly description: string
  readonly engine: 'redis' | 'valkey'
  /** `7.1` is satisfied by any 7.1.x. */
  readonly engineVersion?: string | undefined
  readonly nodeType: string
  /** The primary and its replicas. */
  readonly numCacheClusters: number
  readonly port: number
  readonly subnetGroupName: string
  readonly securityGroupIds: readonly string[]
  /** AWS's default: true for Valkey, false for Redis. */
  readonly atRestEncryption?: boolean | undefined
  /** TLS: `preferred` takes connections without it as well. */
  readonly transitEncryption?: TransitEncryption | undefined
  /** Needs two cache clusters at least. */
  readonly automaticFailover?: boolean | undefined
  /** Needs automatic failover. */
  readonly multiAz?: boolean | undefined
  readonly snapshotRetentionDays?: number | undefined
  /** `03:00-04:00`, UTC. */
  readonly snapshotWindow?: string | undefined
  /** `mon:04:30-mon:05:30`, UTC; must not overlap the snapshot window. */
  readonly maintenanceWindow?: string | undefined
  readonly autoMinorVersionUpgrade?: boolean | undefined
  readonly parameterGroupName?: string | undefined
}

export interface ReplicationGroupAttributes {
  readonly replicationGroupId: string
  readonly arn: string
  /** The primary's. */
  readonly host: string
  readonly port: number
}

/**
 * Half of the props are shown on the group, the other half on its members only. What AWS shows on neither (no
 * member is listed yet) is taken to be as wished.
 */
export function shownProps(
  group: ReplicationGroup,
  member: CacheCluster | undefined,
  wished: Partial<ReplicationGroupProps>,
): ReplicationGroupProps {
  return {
    replicationGroupId: group.ReplicationGroupId!,
    description: group.Description ?? '',
    engine: engineOf(group.Engine ?? member?.Engine) ?? wished.engine ?? 'redis',
    engineVersion: member?.EngineVersion
      ? asWished(member.EngineVersion, wished.engineVersion)
      : wished.engineVersion,
    nodeType: group.CacheNodeType ?? member?.CacheNodeType ?? wished.nodeType ?? '',
    numCacheClusters: group.MemberClusters?.length ?? wished.numCacheClusters ?? 0,
    port: group.NodeGroups?.[0]?.PrimaryEndpoint?.Port ?? wished.port ?? 0,
    subnetGroupName: member?.CacheSubnetGroupName ?? wished.subnetGroupName ?? '',
    securityGroupIds: member?.SecurityGroups
      ? sorted(member.SecurityGroups.map(({ SecurityGroupId }) => SecurityGroupId!))
      : sorted(wished.securityGroupIds ?? []),
    atRestEncryption: group.AtRestEncryptionEnabled ?? false,
    transitEncryption: transitEncryptionOf(group),
    automaticFailover: isOn(group.AutomaticFailover),
    multiAz: isOn(group.MultiAZ),
    snapshotRetentionDays: group.SnapshotRetentionLimit ?? 0,
    snapshotWindow: group.SnapshotWindow ?? member?.SnapshotWindow ?? wished.snapshotWindow,
    maintenanceWindow: member?.PreferredMaintenanceWindow ?? wished.maintenanceWindow,
    autoMinorVersionUpgrade:
      group.AutoMinorVersionUpgrade ?? member?.AutoMinorVersionUpgrade ?? wished.autoMinorVersionUpgrade,
    parameterGroupName: member?.CacheParameterGroup?.CacheParameterGroupName ?? wished.parameterGroupName,
  }
}

/** While it is changing, what it will have. */
function transitEncryptionOf({
  TransitEncryptionEnabled,
  TransitEncryptionMode,
  PendingModifiedValues: soon,
}: ReplicationGroup): TransitEncryption {
  if (!(soon?.TransitEncryptionEnabled ?? TransitEncryptionEnabled)) return false
  return (soon?.TransitEncryptionMode ?? TransitEncryptionMode) === 'preferred' ? 'preferred' : true
}

function isOn(status: string | undefined): boolean {
  return status === 'enabled' || status === 'enabling'
}

function engineOf(engine: string | undefined): 'redis' | 'valkey' | undefined {
  return engine === 'redis' || engine === 'valkey' ? engine : undefined
}
