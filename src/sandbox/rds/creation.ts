import type { DBInstance, RestoreDBInstanceFromDBSnapshotCommandInput } from '@aws-sdk/client-rds'
import { attachInterface } from '../ec2/interface.ts'
import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import { addTags } from '../tags-by-arn.ts'
import type { World } from '../world.ts'
import { defaultPort, fullVersion } from './engine.ts'
import { addInstance, instancesIn, shownInstance, statusOf } from './instance-row.ts'
import { instanceOf, invalidState } from './instance.ts'
import { assertMonitoring } from './monitoring.ts'
import { familyOf } from './parameter-group.ts'
import { securityGroupsIn } from './security-groups.ts'
import { snapshotOf } from './snapshot.ts'
import { dbSubnetGroupOf } from './subnet-group.ts'

/** The three ways in which an instance comes into being. */
export const creationOperations = {
  createDBInstance: (input, world) => {
    if (Boolean(input.ManageMasterUserPassword) === Boolean(input.MasterUserPassword))
      throw awsFault(
        'InvalidParameterCombination',
        'You must specify either MasterUserPassword or ManageMasterUserPassword.',
      )
    const { AllocatedStorage = 0, Engine = '' } = input
    if (AllocatedStorage < 20 || AllocatedStorage > 65_536)
      throw awsFault(
        'InvalidParameterCombination',
        `Invalid storage size for engine name ${Engine} and storage type ${input.StorageType ?? 'gp3'}: ${AllocatedStorage}`,
      )
    const before = { Engine, EngineVersion: fullVersion(Engine, input.EngineVersion) }
    return make(world, input, {
      ...before,
      AllocatedStorage,
      StorageEncrypted: input.StorageEncrypted ?? false,
      DBName: input.DBName,
      MasterUsername: input.MasterUsername,
      MaxAllocatedStorage: input.MaxAllocatedStorage,
      PreferredMaintenanceWindow: (input.PreferredMaintenanceWindow ?? 'sun:05:00-sun:05:30').toLowerCase(),
      ...monitored(world, input),
    })
  },

  restoreDBInstanceFromDBSnapshot: (input, world) => {
    const { settings } = snapshotOf(world, input.DBSnapshotIdentifier)
    // The size of the data, the engine's version and the users come out of the snapshot.
    const { Engine, EngineVersion, AllocatedStorage = 0, StorageEncrypted, DBName, MasterUsername } = settings
    return make(world, input, {
      Engine,
      EngineVersion,
      AllocatedStorage: Math.max(AllocatedStorage, input.AllocatedStorage ?? 0),
      StorageEncrypted,
      DBName,
      MasterUsername,
      PreferredMaintenanceWindow: 'sun:05:00-sun:05:30',
    })
  },

  createDBInstanceReadReplica: (input, world) => {
    const source = instanceOf(world, input.SourceDBInstanceIdentifier)
    if (statusOf(source, world) !== 'available')
      throw invalidState(`DB instance ${source.id} is not in the available state.`)
    if (!source.settings.BackupRetentionPeriod)
      throw invalidState('Automated backups are not enabled for this database instance.')
    if (source.secretArn)
      throw awsFault(
        'InvalidParameterValue',
        `Creating read replicas for source instance with engine ${source.settings.Engine} where ManageMasterUserPassword is enabled is not supported.`,
      )
    const { Tags, ...rest } = input
    const { settings } = source
    return make(
      world,
      { ...rest, DBSubnetGroupName: source.subnetGroupName, BackupRetentionPeriod: 0, Tags },
      {
        Engine: settings.Engine,
        EngineVersion: settings.EngineVersion,
        AllocatedStorage: settings.AllocatedStorage,
        StorageEncrypted: settings.StorageEncrypted,
        DBName: settings.DBName,
        MasterUsername: settings.MasterUsername,
        PreferredMaintenanceWindow: settings.PreferredMaintenanceWindow,
        ...monitored(world, input),
      },
      source.id,
    )
  },
} satisfies Partial<SandboxService<'rds'>>

type Common = Omit<RestoreDBInstanceFromDBSnapshotCommandInput, 'DBSnapshotIdentifier'>

