import type { Tag } from '@aws-sdk/client-ecs'
import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import { tagged } from '../tagged.ts'
import type { World } from '../world.ts'

export function tagNew(world: World, arn: string, tags: Tag[] = []): void {
  tagged(world).set(arn, record(tags))
}

export function tagListOf(world: World, arn: string): Tag[] {
  return Object.entries(tagsOf(world, arn) ?? {}).map(([key, value]) => ({ key, value }))
}

export const tagOperations = {
  tagResource: ({ resourceArn = '', tags = [] }, world) => {
    tagged(world).set(resourceArn, { ...living(world, resourceArn), ...record(tags) })
    return {}
  },

  untagResource: ({ resourceArn = '', tagKeys = [] }, world) => {
    const left = Object.entries(living(world, resourceArn)).filter(([key]) => !tagKeys.includes(key))
    tagged(world).set(resourceArn, Object.fromEntries(left))
    return {}
  },
} satisfies Partial<SandboxService<'ecs'>>

function tagsOf(world: World, arn: string): Record<string, string> | undefined {
  return tagged(world).get(arn)?.tags
}

function living(world: World, arn: string): Record<string, string> {
  const tags = tagsOf(world, arn)
  if (!tags)
    throw awsFault(
      'InvalidParameterException',
      'The specified resource is inactive. Specify an active resource and try again.',
    )
  return tags
}

function record(tags: Tag[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ key = '', value = '' }) => [key, value]))
}
