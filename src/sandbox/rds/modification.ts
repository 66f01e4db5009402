import type { DBInstance, ModifyDBInstanceCommandInput, PendingModifiedValues } from '@aws-sdk/client-rds'
import { awsFault } from '../fault.ts'
import { fullVersion } from './engine.ts'
import type { DbInstanceRow } from './instance-row.ts'

/** What a modification changes at once, whatever else is going on. */
export function settingsAtOnce(input: ModifyDBInstanceCommandInput): Partial<DBInstance> {
  return given({
    DeletionProtection: input.DeletionProtection,
    CopyTagsToSnapshot: input.CopyTagsToSnapshot,
    AutoMinorVersionUpgrade: input.AutoMinorVersionUpgrade,
    PubliclyAccessible: input.PubliclyAccessible,
    PreferredBackupWindow: input.PreferredBackupWindow,
    PreferredMaintenanceWindow: input.PreferredMaintenanceWindow?.toLowerCase(),
    MaxAllocatedStorage: input.MaxAllocatedStorage,
    MonitoringInterval: input.MonitoringInterval,
    MonitoringRoleArn: input.MonitoringRoleArn,
    DBParameterGroups: input.DBParameterGroupName
      ? [{ DBParameterGroupName: input.DBParameterGroupName, ParameterApplyStatus: 'pending-reboot' }]
      : undefined,
  })
}

/** What it only starts to change. */
export function pendingValues(
  row: DbInstanceRow,
  input: ModifyDBInstanceCommandInput,
): PendingModifiedValues {
  const { Engine = '', EngineVersion = '', AllocatedStorage = 0 } = row.settings
  if (input.AllocatedStorage !== undefined && input.AllocatedStorage < AllocatedStorage)
    throw awsFault('InvalidParameterCombination', 'Requested storage size is smaller than the current one.')
  const version = input.EngineVersion && fullVersion(Engine, input.EngineVersion)
  if (version && version.localeCompare(EngineVersion, 'en', { numeric: true }) < 0)
    throw awsFault(
      'InvalidParameterCombination',
      `Cannot upgrade ${Engine} from ${EngineVersion} to ${version}`,
    )
  const logs = input.CloudwatchLogsExportConfiguration
  return given({
    DBInstanceClass: input.DBInstanceClass,
    AllocatedStorage: input.AllocatedStorage,
    StorageType: input.StorageType,
    EngineVersion: version,
    MultiAZ: input.MultiAZ,
    BackupRetentionPeriod: input.BackupRetentionPeriod,
    Port: input.DBPortNumber,
    PendingCloudwatchLogsExports: logs && {
      LogTypesToEnable: logs.EnableLogTypes ?? [],
      LogTypesToDisable: logs.DisableLogTypes ?? [],
    },
  })
}

function given<T extends object>(members: T): Partial<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Partial<T>
}
