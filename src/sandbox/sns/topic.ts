import { canonical } from '../../resources/json.ts'
import { awsFault } from '../fault.ts'
import type { SandboxService } from '../service.ts'
import { tagged } from '../tagged.ts'
import { addTags, removeTags, tagsByArn } from '../tags-by-arn.ts'
import type { World } from '../world.ts'
import { dropSubscriptionsOf } from './subscription.ts'

export interface TopicRow {
  readonly arn: string
  readonly attributes: Record<string, string>
}

const topics = (world: World) => world.table<TopicRow>('sns/topic')

export const topicOperations = {
  createTopic: ({ Name = '', Attributes = {}, Tags = [] }, world) => {
    if (!/^[\w-]{1,256}$/.test(Name))
      throw awsFault('InvalidParameterException', 'Invalid parameter: Topic Name')
    const arn = world.arn('sns', Name)
    const before = topics(world).get(arn)
    if (before) {
      // The name alone gives back the topic that has it; anything else must then agree.
      const others = Object.entries(Attributes).some(([key, value]) => before.attributes[key] !== value)
      if (others) throw differs('Attributes')
      if (Tags.length > 0 && canonical(byKey(Tags)) !== canonical(byKey(tagsByArn(world, arn))))
        throw differs('Tags')
      return { TopicArn: arn }
    }
    topics(world).set(arn, { arn, attributes: { ...Attributes } })
    addTags(world, arn, Tags)
    return { TopicArn: arn }
  },

  getTopicAttributes: ({ TopicArn }, world) => {
    const { arn, attributes } = topicOf(world, TopicArn)
    return { Attributes: { TopicArn: arn, Owner: world.account, DisplayName: '', ...attributes } }
  },

  setTopicAttributes: ({ TopicArn, AttributeName = '', AttributeValue = '' }, world) => {
    topicOf(world, TopicArn).attributes[AttributeName] = AttributeValue
    return {}
  },

  deleteTopic: ({ TopicArn = '' }, world) => {
    if (topics(world).delete(TopicArn)) {
      tagged(world).remove(TopicArn)
      dropSubscriptionsOf(world, TopicArn)
    }
    return {}
  },

  listTagsForResource: ({ ResourceArn }, world) => ({
    Tags: tagsByArn(world, taggable(world, ResourceArn).arn),
  }),

  tagResource: ({ ResourceArn, Tags }, world) => {
    addTags(world, taggable(world, ResourceArn).arn, Tags)
    return {}
  },

  untagResource: ({ ResourceArn, TagKeys }, world) => {
    removeTags(world, taggable(world, ResourceArn).arn, TagKeys)
    return {}
  },
} satisfies Partial<SandboxService<'sns'>>

/** The row, or AWS's error for a topic that does not exist. */
export function topicOf(world: World, arn = ''): TopicRow {
  const row = topics(world).get(arn)
  if (!row) throw awsFault('NotFoundException', 'Topic does not exist', { code: 'NotFound', status: 404 })
  return row
}

function taggable(world: World, arn = ''): TopicRow {
  const row = topics(world).get(arn)
  if (!row)
    throw awsFault('ResourceNotFoundException', 'Resource does not exist', {
      code: 'ResourceNotFound',
      status: 404,
    })
  return row
}

function differs(what: string): Error {
  return awsFault(
    'InvalidParameterException',
    `Invalid parameter: ${what} Reason: Topic already exists with different ${what.toLowerCase()}`,
    { code: 'InvalidParameter' },
  )
}

function byKey(tags: readonly { Key?: string | undefined; Value?: string | undefined }[]) {
  return Object.fromEntries(tags.map(({ Key = '', Value }) => [Key, Value]))
}
