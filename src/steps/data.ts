import { defaultGroupOf, familyOf } from '../kinds/families.ts'
import type { CacheConfig, StackConfig } from '../config/schema/stack.ts'
import type { After } from '../resources/resource.ts'
import type { Bucket } from './buckets.ts'
import { buckets } from './buckets.ts'
import type { Database } from './databases.ts'
import { databases, texts } from './databases.ts'
import type { Declare, Handle } from './declare.ts'
import { ready } from './declare.ts'
import type { Facts } from './facts.ts'
import type { Names } from './names.ts'
import { cacheName } from './names.ts'
import type { Network } from './network.ts'
import type { Parameter, Secret } from './secrets.ts'
import { parameters, secrets } from './secrets.ts'
import type { SecurityGroups } from './security-groups.ts'

export interface Cache {
  readonly config: CacheConfig
  readonly group: Handle<'elasticache/replication-group'>
}

export interface FileSystem {
  readonly fileSystem: Handle<'efs/file-system'>
  readonly accessPoint: Handle<'efs/access-point'>
  /** Where services mount it unless they say otherwise. */
  readonly path: string
  /** What has to stand before a task can mount it. */
  readonly mountable: readonly After[]
}

export interface Data {
  readonly databases: ReadonlyMap<string, Database>
  readonly caches: ReadonlyMap<string, Cache>
  readonly fileSystems: ReadonlyMap<string, FileSystem>
  readonly buckets: ReadonlyMap<string, Bucket>
  readonly secrets: ReadonlyMap<string, Secret>
  readonly parameters: ReadonlyMap<string, Parameter>
}

export function data(
  declare: Declare,
  config: StackConfig,
  network: Network,
  groups: SecurityGroups,
  facts: Facts,
  names: Names,
): Data {
  return {
    databases: databases(declare, config, network, groups, facts, names),
    caches: caches(declare, config, network, groups, names),
    fileSystems: fileSystems(declare, config, network, groups, names),
    buckets: buckets(declare, config, facts),
    secrets: secrets(declare, config),
    parameters: parameters(declare, config),
  }
}

function caches(
  declare: Declare,
  config: StackConfig,
  { dataSubnets }: Network,
  groups: SecurityGroups,
  names: Names,
): Map<string, Cache> {
  const declared = Object.entries(config.caches)
  if (declared.length === 0) return new Map()
  // ElastiCache makes this role by itself at its first cluster, but may fail that very cluster while doing so.
  const serviceRole = declare('data/elasticache.role', 'iam/service-linked-role', {
    serviceName: 'elasticache.amazonaws.com',
  })
  return new Map(
    declared.map(([name, cache]) => {
      const origin = `caches.${name}`
      const groupName = names.ofStack(name, 'subnetGroup')
      const subnetGroup = declare(
        `data/${name}.subnets`,
        'elasticache/subnet-group',
        {
          name: groupName,
          description: `Subnets of ${name}`,
          subnetIds: dataSubnets.map(({ out }) => out.subnetId),
        },
        { name: groupName, origin },
      )
      const replicationGroupId = cacheName(config, name)
      const parameterGroup = cacheParameters(declare, name, cache, names)
      const group = declare(
        `data/${name}`,
        'elasticache/replication-group',
        {
          replicationGroupId,
          description: `${name} of ${config.stack} in ${config.environment}`,
          engine: cache.engine,
          engineVersion: cache.version,
          nodeType: cache.nodeType,
          numCacheClusters: cache.nodes,
          port: cache.port,
          subnetGroupName: subnetGroup.out.name,
          securityGroupIds: [groups.data.get(name)!.out.groupId],
          atRestEncryption: cache.atRestEncryption,
          transitEncryption: cache.transitEncryption,
          automaticFailover: cache.automaticFailover,
          multiAz: cache.multiAz,
          snapshotRetentionDays: cache.snapshotRetentionDays,
          snapshotWindow: cache.snapshotWindow,
          maintenanceWindow: cache.maintenanceWindow,
          parameterGroupName:
            parameterGroup?.out.name ?? cache.parameterGroup ?? defaultGroupOf(cache.engine, cache.version),
        },
        { name: replicationGroupId, after: [ready(serviceRole)], origin },
      )
      return [name, { config: cache, group }]
    }),
  )
}

function cacheParameters(declare: Declare, name: string, cache: CacheConfig, names: Names) {
  const { engine, version, parameters } = cache
  if (Object.keys(parameters).length === 0) return undefined
  const family = familyOf(engine, version ?? '')
  const groupName = names.ofStack(`${name}-${family.replaceAll('.', '-')}`, 'subnetGroup')
  return declare(
    `data/${name}.parameters`,
    'elasticache/parameter-group',
    { name: groupName, family, description: `Parameters of ${name}`, parameters: texts(parameters) },
    { name: groupName, origin: `caches.${name}.parameters` },
  )
}

function fileSystems(
  declare: Declare,
  config: StackConfig,
  { dataSubnets }: Network,
  groups: SecurityGroups,
  names: Names,
): Map<string, FileSystem> {
  return new Map(
    Object.entries(config.fileSystems).map(([name, { path, uid, gid, permissions }]) => {
      const origin = `fileSystems.${name}`
      const fileSystem = declare(
        `data/${name}`,
        'efs/file-system',
        { encrypted: true },
        { name: names.ofStack(name, 'role'), origin },
      )
      const { fileSystemId } = fileSystem.out
      // EFS takes neither before the file system is available.
      const after = [ready(fileSystem)]
      const mountTargets = dataSubnets.map(subnet =>
        declare(
          `data/${name}.mount-${subnet.address.split('-subnet-').at(-1)}`,
          'efs/mount-target',
          {
            fileSystemId,
            subnetId: subnet.out.subnetId,
            securityGroupIds: [groups.data.get(name)!.out.groupId],
          },
          { after, origin },
        ),
      )
      const accessPoint = declare(
        `data/${name}.access-point`,
        'efs/access-point',
        { fileSystemId, path, uid, gid, permissions },
        { name: names.ofStack(name, 'role'), after, origin },
      )
      return [name, { fileSystem, accessPoint, path, mountable: [...mountTargets, accessPoint].map(ready) }]
    }),
  )
}
