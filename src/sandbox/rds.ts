import { awsFault } from './fault.ts'
import { dbInstanceOperations } from './rds/instance.ts'
import { purge } from './rds/instance-row.ts'
import { dbParameterGroupOperations } from './rds/parameter-group.ts'
import { creationOperations } from './rds/creation.ts'
import { proxyOperations } from './rds/proxy.ts'
import { snapshotOperations } from './rds/snapshots.ts'
import { dbSubnetGroupOperations } from './rds/subnet-group.ts'
import type { SandboxService } from './service.ts'
import { tagged } from './tagged.ts'
import { addTags, removeTags, tagsByArn } from './tags-by-arn.ts'
import type { World } from './world.ts'

export const rds: SandboxService<'rds'> = {
  ...dbSubnetGroupOperations,
  ...dbParameterGroupOperations,
  ...creationOperations,
  ...snapshotOperations,
  ...proxyOperations,
  ...dbInstanceOperations,

  listTagsForResource: ({ ResourceName }, world) => ({
    TagList: tagsByArn(world, known(world, ResourceName)),
  }),

  addTagsToResource: ({ ResourceName, Tags }, world) => {
    addTags(world, known(world, ResourceName), Tags)
    return {}
  },

  removeTagsFromResource: ({ ResourceName, TagKeys }, world) => {
    removeTags(world, known(world, ResourceName), TagKeys)
    return {}
  },
}

function known(world: World, arn = ''): string {
  purge(world)
  if (tagged(world).get(arn)) return arn
  const [, , , , , type, name] = arn.split(':')
  throw type === 'subgrp'
    ? awsFault('DBSubnetGroupNotFoundFault', `DB subnet group '${name}' does not exist.`)
    : awsFault('DBInstanceNotFoundFault', `DBInstance ${name} not found.`, {
        status: 404,
        code: 'DBInstanceNotFound',
      })
}
