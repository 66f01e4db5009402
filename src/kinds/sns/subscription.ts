import type { Subscription } from '@aws-sdk/client-sns'
import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import type { Kind } from '../../resources/kind.ts'

export interface SubscriptionProps {
  readonly topicArn: string
  readonly protocol: 'email' | 'https' | 'sms' | 'sqs' | 'lambda'
  /** A mail address, URL or phone number, or the ARN of a queue or function. */
  readonly endpoint: string
}

export interface SubscriptionAttributes {
  readonly endpoint: string
  readonly topicArn: string
  readonly protocol: SubscriptionProps['protocol']
  /** Whoever gets the mail has to confirm it: that is for people to do, so nothing waits for it. */
  readonly status: 'confirmed' | 'pending confirmation'
}

export const subscription: Kind<SubscriptionProps, SubscriptionAttributes> = {
  type: 'sns/subscription',
  label: 'SNS subscription',
  ownership: 'parent',
  replaceOn: ['topicArn', 'protocol', 'endpoint'],
  replacement: 'create-first',
  findBy: ['topicArn', 'protocol', 'endpoint'],
  seconds: { create: 1, delete: 1 },

  read: async (requests, { aws }) => {
    const wanted = requests.map(({ attributes, props }) => attributes ?? (props as SubscriptionProps))
    const topics = [...new Set(wanted.map(({ topicArn }) => topicArn))]
    const lists = new Map(
      await Promise.all(topics.map(async arn => [arn, await subscriptionsOf(aws, arn)] as const)),
    )
    return wanted.map(one => {
      const found = lists.get(one.topicArn)?.find(candidate => isSame(candidate, one))
      if (!found) return undefined
      const { topicArn, protocol, endpoint } = one
      return {
        attributes: attributesOf(one, found.SubscriptionArn),
        props: { topicArn, protocol, endpoint },
        tags: undefined,
      }
    })
  },

  create: async ({ props }, { aws }) => {
    const { topicArn, protocol, endpoint } = props
    const { SubscriptionArn } = await aws.sns.subscribe({
      TopicArn: topicArn,
      Protocol: protocol,
      Endpoint: endpoint,
    })
    return attributesOf(props, SubscriptionArn)
  },

  // The ARN is looked up anew: at the time of the creation there may have been none.
  delete: async ({ attributes }, { aws }) => {
    const found = (await subscriptionsOf(aws, attributes.topicArn)).find(one => isSame(one, attributes))
    // AWS has no call to take back what is not confirmed; it goes with its topic, or after two days.
    if (!found?.SubscriptionArn?.startsWith('arn:')) return
    await orAbsent(aws.sns.unsubscribe({ SubscriptionArn: found.SubscriptionArn }))
  },
}

/** All of a topic; none where there is no such topic. */
export async function subscriptionsOf(aws: Aws, TopicArn: string): Promise<Subscription[]> {
  const found = await orAbsent(
    allPages(async NextToken => {
      const page = await aws.sns.listSubscriptionsByTopic({ TopicArn, ...(NextToken && { NextToken }) })
      return { rows: page.Subscriptions, next: page.NextToken }
    }),
  )
  // What has been unsubscribed is listed for a while.
  return (found ?? []).filter(({ SubscriptionArn }) => SubscriptionArn !== 'Deleted')
}

function isSame(
  { Protocol, Endpoint }: Subscription,
  { protocol, endpoint }: Pick<SubscriptionProps, 'protocol' | 'endpoint'>,
): boolean {
  return Protocol === protocol && Endpoint === endpoint
}

function attributesOf(
  { topicArn, protocol, endpoint }: SubscriptionProps,
  arn: string | undefined,
): SubscriptionAttributes {
  // Until then AWS gives words in place of an ARN.
  const confirmed = arn?.startsWith('arn:')
  return { endpoint, topicArn, protocol, status: confirmed ? 'confirmed' : 'pending confirmation' }
}
