import type { DBInstance } from '@aws-sdk/client-rds'
import { sorted } from '../../resources/json.ts'
import { asWished } from '../engine-version.ts'
import { atRest } from './instance-status.ts'

export interface InstanceProps {
  readonly identifier: string
  readonly engine: string
  /** `16` takes any 16.x and is satisfied by it; `16.3` is taken literally. */
  readonly engineVersion?: string | undefined
  readonly instanceClass: string
  /** GiB. */
  readonly allocatedStorage: number
  readonly storageType?: string | undefined
  readonly databaseName: string
  readonly masterUsername: string
  readonly port: number
  readonly subnetGroupName: string
  readonly securityGroupIds: readonly string[]
  readonly multiAz?: boolean | undefined
  readonly publiclyAccessible: boolean
  readonly storageEncrypted: boolean
  /** 0 switches automated backups off; AWS's default is 1. */
  readonly backupRetentionDays?: number | undefined
  /** `03:00-04:00`, UTC. */
  readonly backupWindow?: string | undefined
  /** `mon:04:30-mon:05:30`, UTC; must not overlap the backup window. */
  readonly maintenanceWindow?: string | undefined
  readonly deletionProtection?: boolean | undefined
  readonly copyTagsToSnapshot: boolean
  readonly autoMinorVersionUpgrade?: boolean | undefined
  readonly enabledLogExports?: readonly string[] | undefined
  /** GiB up to which RDS grows the storage by itself; `allocatedStorage` is then only where it begins. Null: it does not. */
  readonly maxAllocatedStorage?: number | null | undefined
  readonly parameterGroupName?: string | undefined
  /** Seconds between two looks of enhanced monitoring: 0, 1, 5, 10, 15, 30 or 60. */
  readonly monitoringInterval?: number | undefined
  readonly monitoringRoleArn?: string | undefined
  /** Where the data comes from when the instance is made; nothing afterwards. */
  readonly snapshotIdentifier?: string | undefined
  /**
   * The secret that holds the master user's password. Without it RDS makes one and rotates it, but then refuses read
   * replicas.
   */
  readonly passwordSecretArn?: string | undefined
}

export interface InstanceAttributes {
  readonly identifier: string
  readonly arn: string
  /** `db-ABC…`: stays the same when the instance is renamed. */
  readonly resourceId: string
  readonly host: string
  readonly port: number
  /** The secret that holds the master user's name and password. */
  readonly secretArn: string
}

export function shownProps(one: DBInstance, wished: Partial<InstanceProps>): InstanceProps {
  // While it is changing, what it will have. Once it is available, a value still pending waits for the maintenance
  // window and differs.
  const soon = atRest(one) ? {} : (one.PendingModifiedValues ?? {})
  const { LogTypesToEnable = [], LogTypesToDisable = [] } = soon.PendingCloudwatchLogsExports ?? {}
  const logs = new Set([...(one.EnabledCloudwatchLogsExports ?? []), ...LogTypesToEnable])
  for (const type of LogTypesToDisable) logs.delete(type)
  const storage = soon.AllocatedStorage ?? one.AllocatedStorage!
  return {
    identifier: one.DBInstanceIdentifier!,
    engine: one.Engine!,
    engineVersion: asWished(soon.EngineVersion ?? one.EngineVersion ?? '', wished.engineVersion),
    instanceClass: soon.DBInstanceClass ?? one.DBInstanceClass!,
    allocatedStorage: storage,
    storageType: soon.StorageType ?? one.StorageType,
    databaseName: one.DBName ?? '',
    masterUsername: one.MasterUsername!,
    // The endpoint appears only near the end of the creation.
    port: soon.Port ?? one.Endpoint?.Port ?? wished.port ?? 0,
    subnetGroupName: one.DBSubnetGroup?.DBSubnetGroupName ?? '',
    securityGroupIds: sorted(
      (one.VpcSecurityGroups ?? [])
        .filter(({ Status }) => Status !== 'removing')
        .map(({ VpcSecurityGroupId }) => VpcSecurityGroupId!),
    ),
    multiAz: soon.MultiAZ ?? one.MultiAZ ?? false,
    publiclyAccessible: one.PubliclyAccessible ?? false,
    storageEncrypted: one.StorageEncrypted ?? false,
    backupRetentionDays: soon.BackupRetentionPeriod ?? one.BackupRetentionPeriod ?? 1,
    backupWindow: one.PreferredBackupWindow,
    maintenanceWindow: one.PreferredMaintenanceWindow,
    deletionProtection: one.DeletionProtection ?? false,
    copyTagsToSnapshot: one.CopyTagsToSnapshot ?? false,
    autoMinorVersionUpgrade: one.AutoMinorVersionUpgrade ?? true,
    enabledLogExports: sorted([...logs]),
    // A limit that is reached already is none: that is how RDS switches the growth off.
    maxAllocatedStorage: (one.MaxAllocatedStorage ?? 0) > storage ? one.MaxAllocatedStorage! : null,
    parameterGroupName: one.DBParameterGroups?.[0]?.DBParameterGroupName,
    monitoringInterval: one.MonitoringInterval ?? 0,
    monitoringRoleArn: one.MonitoringRoleArn,
    snapshotIdentifier: wished.snapshotIdentifier,
    passwordSecretArn: one.MasterUserSecret ? undefined : wished.passwordSecretArn,
  }
}
