import { attachInterface, interfacesIn, releaseInterface } from '../ec2/interface.ts'
import { securityGroups } from '../ec2/security-group.ts'
import { awsFault } from '../fault.ts'
import { pageOf } from '../marker.ts'
import type { SandboxService } from '../service.ts'
import { addTags } from '../tags-by-arn.ts'
import type { World } from '../world.ts'
import { assertParameterGroup } from './parameter-group.ts'
import type { ReplicationGroupRow, ReplicationGroupSettings } from './replication-group-row.ts'
import {
  addGroup,
  groupsIn,
  markDeleted,
  shownGroup,
  shownMembers,
  statusOf,
} from './replication-group-row.ts'
import { takeSnapshot } from './snapshot.ts'
import { cacheSubnetGroupOf } from './subnet-group.ts'
import { firstTransitEncryption, transitEncryptionAfter } from './transit-encryption.ts'

export const replicationGroupOperations = {
  createReplicationGroup: (input, world) => {
    const id = input.ReplicationGroupId!.toLowerCase()
    if (!/^[a-z](-?[a-z0-9])*$/.test(id) || id.length > 40)
      throw invalidValue('The parameter ReplicationGroupId is not a valid identifier.')
    if (groupsIn(world).some(row => row.id === id))
      throw awsFault('ReplicationGroupAlreadyExistsFault', `Replication group ${id} already exists.`, {
        code: 'ReplicationGroupAlreadyExists',
      })
    const { NumCacheClusters = 1, Engine = 'redis', Port = 6379 } = input
    const valkey = Engine === 'valkey'
    const settings: ReplicationGroupSettings = {
      description: input.ReplicationGroupDescription ?? '',
      engine: Engine,
      engineVersion: fullVersion(input.EngineVersion ?? (valkey ? '8.0' : '7.1')),
      nodeType: input.CacheNodeType ?? '',
      port: Port,
      atRestEncryption: input.AtRestEncryptionEnabled ?? valkey,
      transitEncryption: firstTransitEncryption(Engine, input),
      automaticFailover: input.AutomaticFailoverEnabled ?? false,
      multiAz: input.MultiAZEnabled ?? false,
      snapshotRetention: input.SnapshotRetentionLimit ?? 0,
      snapshotWindow: input.SnapshotWindow ?? '04:00-05:00',
      maintenanceWindow: (input.PreferredMaintenanceWindow ?? 'sun:05:30-sun:06:30').toLowerCase(),
      autoMinorVersionUpgrade: input.AutoMinorVersionUpgrade ?? true,
      parameterGroupName: input.CacheParameterGroupName ?? (valkey ? 'default.valkey8' : 'default.redis7'),
    }
    assertParameterGroup(world, settings.parameterGroupName)
    checkFailover(settings, NumCacheClusters)
    const group = cacheSubnetGroupOf(world, input.CacheSubnetGroupName)
    const row: ReplicationGroupRow = {
      id,
      arn: world.arn('elasticache', `replicationgroup:${id}`),
      subnetGroupName: group.name,
      vpcId: group.vpcId,
      created: world.now(),
      availableAt: world.after('replication-group create'),
      settings,
      groupIds: groupsOf(world, group.vpcId, input.SecurityGroupIds),
      members: [],
    }
    resize(world, row, NumCacheClusters)
    addGroup(world, row)
    addTags(world, row.arn, input.Tags)
    return { ReplicationGroup: shownGroup(row, world) }
  },

  describeReplicationGroups: ({ ReplicationGroupId, Marker, MaxRecords }, world) => {
    const rows = ReplicationGroupId ? [groupOf(world, ReplicationGroupId)] : visible(world)
    const page = pageOf(rows, { Marker, MaxRecords })
    return { ReplicationGroups: page.rows.map(row => shownGroup(row, world)), Marker: page.Marker }
  },

  describeCacheClusters: ({ CacheClusterId, Marker, MaxRecords }, world) => {
    const members = visible(world).flatMap(row => shownMembers(row, world))
    const rows = CacheClusterId ? members.filter(one => one.CacheClusterId === CacheClusterId) : members
    if (CacheClusterId && rows.length === 0)
      throw awsFault('CacheClusterNotFoundFault', `CacheCluster ${CacheClusterId} not found.`, {
        status: 404,
        code: 'CacheClusterNotFound',
      })
    const page = pageOf(rows, { Marker, MaxRecords })
    return { CacheClusters: page.rows, Marker: page.Marker }
  },

  modifyReplicationGroup: (input, world) => {
    const row = availableGroup(world, input.ReplicationGroupId)
    const { settings } = row
    const snapshots = input.SnapshotRetentionLimit ?? 0
    if (snapshots > 0 && settings.snapshotRetention === 0 && !input.SnapshottingClusterId)
      throw awsFault(
        'InvalidParameterCombinationException',
        'SnapshottingClusterId must be provided to enable snapshots.',
        { code: 'InvalidParameterCombination' },
      )
    const next: ReplicationGroupSettings = {
      ...settings,
      description: input.ReplicationGroupDescription ?? settings.description,
      engine: input.Engine ?? settings.engine,
      engineVersion: input.EngineVersion ? fullVersion(input.EngineVersion) : settings.engineVersion,
      nodeType: input.CacheNodeType ?? settings.nodeType,
      transitEncryption: transitEncryptionAfter(settings, input),
      automaticFailover: input.AutomaticFailoverEnabled ?? settings.automaticFailover,
      multiAz: input.MultiAZEnabled ?? settings.multiAz,
      snapshotRetention: input.SnapshotRetentionLimit ?? settings.snapshotRetention,
      snapshotWindow: input.SnapshotWindow ?? settings.snapshotWindow,
      maintenanceWindow: input.PreferredMaintenanceWindow?.toLowerCase() ?? settings.maintenanceWindow,
      autoMinorVersionUpgrade: input.AutoMinorVersionUpgrade ?? settings.autoMinorVersionUpgrade,
      parameterGroupName: input.CacheParameterGroupName ?? settings.parameterGroupName,
    }
    assertParameterGroup(world, next.parameterGroupName)
    checkFailover(next, row.members.length)
    if (input.SecurityGroupIds) {
      row.groupIds = groupsOf(world, row.vpcId, input.SecurityGroupIds)
      const ids = row.members.map(({ interfaceId }) => interfaceId)
      for (const { id, groupIds } of interfacesIn(world))
        if (ids.includes(id)) groupIds.splice(0, Infinity, ...row.groupIds)
    }
    row.settings = next
    return modifying(world, row)
  },

  increaseReplicaCount: ({ ReplicationGroupId, NewReplicaCount = 0 }, world) => {
    const row = availableGroup(world, ReplicationGroupId)
    if (NewReplicaCount < row.members.length) throw invalidValue('The new replica count must be higher.')
    resize(world, row, NewReplicaCount + 1)
    return modifying(world, row)
  },

  decreaseReplicaCount: ({ ReplicationGroupId, NewReplicaCount = 0 }, world) => {
    const row = availableGroup(world, ReplicationGroupId)
    if (NewReplicaCount + 1 >= row.members.length) throw invalidValue('The new replica count must be lower.')
    checkFailover(row.settings, NewReplicaCount + 1)
    resize(world, row, NewReplicaCount + 1)
    return modifying(world, row)
  },

  deleteReplicationGroup: ({ ReplicationGroupId, FinalSnapshotIdentifier }, world) => {
    const row = groupOf(world, ReplicationGroupId)
    const status = statusOf(row, world)
    if (status !== 'available')
      throw invalidState(`Replication group ${row.id} has status ${status} which is not valid for deletion.`)
    if (FinalSnapshotIdentifier) takeSnapshot(world, FinalSnapshotIdentifier, row)
    markDeleted(
      world,
      row,
      world.seconds('replication-group delete') +
        (FinalSnapshotIdentifier ? world.seconds('replication-group final-snapshot') : 0),
    )
    return { ReplicationGroup: shownGroup(row, world) }
  },
} satisfies Partial<SandboxService<'elasticache'>>

