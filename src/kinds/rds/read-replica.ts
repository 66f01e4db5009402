import type { DBInstance } from '@aws-sdk/client-rds'
import { orAbsent } from '../../aws/errors.ts'
import { fromTagList, tagList } from '../../aws/tags.ts'
import { HoldsData } from '../../errors.ts'
import type { Kind } from '../../resources/kind.ts'
import { isDefaultGroup, ownGroup } from '../families.ts'
import { asSet, lowerCased } from '../spelling.ts'
import { describe } from './instance-describe.ts'
import { modification } from './instance-modification.ts'
import { noGroup, withdrawnOfAny } from './instance-withdrawn.ts'
import type { InstanceProps } from './instance-props.ts'
import { shownProps } from './instance-props.ts'
import { activityOf, goneOf, modificationLag, readinessOf } from './instance-status.ts'
import { monitoringLeft } from './monitoring.ts'
import { retag } from './tags.ts'

/** What a replica has of its own; engine, storage, database and users are its source's. */
export interface ReadReplicaProps extends Pick<
  InstanceProps,
  | 'identifier'
  | 'instanceClass'
  | 'storageType'
  | 'port'
  | 'securityGroupIds'
  | 'publiclyAccessible'
  | 'maintenanceWindow'
  | 'deletionProtection'
  | 'copyTagsToSnapshot'
  | 'autoMinorVersionUpgrade'
  | 'enabledLogExports'
  | 'parameterGroupName'
  | 'monitoringInterval'
  | 'monitoringRoleArn'
> {
  /** The instance it follows, which has to keep backups. Empty once it has been promoted. */
  readonly sourceIdentifier: string
}

export interface ReadReplicaAttributes {
  readonly identifier: string
  readonly arn: string
  readonly resourceId: string
  readonly host: string
  readonly port: number
}

/** What a promoted one holds. */
const dataOfItsOwn = 'data of its own since it was promoted'

export const readReplica: Kind<ReadReplicaProps, ReadReplicaAttributes> = {
  type: 'rds/read-replica',
  label: 'read replica',
  ownership: 'tags',
  // Empty as long as it only follows: what it holds is its source's.
  data: 'keep-unless-empty',
  protection: 'deletionProtection',
  replaceOn: ['identifier', 'sourceIdentifier'],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['identifier'], label: 'identifier' }],
  withdrawn: {
    ...withdrawnOfAny,
    parameterGroupName: noGroup,
  },
  readyAttributes: ['host', 'port'],
  findBy: ['identifier'],
  seconds: { create: 660, update: 600, delete: 270 },
  lag: modificationLag,
  effects: { instanceClass: 'reboots the replica', port: 'restarts the replica' },

  normalise: props => ({
    ...props,
    identifier: lowerCased(props.identifier),
    sourceIdentifier: lowerCased(props.sourceIdentifier),
    securityGroupIds: asSet(props.securityGroupIds),
    ...(props.maintenanceWindow && { maintenanceWindow: lowerCased(props.maintenanceWindow) }),
    ...(props.parameterGroupName && { parameterGroupName: lowerCased(props.parameterGroupName) }),
    ...(props.enabledLogExports && { enabledLogExports: asSet(props.enabledLogExports) }),
  }),

  // RDS takes a replica along to the version of its source, and to its own group for that.
  yields: (wish, { props: { parameterGroupName } }) =>
    isDefaultGroup(wish.parameterGroupName) && isDefaultGroup(parameterGroupName)
      ? { ...wish, parameterGroupName }
      : wish,

  read: async (requests, context) => {
    const ids = requests.map(({ attributes, props }) =>
      lowerCased(attributes?.identifier ?? props.identifier!),
    )
    return (await describe(ids, context)).map((one, index) => {
      if (!one) return undefined
      return {
        attributes: attributesOf(one),
        props: {
          ...shownProps(one, requests[index]!.props),
          sourceIdentifier: one.ReadReplicaSourceDBInstanceIdentifier ?? '',
        },
        tags: fromTagList(one.TagList),
        ...activityOf(one),
        ...(one.DBInstanceStatus === 'deleting' ? { leaving: true as const } : {}),
      }
    })
  },

  leaves: monitoringLeft,

  create: async ({ props, tags }, { aws }) => {
    const { DBInstance } = await aws.rds.createDBInstanceReadReplica({
      DBInstanceIdentifier: props.identifier,
      SourceDBInstanceIdentifier: props.sourceIdentifier,
      DBInstanceClass: props.instanceClass,
      StorageType: props.storageType,
      Port: props.port,
      VpcSecurityGroupIds: [...props.securityGroupIds],
      DBParameterGroupName: ownGroup(props.parameterGroupName),
      PubliclyAccessible: props.publiclyAccessible,
      DeletionProtection: props.deletionProtection,
      CopyTagsToSnapshot: props.copyTagsToSnapshot,
      AutoMinorVersionUpgrade: props.autoMinorVersionUpgrade,
      EnableCloudwatchLogsExports: props.enabledLogExports && [...props.enabledLogExports],
      MonitoringInterval: props.monitoringInterval,
      MonitoringRoleArn: props.monitoringRoleArn,
      Tags: tagList(tags),
    })
    return attributesOf(DBInstance!)
  },

  // The window of its source is what it begins with.
  converges: ({ maintenanceWindow }) => maintenanceWindow !== undefined,

  update: async ({ attributes, observed, props, changed }, { aws }) => {
    await aws.rds.modifyDBInstance({
      DBInstanceIdentifier: attributes.identifier,
      ...modification(observed, props, changed),
      ApplyImmediately: true,
    })
    return attributes
  },

  retag: ({ arn }, change, context) => retag(arn, change, context),

  holds: async (all, context) => {
    const found = await describe(
      all.map(({ identifier }) => identifier),
      context,
    )
    return found.map(one => (one && isPromoted(one) ? [{ what: dataOfItsOwn }] : []))
  },

  delete: async ({ attributes, dataMayGo }, context) => {
    const { identifier } = attributes
    const [one] = await describe([identifier], context)
    if (!one || one.DBInstanceStatus === 'deleting') return
    if (isPromoted(one) && !dataMayGo) throw new HoldsData(dataOfItsOwn)
    // RDS takes no final snapshot of what only follows.
    const request = { DBInstanceIdentifier: identifier, SkipFinalSnapshot: true }
    if (dataMayGo && one.DeletionProtection)
      await context.aws.rds.modifyDBInstance({
        DBInstanceIdentifier: identifier,
        DeletionProtection: false,
        ApplyImmediately: true,
      })
    await orAbsent(context.aws.rds.deleteDBInstance(request))
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
    return found.map((one, index) => goneOf(one, attributes[index]!))
  },
}

function isPromoted({ ReadReplicaSourceDBInstanceIdentifier: source }: DBInstance): boolean {
  return !source
}

function attributesOf(one: DBInstance): ReadReplicaAttributes {
  return {
    identifier: one.DBInstanceIdentifier!,
    arn: one.DBInstanceArn!,
    resourceId: one.DbiResourceId!,
    host: one.Endpoint?.Address ?? '',
    port: one.Endpoint?.Port ?? 0,
  }
}
