import type { StackConfig } from '../config/schema/stack.ts'
import { topicNameOf } from './names.ts'

interface Place {
  readonly partition: string
  readonly region: string
  readonly account: string
}

/** ARNs of the topics that are told of releases. */
export function releaseTopics(config: StackConfig, { partition, region, account }: Place): string[] {
  return config.releases.notify.map(one =>
    one.startsWith('arn:') ? one : `arn:${partition}:sns:${region}:${account}:${topicNameOf(config, one)}`,
  )
}
