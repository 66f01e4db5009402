import { orAbsent } from '../../aws/errors.ts'
import { fromTagList, tagList } from '../../aws/tags.ts'
import type { Kind } from '../../resources/kind.ts'
import { subscriptionsOf } from './subscription.ts'

export interface TopicProps {
  readonly name: string
  /** Stands as the sender of mails and messages. */
  readonly displayName?: string | undefined
}

export interface TopicAttributes {
  readonly name: string
  readonly arn: string
}

export const topic: Kind<TopicProps, TopicAttributes> = {
  type: 'sns/topic',
  label: 'SNS topic',
  ownership: 'tags',
  replaceOn: ['name'],
  replacement: 'create-first',
  uniqueKeys: [{ props: ['name'], label: 'name' }],
  withdrawn: { displayName: { becomes: '' } },
  findBy: ['name'],
  seconds: { create: 1, delete: 1 },
  additions: [
    {
      what: 'subscriptions',
      rule: 'left alone',
      seen: 'by looking',
      look: async ({ arn: topicArn }, { aws }) =>
        (await subscriptionsOf(aws, topicArn)).map(({ Protocol: protocol, Endpoint: endpoint }) => ({
          line: `subscription of ${protocol} ${endpoint}`,
          is: { topicArn, protocol, endpoint },
        })),
    },
  ],

  read: (requests, { aws, partition, region, account }) =>
    Promise.all(
      requests.map(async ({ attributes, props, tagsToo }) => {
        const name = attributes?.name ?? props.name!
        const arn = `arn:${partition}:sns:${region}:${account}:${name}`
        const found = await orAbsent(aws.sns.getTopicAttributes({ TopicArn: arn }))
        if (!found) return undefined
        const tagging =
          attributes && !tagsToo
            ? undefined
            : await orAbsent(aws.sns.listTagsForResource({ ResourceArn: arn }))
        // Gone between the two reads.
        if (!attributes && !tagging) return undefined
        return {
          attributes: { name, arn },
          props: { name, displayName: found.Attributes?.['DisplayName'] ?? '' },
          tags: tagging && fromTagList(tagging.Tags),
        }
      }),
    ),

  create: async ({ props: { name, displayName }, tags }, { aws }) => {
    const { TopicArn } = await aws.sns.createTopic({
      Name: name,
      ...(displayName && { Attributes: { DisplayName: displayName } }),
      Tags: tagList(tags),
    })
    return { name, arn: TopicArn! }
  },

  update: async ({ attributes, props: { displayName = '' }, changed }, { aws }) => {
    if (changed.includes('displayName'))
      await aws.sns.setTopicAttributes({
        TopicArn: attributes.arn,
        AttributeName: 'DisplayName',
        AttributeValue: displayName,
      })
    return attributes
  },

  retag: async ({ arn }, { set, remove }, { aws }) => {
    if (Object.keys(set).length > 0) await aws.sns.tagResource({ ResourceArn: arn, Tags: tagList(set) })
    if (remove.length > 0) await aws.sns.untagResource({ ResourceArn: arn, TagKeys: [...remove] })
  },

  // Its subscriptions go with it.
  delete: async ({ attributes: { arn } }, { aws }) => {
    await orAbsent(aws.sns.deleteTopic({ TopicArn: arn }))
  },
}
