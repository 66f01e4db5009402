import type { DBInstance } from '@aws-sdk/client-rds'
import { hasCode, orAbsent } from '../../aws/errors.ts'
import { listAll } from '../../aws/marker.ts'
import { fromTagList, tagList } from '../../aws/tags.ts'
import type { Kind, KindContext } from '../../resources/kind.ts'
import { isOlder } from '../engine-version.ts'
import { asSet, lowerCased } from '../spelling.ts'
import { modification } from './instance-modification.ts'
import type { InstanceAttributes, InstanceProps } from './instance-props.ts'
import { shownProps } from './instance-props.ts'
import { readinessOf, settled } from './instance-status.ts'
import { retag } from './tags.ts'

export type { InstanceAttributes, InstanceProps } from './instance-props.ts'

export const instance: Kind<InstanceProps, InstanceAttributes> = {
  type: 'rds/instance',
  label: 'database',
  ownership: 'tags',
  data: 'snapshot',
  protection: 'deletionProtection',
  replaceOn: [
    'identifier',
    'engine',
    'databaseName',
    'masterUsername',
    'subnetGroupName',
    'storageEncrypted',
  ],
  replacement: 'delete-first',
  readyAttributes: ['host', 'port', 'secretArn'],
  findBy: ['identifier'],
  seconds: { create: 360, update: 600, delete: 240 },
  effects: {
    instanceClass: 'reboots the database',
    engineVersion: 'restarts the database on the new version',
    port: 'restarts the database',
    backupRetentionDays: 'stalls the disks for seconds when backups are switched on or off',
    allocatedStorage: 'cannot be changed again for six hours',
    storageType: 'cannot be changed again for six hours',
    multiAz: 'takes up to 20 minutes, without an outage',
  },

  normalise: props => ({
    ...props,
    identifier: lowerCased(props.identifier),
    subnetGroupName: lowerCased(props.subnetGroupName),
    securityGroupIds: asSet(props.securityGroupIds),
    ...(props.backupWindow && { backupWindow: lowerCased(props.backupWindow) }),
    ...(props.maintenanceWindow && { maintenanceWindow: lowerCased(props.maintenanceWindow) }),
    ...(props.enabledLogExports && { enabledLogExports: asSet(props.enabledLogExports) }),
  }),

  refuses: (before, after) => {
    if (isOlder(after.engineVersion, before.engineVersion))
      return `RDS cannot go back from version ${before.engineVersion} to ${after.engineVersion}`
    if (after.allocatedStorage < before.allocatedStorage)
      return `RDS cannot shrink storage (${before.allocatedStorage} GiB now)`
    if (
      after.allocatedStorage > before.allocatedStorage &&
      after.allocatedStorage < before.allocatedStorage * 1.1
    )
      return `RDS grows storage by 10 % at least: to ${Math.ceil(before.allocatedStorage * 1.1)} GiB or more`
    return undefined
  },

  read: async (requests, context) => {
    const ids = requests.map(({ attributes, props }) =>
      lowerCased(attributes?.identifier ?? props.identifier!),
    )
    const found = await describe(ids, context)
    return found.map((one, index) => {
      if (!one) return undefined
      const { props } = requests[index]!
      return {
        attributes: attributesOf(one),
        props: shownProps(one, props),
        tags: fromTagList(one.TagList),
        ...(settled(one) ? {} : { pending: one.DBInstanceStatus }),
      }
    })
  },

  create: async ({ props, tags }, { aws }) => {
    const { DBInstance } = await aws.rds.createDBInstance({
      DBInstanceIdentifier: props.identifier,
      Engine: props.engine,
      EngineVersion: props.engineVersion,
      DBInstanceClass: props.instanceClass,
      AllocatedStorage: props.allocatedStorage,
      StorageType: props.storageType,
      StorageEncrypted: props.storageEncrypted,
      DBName: props.databaseName,
      MasterUsername: props.masterUsername,
      // RDS makes the password and keeps it in Secrets Manager; it never passes through here.
      ManageMasterUserPassword: true,
      Port: props.port,
      DBSubnetGroupName: props.subnetGroupName,
      VpcSecurityGroupIds: [...props.securityGroupIds],
      MultiAZ: props.multiAz,
      PubliclyAccessible: props.publiclyAccessible,
      BackupRetentionPeriod: props.backupRetentionDays,
      PreferredBackupWindow: props.backupWindow,
      PreferredMaintenanceWindow: props.maintenanceWindow,
      DeletionProtection: props.deletionProtection,
      CopyTagsToSnapshot: props.copyTagsToSnapshot,
      AutoMinorVersionUpgrade: props.autoMinorVersionUpgrade,
      EnableCloudwatchLogsExports: props.enabledLogExports && [...props.enabledLogExports],
      Tags: tagList(tags),
    })
    return attributesOf(DBInstance!)
  },

  update: async ({ attributes, observed, props, changed }, { aws }) => {
    await aws.rds.modifyDBInstance({
      DBInstanceIdentifier: attributes.identifier,
      ...modification(observed, props, changed),
      // Otherwise AWS waits for the maintenance window.
      ApplyImmediately: true,
    })
    return attributes
  },

  retag: ({ arn }, change, context) => retag(arn, change, context),

  delete: async ({ attributes, dataMayGo, finalSnapshot }, { aws }) => {
    const DBInstanceIdentifier = attributes.identifier
    const remove = () =>
      orAbsent(
        aws.rds.deleteDBInstance({
          DBInstanceIdentifier,
          ...(finalSnapshot
            ? { FinalDBSnapshotIdentifier: finalSnapshot, SkipFinalSnapshot: false }
            : { SkipFinalSnapshot: true }),
          DeleteAutomatedBackups: dataMayGo,
        }),
      )
    try {
      await remove()
    } catch (error) {
      if (!dataMayGo || !isProtected(error)) throw error
      await aws.rds.modifyDBInstance({
        DBInstanceIdentifier,
        DeletionProtection: false,
        ApplyImmediately: true,
      })
      await remove()
    }
  },

  ready: async (attributes, context) => {
    const found = await describe(
      attributes.map(({ identifier }) => identifier),
      context,
    )
    return found.map(one =>
      one ? readinessOf(one, attributesOf(one)) : { state: 'waiting', status: 'not visible yet' },
    )
  },

  gone: async (attributes, context) => {
    const found = await describe(
      attributes.map(({ identifier }) => identifier),
      context,
    )
    return found.map((one, index) =>
      // Another instance may have taken the name in the meantime.
      one && one.DbiResourceId === attributes[index]!.resourceId
        ? { state: 'waiting', status: one.DBInstanceStatus ?? 'deleting' }
        : { state: 'gone' },
    )
  },
}

/** One call for all of them: a filter leaves unknown names out, where a name as such would fail. */
async function describe(
  identifiers: readonly string[],
  { aws }: KindContext,
): Promise<(DBInstance | undefined)[]> {
  const found = await listAll(
    from =>
      aws.rds.describeDBInstances({
        ...from,
        Filters: [{ Name: 'db-instance-id', Values: [...identifiers] }],
        MaxRecords: 100,
      }),
    page => page.DBInstances,
  )
  return identifiers.map(id => found.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === id))
}

function attributesOf(one: DBInstance): InstanceAttributes {
  return {
    identifier: one.DBInstanceIdentifier!,
    arn: one.DBInstanceArn!,
    resourceId: one.DbiResourceId!,
    host: one.Endpoint?.Address ?? '',
    port: one.Endpoint?.Port ?? 0,
    secretArn: one.MasterUserSecret?.SecretArn ?? '',
  }
}

function isProtected(error: unknown): boolean {
  return hasCode(error, 'InvalidParameterCombination') && /disable deletion protection/i.test(String(error))
}
