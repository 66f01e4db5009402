import type { KindActions } from './kind-actions.ts'
import { here, nothing } from './kind-actions.ts'

const rds = <Resource extends string>(resource: Resource) => here('rds', resource)
const cache = <Resource extends string>(resource: Resource) => here('elasticache', resource)
const efs = (resource: string) => here('elasticfilesystem', resource)
const tagRds = ['rds:AddTagsToResource', 'rds:RemoveTagsFromResource']
const tagCache = ['elasticache:AddTagsToResource', 'elasticache:RemoveTagsFromResource']
const tagEfs = ['elasticfilesystem:TagResource', 'elasticfilesystem:UntagResource']
const interfaces = here('ec2', 'network-interface/*')
/** Groups that AWS itself has in every account. */
const defaultGroups = [rds('pg:default.*'), rds('og:default:*')] as const
const defaultParameters = cache('parametergroup:default.*')
/** As `teardown` and `up --delete-data` name what they leave. */
const finalSnapshots = '{stack}-*-final-*'

/** RDS encrypts with a key of the account, and keeps the password that it makes in Secrets Manager, in the caller's name. */
const managed = {
  'kms:DescribeKey': [here('kms', 'key/*')],
  'secretsmanager:CreateSecret': [here('secretsmanager', 'secret:rds!*')],
  'secretsmanager:TagResource': [here('secretsmanager', 'secret:rds!*')],
}

