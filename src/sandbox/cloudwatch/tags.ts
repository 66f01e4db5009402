import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import { tagged } from '../tagged.ts'
import { addTags, removeTags, tagsByArn } from '../tags-by-arn.ts'
import type { World } from '../world.ts'

export const tagOperations = {
  listTagsForResource: ({ ResourceARN }, world) => ({ Tags: tagsByArn(world, known(world, ResourceARN)) }),

  tagResource: ({ ResourceARN, Tags }, world) => {
    addTags(world, known(world, ResourceARN), Tags)
    return {}
  },

  untagResource: ({ ResourceARN, TagKeys }, world) => {
    removeTags(world, known(world, ResourceARN), TagKeys)
    return {}
  },
} satisfies Partial<SandboxService<'cloudwatch'>>

/** Whatever lives here has a row of tags, be it an empty one. */
function known(world: World, arn = ''): string {
  if (!tagged(world).get(arn))
    throw awsFault('ResourceNotFoundException', `${arn} not found`, { status: 404 })
  return arn
}
