import type { DBInstance } from '@aws-sdk/client-rds'
import { hasCode, orAbsent } from '../../aws/errors.ts'
import { fromTagList } from '../../aws/tags.ts'
import type { Kind } from '../../resources/kind.ts'
import { isOlder, versionToAsk } from '../engine-version.ts'
import { groupToAsk } from '../families.ts'
import { asSet, lowerCased } from '../spelling.ts'
import { commonInput, firstInput, passwordInput } from './instance-creation.ts'
import { interruptionsOf } from './interruptions.ts'
import { modification } from './instance-modification.ts'
import { monitoringLeft } from './monitoring.ts'
import { withdrawn } from './instance-withdrawn.ts'
import type { InstanceAttributes, InstanceProps } from './instance-props.ts'
import { shownProps } from './instance-props.ts'
import { describe } from './instance-describe.ts'
import { activityOf, goneOf, modificationLag, readinessOf } from './instance-status.ts'
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
  replacement: 'create-first',
  uniqueKeys: [{ props: ['identifier'], label: 'identifier' }],
  withdrawn,
  // The secret is named from the create call on, with the status `creating`.
  readyAttributes: ['host', 'port'],
  fromArn: arn => {
    const identifier = arn.split(':db:')[1]
    return identifier === undefined ? undefined : { identifier }
  },
  findBy: ['identifier'],
  seconds: { create: 240, settled: 360, update: 600, delete: 240 },
  // An update takes up to an hour; a Multi-AZ instance is made in 20 minutes.
  patience: 3600,
  lag: modificationLag,
  effects: {
    instanceClass: 'reboots the database',
    engineVersion: 'restarts the database on the new version',
    port: 'restarts the database',
    backupRetentionDays: 'stalls the disks for seconds when backups are switched on or off',
    allocatedStorage: 'cannot be changed again for six hours',
    storageType: 'cannot be changed again for six hours',
    multiAz: 'takes up to 20 minutes, without an outage',
    parameterGroupName: 'static parameters apply at the next reboot',
    passwordSecretArn: 'RDS gives up its own secret; tasks need the new one, so they are replaced',
  },

  interrupts: interruptionsOf,

  normalise: props => ({
    ...props,
    identifier: lowerCased(props.identifier),
    subnetGroupName: lowerCased(props.subnetGroupName),
    securityGroupIds: asSet(props.securityGroupIds),
    ...(props.backupWindow && { backupWindow: lowerCased(props.backupWindow) }),
    ...(props.maintenanceWindow && { maintenanceWindow: lowerCased(props.maintenanceWindow) }),
    ...(props.parameterGroupName && { parameterGroupName: lowerCased(props.parameterGroupName) }),
    ...(props.enabledLogExports && { enabledLogExports: asSet(props.enabledLogExports) }),
  }),

  // What AWS does by itself stays: newer versions, grown storage (also when it is not to grow any further), its own
  // parameter group for the version that runs.
  yields: (wish, { props: running }, last) => {
    const engineVersion = versionToAsk(wish.engineVersion, running.engineVersion, last)
    const isGrown =
      running.allocatedStorage > wish.allocatedStorage &&
      wish.allocatedStorage >= (last ?? wish).allocatedStorage
    return {
      ...wish,
      engineVersion,
      ...(isGrown && { allocatedStorage: running.allocatedStorage }),
      parameterGroupName: groupToAsk(wish, { ...wish, engineVersion }, running),
    }
  },

  refuses: (before, after) => {
    if (isOlder(after.engineVersion, before.engineVersion))
      return {
        why: `RDS cannot go back from version ${before.engineVersion} to ${after.engineVersion}`,
        blocks: ['engineVersion', 'parameterGroupName'],
        instead: `write version: "${before.engineVersion}", or add a second database, restore a snapshot or a dump of the older version into it, and move the services over`,
      }
    if (after.allocatedStorage < before.allocatedStorage)
      return {
        why: `RDS cannot shrink storage (${before.allocatedStorage} GiB now)`,
        blocks: ['allocatedStorage'],
        instead: `write allocatedStorage: ${before.allocatedStorage}, or add a smaller second database and move the data`,
      }
    const least = Math.ceil(before.allocatedStorage * 1.1)
    if (after.allocatedStorage > before.allocatedStorage && after.allocatedStorage < least)
      return {
        why: `RDS grows storage by at least 10 %`,
        blocks: ['allocatedStorage'],
        instead: `write allocatedStorage: ${least} or more`,
      }
    return undefined
  },

  identify: identifier => ({ props: { identifier } }),

  leaves: monitoringLeft,

  read: async (requests, context) => {
    const ids = requests.map(({ attributes, props }) =>
      lowerCased(attributes?.identifier ?? props.identifier!),
    )
    const found = await describe(ids, context)
    return found.map((one, index) => {
      if (!one) return undefined
      const { props } = requests[index]!
      return {
        attributes: attributesOf(one, requests[index]!.attributes?.secretArn ?? props.passwordSecretArn),
        props: shownProps(one, props),
        tags: fromTagList(one.TagList),
        ...activityOf(one),
        ...(one.DBInstanceStatus === 'deleting' ? { leaving: true as const } : {}),
      }
    })
  },

  create: async ({ props, tags }, context) => {
    const { rds } = context.aws
    const { DBInstance } = props.snapshotIdentifier
      ? await rds.restoreDBInstanceFromDBSnapshot({
          ...commonInput(props, tags),
          DBSnapshotIdentifier: props.snapshotIdentifier,
          // The password in the snapshot is one that nobody keeps.
          ManageMasterUserPassword: true,
        })
      : await rds.createDBInstance({
          ...commonInput(props, tags),
          ...firstInput(props),
          ...(await passwordInput(props, context)),
        })
    const made = attributesOf(DBInstance!, props.passwordSecretArn)
    if (made.secretArn) return made
    const [shown] = await describe([made.identifier], context)
    return shown ? attributesOf(shown) : made
  },

  // A snapshot brings its own version and settings, and RDS takes some of them only for what is available.
  converges: ({ snapshotIdentifier }) => snapshotIdentifier !== undefined,

  update: async ({ attributes, observed, props, changed }, context) => {
    const password = changed.includes('passwordSecretArn')
      ? { ...(await passwordInput(props, context)), ManageMasterUserPassword: false }
      : {}
    await context.aws.rds.modifyDBInstance({
      DBInstanceIdentifier: attributes.identifier,
      ...modification(observed, props, changed),
      ...password,
      // Otherwise AWS waits for the maintenance window.
      ApplyImmediately: true,
    })
    return { ...attributes, secretArn: props.passwordSecretArn ?? attributes.secretArn }
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
    return found.map((one, index) =>
      one
        ? readinessOf(one, attributesOf(one, attributes[index]!.secretArn))
        : { state: 'waiting', status: 'not visible yet' },
    )
  },

  gone: async (attributes, context) => {
    const found = await describe(
      attributes.map(({ identifier }) => identifier),
      context,
    )
    return found.map((one, index) => goneOf(one, attributes[index]!))
  },
}

/** `secretArn`: the secret that the instance was given, where RDS keeps none of its own. */
function attributesOf(one: DBInstance, secretArn = ''): InstanceAttributes {
  return {
    identifier: one.DBInstanceIdentifier!,
    arn: one.DBInstanceArn!,
    resourceId: one.DbiResourceId!,
    host: one.Endpoint?.Address ?? '',
    port: one.Endpoint?.Port ?? 0,
    secretArn: one.MasterUserSecret?.SecretArn ?? secretArn,
  }
}

function isProtected(error: unknown): boolean {
  return hasCode(error, 'InvalidParameterCombination') && /disable deletion protection/i.test(String(error))
}
