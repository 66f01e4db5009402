import type { Tag } from '@aws-sdk/client-elastic-load-balancing-v2'
import { fromTagList, tagList } from '../../aws/tags.ts'
import type { Tags } from '../../resources/kind.ts'
import type { SandboxService } from '../service.ts'
import { tagged } from '../tagged.ts'
import type { World } from '../world.ts'
import { validationError } from './fault.ts'
import { rowOf } from './rows.ts'

/** The tags of a new resource. */
export function tagNew(world: World, arn: string, tags: Tag[] | undefined): void {
  tagged(world).set(arn, fromTagList(tags))
}

export const tagOperations = {
  addTags: ({ ResourceArns = [], Tags }, world) => {
    for (const arn of ResourceArns)
      tagged(world).set(arn, { ...tagsOf(world, existing(world, arn)), ...fromTagList(Tags) })
    return {}
  },

  removeTags: ({ ResourceArns = [], TagKeys = [] }, world) => {
    for (const arn of ResourceArns) {
      const left = Object.entries(tagsOf(world, existing(world, arn))).filter(
        ([key]) => !TagKeys.includes(key),
      )
      tagged(world).set(arn, Object.fromEntries(left))
    }
    return {}
  },

  describeTags: ({ ResourceArns = [] }, world) => {
    if (ResourceArns.length > 20) throw validationError('At most 20 resources can be described in one call')
    return {
      TagDescriptions: ResourceArns.map(arn => ({
        ResourceArn: arn,
        Tags: tagList(tagsOf(world, existing(world, arn))),
      })),
    }
  },
} satisfies Partial<SandboxService<'elbv2'>>

const nounOfArn = {
  loadbalancer: 'loadBalancer',
  targetgroup: 'targetGroup',
  listener: 'listener',
  'listener-rule': 'rule',
} as const

function existing(world: World, arn: string): string {
  const type = arn.split(':')[5]?.split('/')[0] ?? ''
  if (!(type in nounOfArn)) throw validationError(`'${arn}' is not a valid resource ARN`)
  return rowOf(world, nounOfArn[type as keyof typeof nounOfArn], arn).arn
}

function tagsOf(world: World, arn: string): Tags {
  return tagged(world).get(arn)?.tags ?? {}
}
