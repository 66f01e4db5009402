import { tagList } from '../../aws/tags.ts'
import type { KindContext, Tags } from '../../resources/kind.ts'
import { ownGroup } from '../families.ts'
import { passwordIn } from '../secretsmanager/credentials.ts'
import type { InstanceProps } from './instance-props.ts'

/** What RDS takes both for a new instance and for one out of a snapshot. */
export function commonInput(props: InstanceProps, tags: Tags) {
  return {
    DBInstanceIdentifier: props.identifier,
    Engine: props.engine,
    DBInstanceClass: props.instanceClass,
    AllocatedStorage: props.allocatedStorage,
    StorageType: props.storageType,
    Port: props.port,
    DBSubnetGroupName: props.subnetGroupName,
    VpcSecurityGroupIds: [...props.securityGroupIds],
    DBParameterGroupName: ownGroup(props.parameterGroupName),
    MultiAZ: props.multiAz,
    PubliclyAccessible: props.publiclyAccessible,
    BackupRetentionPeriod: props.backupRetentionDays,
    PreferredBackupWindow: props.backupWindow,
    DeletionProtection: props.deletionProtection,
    CopyTagsToSnapshot: props.copyTagsToSnapshot,
    AutoMinorVersionUpgrade: props.autoMinorVersionUpgrade,
    EnableCloudwatchLogsExports: props.enabledLogExports && [...props.enabledLogExports],
    Tags: tagList(tags),
  }
}

/** What RDS takes only for a new instance. */
export function firstInput(props: InstanceProps) {
  return {
    EngineVersion: props.engineVersion,
    StorageEncrypted: props.storageEncrypted,
    MaxAllocatedStorage: props.maxAllocatedStorage ?? undefined,
    DBName: props.databaseName,
    MasterUsername: props.masterUsername,
    PreferredMaintenanceWindow: props.maintenanceWindow,
    MonitoringInterval: props.monitoringInterval,
    MonitoringRoleArn: props.monitoringRoleArn,
  }
}

/** RDS makes the password and keeps it; or it comes out of a secret, on its way to this one call. */
export async function passwordInput({ passwordSecretArn }: InstanceProps, context: KindContext) {
  return passwordSecretArn === undefined
    ? { ManageMasterUserPassword: true }
    : { MasterUserPassword: await passwordIn(passwordSecretArn, context) }
}
