import type { Aws } from '../../aws/aws.ts'
import { fromTagList, tagList } from '../../aws/tags.ts'
import type { ReadRequest, Tags } from '../../resources/kind.ts'
import { describeEach } from './describe.ts'

/**
 * The tags of each row whose request has no recorded attributes or asks for them, by ARN. ELBv2 shows tags only in a
 * call of their own, so those of other recorded resources are left unread.
 */
export async function tagsWanted<P, A>(
  requests: readonly ReadRequest<P, A>[],
  arns: readonly (string | undefined)[],
  aws: Aws,
): Promise<Map<string, Tags>> {
  const asked = arns.flatMap((arn, index) => {
    const { attributes, tagsToo } = requests[index]!
    return arn && (!attributes || tagsToo) ? [arn] : []
  })
  return tagsOf(asked, aws)
}

/** By ARN. */
export async function tagsOf(arns: readonly string[], aws: Aws): Promise<Map<string, Tags>> {
  const descriptions = await describeEach(arns, ResourceArns =>
    aws.elbv2.describeTags({ ResourceArns }).then(({ TagDescriptions }) => TagDescriptions),
  )
  return new Map(descriptions.map(({ ResourceArn, Tags }) => [ResourceArn ?? '', fromTagList(Tags)]))
}

export async function retag(
  arn: string,
  { set, remove }: { readonly set: Tags; readonly remove: readonly string[] },
  aws: Aws,
): Promise<void> {
  const ResourceArns = [arn]
  if (Object.keys(set).length > 0) await aws.elbv2.addTags({ ResourceArns, Tags: tagList(set) })
  if (remove.length > 0) await aws.elbv2.removeTags({ ResourceArns, TagKeys: [...remove] })
}
