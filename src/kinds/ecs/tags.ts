import type { Tag } from '@aws-sdk/client-ecs'
import type { Aws } from '../../aws/aws.ts'
import type { Tags } from '../../resources/kind.ts'

/** ECS spells the members of a tag in lower case. */
export function tagList(tags: Tags): Tag[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }))
}

export function fromTagList(list: readonly Tag[] | undefined): Tags {
  return Object.fromEntries((list ?? []).map(({ key = '', value = '' }) => [key, value]))
}

export async function retag(
  resourceArn: string,
  { set, remove }: { readonly set: Tags; readonly remove: readonly string[] },
  aws: Aws,
): Promise<void> {
  if (Object.keys(set).length > 0) await aws.ecs.tagResource({ resourceArn, tags: tagList(set) })
  if (remove.length > 0) await aws.ecs.untagResource({ resourceArn, tagKeys: [...remove] })
}
