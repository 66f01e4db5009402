import type { DBInstance } from '@aws-sdk/client-rds'
import { sorted } from '../../resources/json.ts'
import { asWished } from '../engine-version.ts'
import { settled } from './instance-status.ts'

export interface InstanceProps {
  readonly identifier: string
  readonly engine: string
  /** `16` takes any 16.x and is satisfied by it; `16.3` is taken literally. */
  readonly engineVersion?: string | undefined
  readonly instanceClass: string
  /** GiB. */
  readonly allocatedStorage: number
  readonly storageType?: string | undefined
  readonly databaseName?: string | undefined
  readonly masterUsername: string
  readonly port?: number | undefined
  readonly subnetGroupName: string
  readonly securityGroupIds: readonly string[]
  readonly multiAz?: boolean | undefined
  readonly publiclyAccessible?: boolean | undefined
  readonly storageEncrypted?: boolean | undefined
  /** 0 switches automated backups off; AWS's default is 1. */
  readonly backupRetentionDays?: number | undefined
  /** `03:00-04:00`, UTC. */
  readonly backupWindow?: string | undefined
  /** `mon:04:30-mon:05:30`, UTC; must not overlap the backup window. */
  readonly maintenanceWindow?: string | undefined
  readonly deletionProtection?: boolean | undefined
  readonly copyTagsToSnapshot?: boolean | undefined
  readonly autoMinorVersionUpgrade?: boolean | undefined
  readonly enabledLogExports?: readonly string[] | undefined
}

export interface InstanceAttributes {
  readonly identifier: string
  readonly arn: string
  /** `db-ABC…`: stays the same when the instance is renamed. */
  readonly resourceId: string
  readonly host: string
  readonly port: number
  /** The secret in which RDS keeps and rotates the master user's password. */
  readonly secretArn: string
}

export function shownProps(one: DBInstance, wished: Partial<InstanceProps>): InstanceProps {
  // While it is changing, what it will have. Once it is available, a value still pending waits for the maintenance
  // window and differs.
  const soon = settled(one) ? {} : (one.PendingModifiedValues ?? {})
  const { LogTypesToEnable = [], LogTypesToDisable = [] } = soon.PendingCloudwatchLogsExports ?? {}
  const logs = new Set([...(one.EnabledCloudwatchLogsExports ?? []), ...LogTypesToEnable])
  for (const type of LogTypesToDisable) logs.delete(type)
  return {
    identifier: one.DBInstanceIdentifier!,
    engine: one.Engine!,
    engineVersion: asWished(soon.EngineVersion ?? one.EngineVersion ?? '', wished.engineVersion),
    instanceClass: soon.DBInstanceClass ?? one.DBInstanceClass!,
    allocatedStorage: soon.AllocatedStorage ?? one.AllocatedStorage!,
    storageType: soon.StorageType ?? one.StorageType,
    databaseName: one.DBName,
    masterUsername: one.MasterUsername!,
    // The endpoint appears only near the end of the creation.
    port: soon.Port ?? one.Endpoint?.Port ?? wished.port,
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
  }
}