function make(world: World, input: Common, own: DBInstance, sourceId?: string) {
  const id = input.DBInstanceIdentifier!.toLowerCase()
  if (!/^[a-z](-?[a-z0-9])*$/.test(id) || id.length > 63)
    throw awsFault('InvalidParameterValue', 'The parameter DBInstanceIdentifier is not a valid identifier.')
  if (instancesIn(world).some(row => row.id === id))
    throw awsFault('DBInstanceAlreadyExistsFault', 'DB instance already exists', {
      code: 'DBInstanceAlreadyExists',
    })
  const family = `${own.Engine}${own.EngineVersion?.split('.')
    .slice(0, own.Engine === 'postgres' ? 1 : 2)
    .join('.')}`
  const parameterGroup = input.DBParameterGroupName ?? `default.${family}`
  if (familyOf(world, parameterGroup) !== family)
    throw awsFault(
      'InvalidParameterCombination',
      `The parameter group ${parameterGroup} with DBParameterGroupFamily ${familyOf(world, parameterGroup)} cannot be used for this instance. Please use a parameter group with DBParameterGroupFamily ${family}`,
    )
  const group = dbSubnetGroupOf(world, input.DBSubnetGroupName)
  const groupIds = securityGroupsIn(world, group.vpcId, input.VpcSecurityGroupIds)
  const resourceId = world.id('db-', 26).toUpperCase().replace('DB-', 'db-')
  const row = addInstance(world, {
    id,
    arn: world.arn('rds', `db:${id}`),
    resourceId,
    secretArn: input.ManageMasterUserPassword
      ? world.arn('secretsmanager', `secret:rds!${resourceId.toLowerCase()}`)
      : undefined,
    sourceId,
    subnetGroupName: group.name,
    vpcId: group.vpcId,
    created: world.now(),
    ...timesOf(world, input, sourceId),
    interfaceIds: group.subnetIds.slice(0, input.MultiAZ ? 2 : 1).map(subnetId =>
      attachInterface(world, {
        subnetId,
        groupIds,
        description: 'RDSNetworkInterface',
        isPublic: input.PubliclyAccessible ?? false,
      }),
    ),
    groupIds,
    port: input.Port ?? defaultPort(own.Engine ?? ''),
    settings: {
      ...own,
      DBInstanceClass: input.DBInstanceClass,
      StorageType: input.StorageType ?? 'gp3',
      MultiAZ: input.MultiAZ ?? false,
      PubliclyAccessible: input.PubliclyAccessible ?? false,
      BackupRetentionPeriod: input.BackupRetentionPeriod ?? 1,
      PreferredBackupWindow: input.PreferredBackupWindow ?? '04:00-04:30',
      DeletionProtection: input.DeletionProtection ?? false,
      CopyTagsToSnapshot: input.CopyTagsToSnapshot ?? false,
      AutoMinorVersionUpgrade: input.AutoMinorVersionUpgrade ?? true,
      EnabledCloudwatchLogsExports: input.EnableCloudwatchLogsExports ?? [],
      DBParameterGroups: [{ DBParameterGroupName: parameterGroup, ParameterApplyStatus: 'in-sync' }],
    },
  })
  addTags(world, row.arn, input.Tags)
  return { DBInstance: shownInstance(row, world) }
}

/** An instance that keeps backups is backed up at once, be it new or out of a snapshot. */
function timesOf(world: World, { BackupRetentionPeriod = 1 }: Common, sourceId: string | undefined) {
  if (sourceId !== undefined) {
    const availableAt = world.after('db-replica create')
    return { usableAt: availableAt, availableAt }
  }
  const end = world.after('db-instance create')
  const usableAt = Math.max(world.now(), end - world.seconds('db-instance first backup') * 1000)
  return { usableAt, availableAt: BackupRetentionPeriod === 0 ? usableAt : end }
}

function monitored(
  world: World,
  input: {
    readonly MonitoringInterval?: number | undefined
    readonly MonitoringRoleArn?: string | undefined
  },
): Partial<DBInstance> {
  assertMonitoring(world, input)
  return { MonitoringInterval: input.MonitoringInterval ?? 0, MonitoringRoleArn: input.MonitoringRoleArn }
}
