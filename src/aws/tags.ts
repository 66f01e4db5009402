import type { Address } from '../resources/address.ts'
import type { Tags } from '../resources/kind.ts'

/** The tags that say whose a resource is. */
export const stackTag = 'provision:stack'
export const environmentTag = 'provision:environment'
export const addressTag = 'provision:address'
export const lineageTag = 'provision:lineage'
/** On one resource of the stack: the serial of the ledger when something was last made or removed. */
export const serialTag = 'provision:serial'

/** On what was imported: it stood before the stack did, and stays when the stack goes. */
export const importedTag = 'provision:imported'

/** True of a tag that this tool sets. */
export function isOwnTag(key: string): boolean {
  return key.startsWith('provision:')
}

/**
 * True of a tag that AWS sets by itself. `AmazonECSManaged` is on what ECS scales:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/asg-capacity-providers.html
 */
export function isTagOfAws(key: string): boolean {
  return key.startsWith('aws:') || key === 'AmazonECSManaged'
}

interface AwsTag {
  readonly Key?: string | undefined
  readonly Value?: string | undefined
}

/** The spelling most of AWS uses. ECS (`key`/`value`), ECR and RDS variants are made where they are needed. */
export function tagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
}

export function fromTagList(list: readonly AwsTag[] | undefined): Tags {
  return Object.fromEntries((list ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']))
}

/** EC2's `TagSpecifications` for one resource type. */
export function tagSpecification<T extends string>(ResourceType: T, tags: Tags) {
  return [{ ResourceType, Tags: tagList(tags) }]
}

/** The tags that make a resource this stack's. */
export function identityTags(
  { stack, environment }: { readonly stack: string; readonly environment: string },
  lineage: string,
  address: Address,
): Tags {
  return { [stackTag]: stack, [environmentTag]: environment, [addressTag]: address, [lineageTag]: lineage }
}

/** True when `tags` say that the resource is the one at `address` in the same stack and environment as `wanted`. */
export function isTaggedAs(tags: Tags, wanted: Tags): boolean {
  return [stackTag, environmentTag, addressTag].every(key => tags[key] === wanted[key])
}
