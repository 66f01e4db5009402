export {
  SNSClient as Client,
  CreateTopicCommand,
  GetTopicAttributesCommand,
  SetTopicAttributesCommand,
  DeleteTopicCommand,
  PublishCommand,
  SubscribeCommand,
  ListSubscriptionsByTopicCommand,
  UnsubscribeCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-sns'
