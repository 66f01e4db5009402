import type { StackConfig } from '../config/schema/stack.ts'
import type { Reference } from '../resources/reference.ts'
import { copied } from '../resources/reference.ts'
import type { Declare } from './declare.ts'
import { topicNameOf } from './names.ts'

/** ARNs of topics, by their names in the config. */
export type Topics = ReadonlyMap<string, Reference<string>>

const protocols = ['email', 'https', 'sms', 'sqs', 'lambda'] as const

/** The topics and who gets what they say. A mail address stays pending until somebody there has confirmed it. */
export function notifications(declare: Declare, config: StackConfig): Topics {
  return new Map(
    Object.entries(config.notifications).map(([name, notification]) => {
      const origin = `notifications.${name}`
      const topicName = topicNameOf(config, name)
      const { displayName } = notification
      const topic = declare(
        `notifications/${name}`,
        'sns/topic',
        { name: topicName, displayName },
        { name: topicName, origin },
      )
      for (const protocol of protocols)
        for (const endpoint of new Set(notification[protocol]))
          declare(
            `notifications/${name}.${protocol}-${spelled(endpoint)}`,
            'sns/subscription',
            { topicArn: topic.out.arn, protocol, endpoint },
            { origin: `${origin}.${protocol}` },
          )
      return [name, copied(topic.out.arn)]
    }),
  )
}

/** So that an address does not change with the order of the list. */
function spelled(endpoint: string): string {
  return endpoint.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '')
}
