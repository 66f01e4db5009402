import { attachInterface, interfacesIn, releaseInterface } from '../ec2/interface.ts'
import { securityGroups } from '../ec2/security-group.ts'
import { awsFault } from '../fault.ts'
import { pageOf } from '../marker.ts'
import type { SandboxService } from '../service.ts'
import { addTags, tagsByArn } from '../tags-by-arn.ts'
import type { World } from '../world.ts'
import { defaultPort, fullVersion } from './engine.ts'
import type { DbInstanceRow } from './instance-row.ts'
import { addInstance, instancesIn, shownInstance, statusOf } from './instance-row.ts'
import { pendingValues, settingsAtOnce } from './modification.ts'
import { takeSnapshot } from './snapshot.ts'
import { dbSubnetGroupOf } from './subnet-group.ts'

/** From a modification until the status says so, in milliseconds. AWS takes 5 to 40 seconds. */
const statusLag = 15_000

export const dbInstanceOperations = {
  createDBInstance: (input, world) => {
    const id = input.DBInstanceIdentifier!.toLowerCase()
    if (!/^[a-z](-?[a-z0-9])*$/.test(id) || id.length > 63)
      throw awsFault('InvalidParameterValue', 'The parameter DBInstanceIdentifier is not a valid identifier.')
    if (instancesIn(world).some(row => row.id === id))
      throw awsFault('DBInstanceAlreadyExistsFault', 'DB instance already exists', {
        code: 'DBInstanceAlreadyExists',
      })
    if (input.ManageMasterUserPassword === Boolean(input.MasterUserPassword))
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
    const group = dbSubnetGroupOf(world, input.DBSubnetGroupName)
    const groupIds = groupsIn(world, group.vpcId, input.VpcSecurityGroupIds)
    const resourceId = world.id('db-', 26).toUpperCase().replace('DB-', 'db-')
    const row = addInstance(world, {
      id,
      arn: world.arn('rds', `db:${id}`),
      resourceId,
      secretArn: world.arn('secretsmanager', `secret:rds!${resourceId.toLowerCase()}`),
      subnetGroupName: group.name,
      vpcId: group.vpcId,
      created: world.now(),
      availableAt: world.after('db-instance create'),
      interfaceIds: group.subnetIds
        .slice(0, input.MultiAZ ? 2 : 1)
        .map(subnetId => attachInterface(world, { subnetId, groupIds, description: 'RDSNetworkInterface' })),
      groupIds,
      port: input.Port ?? defaultPort(Engine),
      settings: {
        Engine,
        EngineVersion: fullVersion(Engine, input.EngineVersion),
        DBInstanceClass: input.DBInstanceClass,
        AllocatedStorage,
        StorageType: input.StorageType ?? 'gp3',
        StorageEncrypted: input.StorageEncrypted ?? false,
        DBName: input.DBName,
        MasterUsername: input.MasterUsername,
        MultiAZ: input.MultiAZ ?? false,
        PubliclyAccessible: input.PubliclyAccessible ?? false,
        BackupRetentionPeriod: input.BackupRetentionPeriod ?? 1,
        PreferredBackupWindow: input.PreferredBackupWindow ?? '04:00-04:30',
        PreferredMaintenanceWindow: (input.PreferredMaintenanceWindow ?? 'sun:05:00-sun:05:30').toLowerCase(),
        DeletionProtection: input.DeletionProtection ?? false,
        CopyTagsToSnapshot: input.CopyTagsToSnapshot ?? false,
        AutoMinorVersionUpgrade: input.AutoMinorVersionUpgrade ?? true,
        EnabledCloudwatchLogsExports: input.EnableCloudwatchLogsExports ?? [],
      },
    })
    addTags(world, row.arn, input.Tags)
    return { DBInstance: shownInstance(row, world) }
  },

  describeDBInstances: ({ DBInstanceIdentifier, Filters = [], Marker, MaxRecords }, world) => {
    const rows = DBInstanceIdentifier
      ? [instanceOf(world, DBInstanceIdentifier)]
      : instancesIn(world).filter(({ created }) => world.visible(created))
    const passing = rows.filter(row =>
      Filters.every(({ Name = '', Values = [] }) => {
        const facts: Record<string, string> = { 'db-instance-id': row.id, 'dbi-resource-id': row.resourceId }
        return Values.includes(facts[Name] ?? '')
      }),
    )
    const page = pageOf(passing, { Marker, MaxRecords })
    return { DBInstances: page.rows.map(row => shownInstance(row, world)), Marker: page.Marker }
  },

  modifyDBInstance: (input, world) => {
    const row = instanceOf(world, input.DBInstanceIdentifier)
    if (statusOf(row, world) !== 'available')
      throw invalidState(`Database instance ${row.id} is not in available state.`)
    const atOnce = settingsAtOnce(input)
    const later = pendingValues(row, input)
    if (Object.keys({ ...atOnce, ...later }).length === 0 && !input.VpcSecurityGroupIds)
      throw awsFault('InvalidParameterCombination', 'No modifications were requested')
    row.settings = { ...row.settings, ...atOnce }
    if (input.VpcSecurityGroupIds) {
      row.groupIds = groupsIn(world, row.vpcId, input.VpcSecurityGroupIds)
      for (const { id, groupIds } of interfacesIn(world))
        if (row.interfaceIds.includes(id)) groupIds.splice(0, Infinity, ...row.groupIds)
    }
    const rebuilds = later.DBInstanceClass ?? later.EngineVersion ?? later.MultiAZ
    row.change = {
      begins: row.change?.begins ?? world.now() + statusLag,
      ends: Math.max(
        row.change?.ends ?? 0,
        world.after(rebuilds === undefined ? 'db-instance modify' : 'db-instance rebuild'),
      ),
      values: { ...row.change?.values, ...later },
    }
    return { DBInstance: shownInstance(row, world) }
  },

  deleteDBInstance: ({ DBInstanceIdentifier, SkipFinalSnapshot, FinalDBSnapshotIdentifier }, world) => {
    const row = instanceOf(world, DBInstanceIdentifier)
    const status = statusOf(row, world)
    if (status === 'deleting') throw invalidState(`Instance ${row.id} is already being deleted.`)
    if (Boolean(SkipFinalSnapshot) === Boolean(FinalDBSnapshotIdentifier))
      throw awsFault(
        'InvalidParameterCombination',
        'FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.',
      )
    if (row.settings.DeletionProtection)
      throw awsFault(
        'InvalidParameterCombination',
        'Cannot delete protected DB Instance, please disable deletion protection and try again.',
      )
    if (FinalDBSnapshotIdentifier) {
      if (status !== 'available')
        throw invalidState(
          `Cannot create a snapshot because the database instance ${row.id} is not currently in the available state.`,
        )
      takeSnapshot(world, FinalDBSnapshotIdentifier, {
        instanceId: row.id,
        tags: row.settings.CopyTagsToSnapshot ? tagsByArn(world, row.arn) : [],
      })
    }
    const seconds =
      world.seconds('db-instance delete') +
      (FinalDBSnapshotIdentifier ? world.seconds('db-instance final-snapshot') : 0)
    row.goneAt = world.now() + seconds * 1000
    for (const id of row.interfaceIds) releaseInterface(world, id, row.goneAt)
    return { DBInstance: shownInstance(row, world) }
  },
} satisfies Partial<SandboxService<'rds'>>

function instanceOf(world: World, id = ''): DbInstanceRow {
  const row = instancesIn(world).find(one => one.id === id.toLowerCase())
  if (!row || !world.visible(row.created))
    throw awsFault('DBInstanceNotFoundFault', `DBInstance ${id} not found.`, {
      status: 404,
      code: 'DBInstanceNotFound',
    })
  return row
}

function groupsIn(world: World, vpcId: string, ids: readonly string[] = []): string[] {
  for (const id of ids) {
    const group = securityGroups(world).get(id)
    if (!group)
      throw awsFault('InvalidParameterValue', `Invalid security group , groupId= ${id}, groupName=.`)
    if (group.vpcId !== vpcId)
      throw awsFault(
        'InvalidParameterCombination',
        'The DB instance and EC2 security group are in different VPCs.',
      )
  }
  return [...ids]
}

function invalidState(message: string): Error {
  return awsFault('InvalidDBInstanceStateFault', message, { code: 'InvalidDBInstanceState' })
}
