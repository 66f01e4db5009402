import type { Tag } from '@aws-sdk/client-efs'
import { fromTagList, tagList } from '../../aws/tags.ts'
import type { SandboxService } from '../service.ts'
import { tagged } from '../tagged.ts'
import type { World } from '../world.ts'
import { efsArn, rowOf } from './rows.ts'

/** The tags of a new resource. */
export function tagNew(world: World, id: string, tags: Tag[] | undefined): void {
  tagged(world).set(efsArn(world, id), fromTagList(tags))
}

export function tagListOf(world: World, id: string): { Key: string; Value: string }[] {
  return tagList(tagged(world).get(efsArn(world, id))?.tags ?? {})
}

export const tagOperations = {
  tagResource: ({ ResourceId, Tags }, world) => {
    const id = existing(world, ResourceId)
    tagged(world).set(efsArn(world, id), { ...fromTagList(tagListOf(world, id)), ...fromTagList(Tags) })
    return {}
  },

  untagResource: ({ ResourceId, TagKeys = [] }, world) => {
    const id = existing(world, ResourceId)
    const left = tagListOf(world, id).filter(({ Key }) => !TagKeys.includes(Key))
    tagged(world).set(efsArn(world, id), fromTagList(left))
    return {}
  },
} satisfies Partial<SandboxService<'efs'>>

function existing(world: World, id: string | undefined): string {
  return rowOf(world, id?.startsWith('fsap-') ? 'accessPoint' : 'fileSystem', id).id
}
