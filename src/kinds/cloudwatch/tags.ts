import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import { fromTagList, tagList } from '../../aws/tags.ts'
import type { Tags } from '../../resources/kind.ts'

/** Undefined when the resource is gone. */
export async function tagsOf(aws: Aws, ResourceARN: string): Promise<Tags | undefined> {
  const answer = await orAbsent(aws.cloudwatch.listTagsForResource({ ResourceARN }))
  return answer && fromTagList(answer.Tags)
}

export async function retag(
  aws: Aws,
  ResourceARN: string,
  { set, remove }: { readonly set: Tags; readonly remove: readonly string[] },
): Promise<void> {
  if (Object.keys(set).length > 0) await aws.cloudwatch.tagResource({ ResourceARN, Tags: tagList(set) })
  if (remove.length > 0) await aws.cloudwatch.untagResource({ ResourceARN, TagKeys: [...remove] })
}
