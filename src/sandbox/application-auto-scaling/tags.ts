import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import { tagged } from '../tagged.ts'
import { removeTags } from '../tags-by-arn.ts'
import type { World } from '../world.ts'

export const tagOperations = {
  listTagsForResource: ({ ResourceARN }, world) => ({ Tags: tagsOf(world, ResourceARN) }),

  tagResource: ({ ResourceARN = '', Tags = {} }, world) => {
    tagged(world).set(ResourceARN, { ...tagsOf(world, ResourceARN), ...Tags })
    return {}
  },

  untagResource: ({ ResourceARN = '', TagKeys }, world) => {
    tagsOf(world, ResourceARN)
    removeTags(world, ResourceARN, TagKeys)
    return {}
  },
} satisfies Partial<SandboxService<'applicationAutoScaling'>>

function tagsOf(world: World, arn = ''): Record<string, string> {
  const row = tagged(world).get(arn)
  if (!row) throw awsFault('ResourceNotFoundException', `The scalable target ${arn} does not exist`)
  return row.tags
}