function visible(world: World): ReplicationGroupRow[] {
  return groupsIn(world).filter(({ created }) => world.visible(created))
}

function groupOf(world: World, id = ''): ReplicationGroupRow {
  const row = groupsIn(world).find(one => one.id === id.toLowerCase())
  if (!row || !world.visible(row.created))
    throw awsFault('ReplicationGroupNotFoundFault', `ReplicationGroup ${id} not found.`, { status: 404 })
  return row
}

export function availableGroup(world: World, id: string | undefined): ReplicationGroupRow {
  const row = groupOf(world, id)
  if (statusOf(row, world) !== 'available')
    throw invalidState(`Replication group ${row.id} is not in available state.`)
  return row
}

function modifying(world: World, row: ReplicationGroupRow) {
  row.modifyingUntil = world.after('replication-group modify')
  return { ReplicationGroup: shownGroup(row, world) }
}

/** Members are named after their group and numbered, and spread over its subnets. */
function resize(world: World, row: ReplicationGroupRow, count: number): void {
  const { subnetIds } = cacheSubnetGroupOf(world, row.subnetGroupName)
  for (const { interfaceId } of row.members.slice(count)) releaseInterface(world, interfaceId)
  const added = Array.from({ length: Math.max(0, count - row.members.length) }, (_, more) => {
    const index = row.members.length + more
    const id = `${row.id}-${String(index + 1).padStart(3, '0')}`
    const subnetId = subnetIds[index % subnetIds.length]!
    const description = `ElastiCache ${id}`
    return { id, interfaceId: attachInterface(world, { subnetId, groupIds: row.groupIds, description }) }
  })
  row.members = [...row.members.slice(0, count), ...added]
}

function checkFailover({ automaticFailover, multiAz }: ReplicationGroupSettings, clusters: number): void {
  if (automaticFailover && clusters < 2)
    throw invalidValue(
      'When using automatic failover, there must be at least 2 cache clusters in the replication group.',
    )
  if (multiAz && !automaticFailover)
    throw awsFault(
      'InvalidParameterCombinationException',
      'Cannot enable Multi-AZ on a replication group without automatic failover.',
      { code: 'InvalidParameterCombination' },
    )
}

function groupsOf(world: World, vpcId: string, ids: readonly string[] = []): string[] {
  const wrong = ids.find(id => securityGroups(world).get(id)?.vpcId !== vpcId)
  if (wrong) throw invalidValue(`Some security groups are invalid: ${wrong}`)
  return [...ids]
}

/** ElastiCache shows three parts: `7.1` is `7.1.0`. */
function fullVersion(asked: string): string {
  return asked.split('.').length < 3 ? `${asked}.0` : asked
}

function invalidValue(message: string): Error {
  return awsFault('InvalidParameterValueException', message, { code: 'InvalidParameterValue' })
}

function invalidState(message: string): Error {
  return awsFault('InvalidReplicationGroupStateFault', message, { code: 'InvalidReplicationGroupState' })
}
