import type { ModifyDBInstanceCommandInput } from '@aws-sdk/client-rds'
import type { InstanceProps } from './instance-props.ts'

type Members = Partial<ModifyDBInstanceCommandInput>

/** What each prop is in ModifyDBInstance. A prop that is not here can only be replaced. */
const members: {
  readonly [Name in keyof InstanceProps]?: (
    wished: Partial<InstanceProps>,
    observed: Partial<InstanceProps>,
  ) => Members
} = {
  engineVersion: ({ engineVersion }) => ({
    EngineVersion: engineVersion,
    // Mandatory for a major version, ignored for a minor one.
    AllowMajorVersionUpgrade: true,
  }),
  instanceClass: ({ instanceClass }) => ({ DBInstanceClass: instanceClass }),
  allocatedStorage: ({ allocatedStorage }) => ({ AllocatedStorage: allocatedStorage }),
  storageType: ({ storageType }) => ({ StorageType: storageType }),
  port: ({ port }) => ({ DBPortNumber: port }),
  securityGroupIds: ({ securityGroupIds }) => ({ VpcSecurityGroupIds: [...(securityGroupIds ?? [])] }),
  multiAz: ({ multiAz }) => ({ MultiAZ: multiAz }),
  publiclyAccessible: ({ publiclyAccessible }) => ({ PubliclyAccessible: publiclyAccessible }),
  backupRetentionDays: ({ backupRetentionDays }) => ({ BackupRetentionPeriod: backupRetentionDays }),
  backupWindow: ({ backupWindow }) => ({ PreferredBackupWindow: backupWindow }),
  maintenanceWindow: ({ maintenanceWindow }) => ({ PreferredMaintenanceWindow: maintenanceWindow }),
  deletionProtection: ({ deletionProtection }) => ({ DeletionProtection: deletionProtection }),
  copyTagsToSnapshot: ({ copyTagsToSnapshot }) => ({ CopyTagsToSnapshot: copyTagsToSnapshot }),
  autoMinorVersionUpgrade: ({ autoMinorVersionUpgrade }) => ({
    AutoMinorVersionUpgrade: autoMinorVersionUpgrade,
  }),
  // What there is, as the limit, switches the growth off:
  // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html
  maxAllocatedStorage: ({ maxAllocatedStorage, allocatedStorage = 0 }, observed) => ({
    MaxAllocatedStorage: maxAllocatedStorage ?? Math.max(allocatedStorage, observed.allocatedStorage ?? 0),
  }),
  parameterGroupName: ({ parameterGroupName }) => ({ DBParameterGroupName: parameterGroupName }),
  // RDS takes the role only together with an interval.
  monitoringInterval: ({ monitoringInterval, monitoringRoleArn }) => ({
    MonitoringInterval: monitoringInterval,
    MonitoringRoleArn: monitoringRoleArn,
  }),
  monitoringRoleArn: ({ monitoringInterval, monitoringRoleArn }) => ({
    MonitoringInterval: monitoringInterval,
    MonitoringRoleArn: monitoringRoleArn,
  }),
  enabledLogExports: ({ enabledLogExports: wished = [] }, { enabledLogExports: observed = [] }) => ({
    CloudwatchLogsExportConfiguration: {
      EnableLogTypes: wished.filter(type => !observed.includes(type)),
      DisableLogTypes: observed.filter(type => !wished.includes(type)),
    },
  }),
}

/** The members of one ModifyDBInstance that carry exactly the changed props. */
export function modification(
  observed: Partial<InstanceProps>,
  wished: Partial<InstanceProps>,
  changed: readonly string[],
): Members {
  return Object.assign({}, ...changed.map(name => members[name as keyof InstanceProps]?.(wished, observed)))
}
