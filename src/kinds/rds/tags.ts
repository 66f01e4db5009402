import { tagList } from '../../aws/tags.ts'
import type { KindContext, Tags } from '../../resources/kind.ts'

export async function retag(
  ResourceName: string,
  { set, remove }: { readonly set: Tags; readonly remove: readonly string[] },
  { aws }: KindContext,
): Promise<void> {
  if (Object.keys(set).length > 0) await aws.rds.addTagsToResource({ ResourceName, Tags: tagList(set) })
  if (remove.length > 0) await aws.rds.removeTagsFromResource({ ResourceName, TagKeys: [...remove] })
}
