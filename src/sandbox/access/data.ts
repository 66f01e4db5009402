import type { AccessRequest } from '../../policy/evaluate.ts'
import type { Call, ServiceAccess } from './service-access.ts'
import { itself, named, passing, text, texts } from './service-access.ts'

const rdsType = (type: string) => named('rds', `${type}:`)
const cacheType = (type: string) => named('elasticache', `${type}:`)
const db = rdsType('db')

/** A proxy's ARN contains an id that AWS has chosen. */
function proxy(name: string, { world }: Call): string {
  const row = world.table<{ readonly arn: string }>('rds/proxy').get(name.toLowerCase())
  return row?.arn ?? world.arn('rds', 'db-proxy:new')
}

/** The password that RDS keeps, encrypted with a key of the account. */
const managedPassword = ({ input, world }: Call): AccessRequest[] =>
  input['ManageMasterUserPassword'] === true
    ? [
        { action: 'kms:DescribeKey', resource: world.arn('kms', 'key/aws'), values: {} },
        ...['secretsmanager:CreateSecret', 'secretsmanager:TagResource'].map(action => ({
          action,
          resource: world.arn('secretsmanager', 'secret:rds!db-new'),
          values: {},
        })),
      ]
    : []

const monitoring = ({ input }: Call) =>
  passing(text(input, 'MonitoringRoleArn'), 'monitoring.rds.amazonaws.com')

const creation = (call: Call) => [...managedPassword(call), ...monitoring(call)]

const created =
  (member: string, resource: (value: string, call: Call) => string) =>
  (call: Call): string[] =>
    texts(call.input, member).map(value => resource(value, call))

/** The snapshot that a deletion leaves. */
const finalSnapshot =
  (member: string, action: string, resource: (value: string, call: Call) => string) =>
  (call: Call): AccessRequest[] =>
    texts(call.input, member).map(name => ({ action, resource: resource(name, call), values: {} }))

export const rds: ServiceAccess = {
  members: {
    DBInstanceIdentifier: db,
    DBInstanceIdentifiers: db,
    SourceDBInstanceIdentifier: db,
    DBSubnetGroupName: rdsType('subgrp'),
    DBParameterGroupName: rdsType('pg'),
    DBSnapshotIdentifier: rdsType('snapshot'),
    DBProxyName: proxy,
    ResourceName: itself,
  },
  at: {
    CreateDBProxy: () => ['*'],
    RegisterDBProxyTargets: call => [
      call.world.arn('rds', 'target-group:new'),
      ...created('DBInstanceIdentifiers', db)(call),
    ],
    DeregisterDBProxyTargets: call => [
      call.world.arn('rds', 'target-group:new'),
      proxy(text(call.input, 'DBProxyName'), call),
      ...created('DBInstanceIdentifiers', db)(call),
    ],
  },
  created: {
    CreateDBInstance: created('DBInstanceIdentifier', db),
    CreateDBInstanceReadReplica: created('DBInstanceIdentifier', db),
    CreateDBParameterGroup: created('DBParameterGroupName', rdsType('pg')),
    CreateDBProxy: ({ world }) => [world.arn('rds', 'db-proxy:new')],
    CreateDBSubnetGroup: created('DBSubnetGroupName', rdsType('subgrp')),
    RestoreDBInstanceFromDBSnapshot: created('DBInstanceIdentifier', db),
  },
  tagging: 'rds:AddTagsToResource',
  besides: {
    CreateDBInstance: creation,
    CreateDBInstanceReadReplica: monitoring,
    RestoreDBInstanceFromDBSnapshot: creation,
    ModifyDBInstance: creation,
    CreateDBProxy: ({ input }) => passing(text(input, 'RoleArn'), 'rds.amazonaws.com'),
    ModifyDBProxy: ({ input }) => passing(text(input, 'RoleArn'), 'rds.amazonaws.com'),
    DeleteDBInstance: finalSnapshot('FinalDBSnapshotIdentifier', 'rds:CreateDBSnapshot', rdsType('snapshot')),
  },
}

export const elasticache: ServiceAccess = {
  members: {
    ReplicationGroupId: cacheType('replicationgroup'),
    CacheParameterGroupName: cacheType('parametergroup'),
    CacheSubnetGroupName: cacheType('subnetgroup'),
    CacheClusterId: cacheType('cluster'),
    SnapshotName: cacheType('snapshot'),
    ResourceName: itself,
  },
  created: {
    CreateReplicationGroup: created('ReplicationGroupId', cacheType('replicationgroup')),
    CreateCacheParameterGroup: created('CacheParameterGroupName', cacheType('parametergroup')),
    CreateCacheSubnetGroup: created('CacheSubnetGroupName', cacheType('subnetgroup')),
  },
  tagging: 'elasticache:AddTagsToResource',
  besides: {
    DeleteReplicationGroup: finalSnapshot(
      'FinalSnapshotIdentifier',
      'elasticache:DeleteReplicationGroup',
      cacheType('snapshot'),
    ),
  },
}

const fileSystem = named('elasticfilesystem', 'file-system/')
const accessPoint = named('elasticfilesystem', 'access-point/')

function fileSystemOf(mountTarget: string, call: Call): string {
  const row = call.world.table<{ readonly fileSystemId: string }>('efs/mount-target').get(mountTarget)
  return fileSystem(row?.fileSystemId ?? 'unknown', call)
}

/** EFS keeps the network interface of a mount target in the caller's name. */
const interfaces =
  (action: string) =>
  ({ world }: Call): AccessRequest[] => [
    { action, resource: world.arn('ec2', 'network-interface/new'), values: {} },
  ]

export const efs: ServiceAccess = {
  members: {
    FileSystemId: fileSystem,
    AccessPointId: accessPoint,
    MountTargetId: fileSystemOf,
    ResourceId: (id, call) => (id.startsWith('fsap-') ? accessPoint(id, call) : fileSystem(id, call)),
  },
  at: {
    CreateFileSystem: () => ['*'],
    CreateAccessPoint: created('FileSystemId', fileSystem),
  },
  created: {
    CreateFileSystem: ({ world }) => [world.arn('elasticfilesystem', 'file-system/new')],
    CreateAccessPoint: ({ world }) => [world.arn('elasticfilesystem', 'access-point/new')],
  },
  tagging: 'elasticfilesystem:TagResource',
  besides: {
    CreateMountTarget: interfaces('ec2:CreateNetworkInterface'),
    ModifyMountTargetSecurityGroups: interfaces('ec2:ModifyNetworkInterfaceAttribute'),
    DeleteMountTarget: interfaces('ec2:DeleteNetworkInterface'),
  },
}

const repository = named('ecr', 'repository/')

export const ecr: ServiceAccess = {
  members: { repositoryName: repository, repositoryNames: repository, resourceArn: itself },
  created: { CreateRepository: created('repositoryName', repository) },
  tagging: 'ecr:TagResource',
}

const domain = named('es', 'domain/')

export const opensearch: ServiceAccess = {
  members: { DomainName: domain, DomainNames: domain, ARN: itself },
  created: { CreateDomain: created('DomainName', domain) },
  tagging: 'es:AddTags',
}
