import { replicationGroupOperations } from './elasticache/replication-group.ts'
import { groupsIn, statusOf } from './elasticache/replication-group-row.ts'
import { cacheParameterGroupOperations } from './elasticache/parameter-group.ts'
import { cacheSnapshotOperations } from './elasticache/snapshots.ts'
import { cacheSubnetGroupOperations } from './elasticache/subnet-group.ts'
import { awsFault } from './fault.ts'
import type { SandboxService } from './service.ts'
import { tagged } from './tagged.ts'
import { addTags, removeTags, tagsByArn } from './tags-by-arn.ts'
import type { World } from './world.ts'

export const elasticache: SandboxService<'elasticache'> = {
  ...cacheSubnetGroupOperations,
  ...cacheParameterGroupOperations,
  ...replicationGroupOperations,
  ...cacheSnapshotOperations,

  listTagsForResource: ({ ResourceName }, world) => ({
    TagList: tagsByArn(world, settled(world, ResourceName)),
  }),

  addTagsToResource: ({ ResourceName, Tags }, world) => {
    const arn = settled(world, ResourceName)
    addTags(world, arn, Tags)
    return { TagList: tagsByArn(world, arn) }
  },

  removeTagsFromResource: ({ ResourceName, TagKeys }, world) => {
    const arn = settled(world, ResourceName)
    removeTags(world, arn, TagKeys)
    return { TagList: tagsByArn(world, arn) }
  },
}

/** The ARN, unless it is unknown or a replication group's that is not available: AWS then has no tags to show. */
function settled(world: World, arn = ''): string {
  const group = groupsIn(world).find(row => row.arn === arn)
  if (group && statusOf(group, world) !== 'available')
    throw awsFault(
      'InvalidReplicationGroupStateFault',
      `Replication group ${group.id} is not in available state.`,
      {
        code: 'InvalidReplicationGroupState',
      },
    )
  if (tagged(world).get(arn)) return arn
  const [, , , , , type, name] = arn.split(':')
  throw type === 'subnetgroup'
    ? awsFault('CacheSubnetGroupNotFoundFault', `Cache Subnet Group ${name} does not exist.`)
    : awsFault('ReplicationGroupNotFoundFault', `ReplicationGroup ${name} not found.`, { status: 404 })
}
