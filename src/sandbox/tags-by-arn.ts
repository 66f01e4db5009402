import { tagged } from './tagged.ts'
import type { World } from './world.ts'

interface AwsTag {
  readonly Key?: string | undefined
  readonly Value?: string | undefined
}

/** The tags of a resource, as services list them that know tags by ARN (RDS, ElastiCache). */
export function tagsByArn(world: World, arn: string): { Key: string; Value: string }[] {
  return Object.entries(tagged(world).get(arn)?.tags ?? {}).map(([Key, Value]) => ({ Key, Value }))
}

export function addTags(world: World, arn: string, tags: readonly AwsTag[] = []): void {
  const added = Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]))
  tagged(world).set(arn, { ...tagged(world).get(arn)?.tags, ...added })
}

export function removeTags(world: World, arn: string, keys: readonly string[] = []): void {
  const left = Object.entries(tagged(world).get(arn)?.tags ?? {}).filter(([key]) => !keys.includes(key))
  tagged(world).set(arn, Object.fromEntries(left))
}
