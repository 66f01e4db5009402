import type { ModifyReplicationGroupCommandInput } from '@aws-sdk/client-elasticache'
import type { ReplicationGroupProps } from './replication-group-props.ts'

type Members = Partial<ModifyReplicationGroupCommandInput>

/** What each prop is in ModifyReplicationGroup. The number of cache clusters has calls of its own. */
const members: {
  readonly [Name in keyof ReplicationGroupProps]?: (
    wished: ReplicationGroupProps,
    observed: ReplicationGroupProps,
  ) => Members
} = {
  description: ({ description }) => ({ ReplicationGroupDescription: description }),
  // From Redis to Valkey, AWS takes the engine only together with a version.
  engine: ({ engine, engineVersion }) => ({ Engine: engine, EngineVersion: engineVersion }),
  engineVersion: ({ engineVersion }) => ({ EngineVersion: engineVersion }),
  transitEncryption: ({ transitEncryption }) => ({
    TransitEncryptionEnabled: true,
    TransitEncryptionMode: transitEncryption === 'preferred' ? 'preferred' : 'required',
  }),
  nodeType: ({ nodeType }) => ({ CacheNodeType: nodeType }),
  securityGroupIds: ({ securityGroupIds }) => ({ SecurityGroupIds: [...securityGroupIds] }),
  automaticFailover: ({ automaticFailover }) => ({ AutomaticFailoverEnabled: automaticFailover }),
  multiAz: ({ multiAz }) => ({ MultiAZEnabled: multiAz }),
  snapshotRetentionDays: ({ replicationGroupId, snapshotRetentionDays }, observed) => ({
    SnapshotRetentionLimit: snapshotRetentionDays,
    // Snapshots are taken of one member: AWS asks which when they are switched on.
    ...(observed.snapshotRetentionDays ? {} : { SnapshottingClusterId: `${replicationGroupId}-001` }),
  }),
  snapshotWindow: ({ snapshotWindow }) => ({ SnapshotWindow: snapshotWindow }),
  maintenanceWindow: ({ maintenanceWindow }) => ({ PreferredMaintenanceWindow: maintenanceWindow }),
  autoMinorVersionUpgrade: ({ autoMinorVersionUpgrade }) => ({
    AutoMinorVersionUpgrade: autoMinorVersionUpgrade,
  }),
  parameterGroupName: ({ parameterGroupName }) => ({ CacheParameterGroupName: parameterGroupName }),
}

/** The members of one ModifyReplicationGroup that carry exactly the changed props; undefined when there are none. */
export function modification(
  observed: ReplicationGroupProps,
  wished: ReplicationGroupProps,
  changed: readonly (keyof ReplicationGroupProps)[],
): Members | undefined {
  const parts = changed.flatMap(name => members[name]?.(wished, observed) ?? [])
  return parts.length > 0 ? Object.assign({}, ...parts) : undefined
}