/** Databases, caches, files, buckets and images, by kind. */
export const dataActions = {
  'ecr/repository': {
    arns: [here('ecr', 'repository/{name}')],
    ours: 'tag',
    read: [
      'ecr:DescribeRepositories',
      'ecr:DescribeImages',
      'ecr:GetLifecyclePolicy',
      'ecr:GetRepositoryPolicy',
      'ecr:ListTagsForResource',
    ],
    create: ['ecr:CreateRepository'],
    update: [
      'ecr:PutImageScanningConfiguration',
      'ecr:PutImageTagMutability',
      'ecr:PutLifecyclePolicy',
      'ecr:DeleteLifecyclePolicy',
    ],
    delete: ['ecr:DeleteRepository'],
    tag: ['ecr:TagResource', 'ecr:UntagResource'],
  },
  'efs/access-point': {
    arns: [efs('access-point/*')],
    ours: 'tag',
    read: ['elasticfilesystem:DescribeAccessPoints'],
    create: ['elasticfilesystem:CreateAccessPoint'],
    createOn: ['efs/file-system'],
    update: [],
    delete: ['elasticfilesystem:DeleteAccessPoint'],
    tag: tagEfs,
  },
  'efs/file-system': {
    arns: [efs('file-system/*')],
    ours: 'tag',
    read: ['elasticfilesystem:DescribeFileSystems'],
    blockers: ['elasticfilesystem:DescribeMountTargets'],
    create: ['elasticfilesystem:CreateFileSystem'],
    createOn: ['*'],
    update: ['elasticfilesystem:UpdateFileSystem'],
    delete: ['elasticfilesystem:DeleteFileSystem'],
    tag: tagEfs,
  },
  'efs/mount-target': {
    arns: [efs('file-system/*')],
    ours: 'tag',
    read: [
      'elasticfilesystem:DescribeMountTargets',
      'elasticfilesystem:DescribeMountTargetSecurityGroups',
      'ec2:DescribeSubnets',
      'ec2:DescribeNetworkInterfaces',
    ],
    create: [],
    update: ['elasticfilesystem:CreateMountTarget', 'elasticfilesystem:ModifyMountTargetSecurityGroups'],
    delete: ['elasticfilesystem:DeleteMountTarget'],
    tag: [],
    // EFS makes its network interface in the caller's name.
    also: {
      'ec2:CreateNetworkInterface': [interfaces, 'ec2/subnet', 'ec2/security-group'],
      'ec2:ModifyNetworkInterfaceAttribute': [interfaces, 'ec2/subnet', 'ec2/security-group'],
    },
    alsoToDelete: { 'ec2:DeleteNetworkInterface': [interfaces] },
    serviceRole: 'elasticfilesystem.amazonaws.com',
  },
  'elasticache/existing-parameter-group': {
    ...nothing,
    arns: [cache('parametergroup:{name}')],
    read: ['elasticache:DescribeCacheParameterGroups'],
  },
  'elasticache/parameter-group': {
    arns: [cache('parametergroup:{name}')],
    ours: 'tag',
    read: [
      'elasticache:DescribeCacheParameterGroups',
      'elasticache:DescribeCacheParameters',
      'elasticache:ListTagsForResource',
    ],
    blockers: ['elasticache:DescribeCacheClusters'],
    create: ['elasticache:CreateCacheParameterGroup'],
    update: ['elasticache:ModifyCacheParameterGroup', 'elasticache:ResetCacheParameterGroup'],
    delete: ['elasticache:DeleteCacheParameterGroup'],
    tag: tagCache,
  },
  'elasticache/replication-group': {
    arns: [cache('replicationgroup:{name}'), cache('cluster:{name}-*'), cache('snapshot:*')],
    ours: 'tag',
    read: [
      'elasticache:DescribeReplicationGroups',
      'elasticache:DescribeCacheClusters',
      'elasticache:ListTagsForResource',
      'tag:GetResources',
    ],
    create: ['elasticache:CreateReplicationGroup'],
    createOn: [cache('replicationgroup:{name}'), cache('cluster:{name}-*')],
    update: [
      'elasticache:ModifyReplicationGroup',
      'elasticache:IncreaseReplicaCount',
      'elasticache:DecreaseReplicaCount',
    ],
    delete: ['elasticache:DeleteReplicationGroup'],
    tag: tagCache,
    // Each call is authorised at what it names as well: AWS's own parameter group, the groups of the subnets.
    also: {
      'elasticache:CreateReplicationGroup': [
        defaultParameters,
        'elasticache/parameter-group',
        'elasticache/subnet-group',
      ],
      'elasticache:ModifyReplicationGroup': [defaultParameters, 'elasticache/parameter-group'],
    },
    alsoToDelete: {
      'elasticache:CreateSnapshot': [cache(`snapshot:${finalSnapshots}`), cache('replicationgroup:{name}')],
      'elasticache:DeleteReplicationGroup': [cache(`snapshot:${finalSnapshots}`)],
    },
    serviceRole: 'elasticache.amazonaws.com',
  },
  'elasticache/subnet-group': {
    arns: [cache('subnetgroup:{name}')],
    ours: 'tag',
    read: ['elasticache:DescribeCacheSubnetGroups', 'elasticache:ListTagsForResource', 'ec2:DescribeSubnets'],
    blockers: ['elasticache:DescribeCacheClusters'],
    create: ['elasticache:CreateCacheSubnetGroup'],
    update: ['elasticache:ModifyCacheSubnetGroup'],
    delete: ['elasticache:DeleteCacheSubnetGroup'],
    tag: tagCache,
  },
  'opensearch/domain': {
    arns: [here('es', 'domain/{name}')],
    ours: 'tag',
    read: [
      'es:DescribeDomains',
      'es:ListTags',
      'ec2:DescribeVpcs',
      'ec2:DescribeSubnets',
      'ec2:DescribeSecurityGroups',
    ],
    create: ['es:CreateDomain'],
    update: ['es:UpdateDomainConfig'],
    delete: ['es:DeleteDomain'],
    tag: ['es:AddTags', 'es:RemoveTags'],
    serviceRole: 'opensearchservice.amazonaws.com',
  },
  'rds/existing-snapshot': { ...nothing, read: ['rds:DescribeDBSnapshots'] },
  'rds/instance': {
    arns: [rds('db:{name}')],
    ours: 'tag',
    read: ['rds:DescribeDBInstances'],
    create: ['rds:CreateDBInstance', 'rds:RestoreDBInstanceFromDBSnapshot'],
    update: ['rds:ModifyDBInstance'],
    delete: ['rds:ModifyDBInstance', 'rds:DeleteDBInstance'],
    tag: tagRds,
    also: {
      ...managed,
      'rds:CreateDBInstance': ['rds/subnet-group', 'rds/parameter-group', ...defaultGroups],
      'rds:RestoreDBInstanceFromDBSnapshot': [
        'rds/subnet-group',
        'rds/parameter-group',
        ...defaultGroups,
        rds('snapshot:*'),
      ],
      'rds:ModifyDBInstance': ['rds/subnet-group', 'rds/parameter-group', ...defaultGroups],
    },
    alsoToDelete: {
      // The final snapshot, and the tags that it takes over.
      'rds:CreateDBSnapshot': [rds('db:{name}'), rds(`snapshot:${finalSnapshots}`)],
      'rds:AddTagsToResource': [rds(`snapshot:${finalSnapshots}`)],
    },
    serviceRole: 'rds.amazonaws.com',
  },
  'rds/parameter-group': {
    arns: [rds('pg:{name}')],
    ours: 'tag',
    read: ['rds:DescribeDBParameterGroups', 'rds:DescribeDBParameters', 'rds:ListTagsForResource'],
    blockers: ['rds:DescribeDBInstances'],
    create: ['rds:CreateDBParameterGroup'],
    update: ['rds:ModifyDBParameterGroup', 'rds:ResetDBParameterGroup'],
    delete: ['rds:DeleteDBParameterGroup'],
    tag: tagRds,
  },
  'rds/proxy': {
    // AWS chooses the id that stands in its ARN.
    arns: [rds('db-proxy:*')],
    ours: 'tag',
    read: ['rds:DescribeDBProxies', 'rds:ListTagsForResource', 'ec2:DescribeSubnets', 'ec2:DescribeVpcs'],
    create: ['rds:CreateDBProxy'],
    createOn: ['*'],
    update: ['rds:ModifyDBProxy'],
    delete: ['rds:DeleteDBProxy'],
    tag: tagRds,
    serviceRole: 'rds.amazonaws.com',
  },
  'rds/proxy-target': {
    arns: [rds('db-proxy:*')],
    ours: 'tag',
    read: ['rds:DescribeDBProxyTargets'],
    create: [],
    update: ['rds:RegisterDBProxyTargets'],
    delete: ['rds:DeregisterDBProxyTargets'],
    tag: [],
    // Authorised at the group that targets are in, which AWS makes with the proxy, and at the database.
    also: { 'rds:RegisterDBProxyTargets': [rds('target-group:*'), 'rds/instance', 'rds/read-replica'] },
    alsoToDelete: {
      'rds:DeregisterDBProxyTargets': [rds('target-group:*'), 'rds/instance', 'rds/read-replica'],
    },
  },
  'rds/read-replica': {
    arns: [rds('db:{name}')],
    ours: 'tag',
    read: ['rds:DescribeDBInstances'],
    create: ['rds:CreateDBInstanceReadReplica'],
    update: ['rds:ModifyDBInstance'],
    delete: ['rds:ModifyDBInstance', 'rds:DeleteDBInstance'],
    tag: tagRds,
    also: {
      'rds:CreateDBInstanceReadReplica': [
        'rds/instance',
        'rds/subnet-group',
        'rds/parameter-group',
        ...defaultGroups,
      ],
      'rds:ModifyDBInstance': ['rds/parameter-group', ...defaultGroups],
    },
  },
  'rds/subnet-group': {
    arns: [rds('subgrp:{name}')],
    ours: 'tag',
    read: ['rds:DescribeDBSubnetGroups', 'rds:ListTagsForResource'],
    blockers: ['rds:DescribeDBInstances'],
    create: ['rds:CreateDBSubnetGroup'],
    update: ['rds:ModifyDBSubnetGroup'],
    delete: ['rds:DeleteDBSubnetGroup'],
    tag: tagRds,
  },
} as const satisfies Readonly<Record<string, KindActions>>
