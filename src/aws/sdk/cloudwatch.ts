export {
  CloudWatchClient as Client,
  PutMetricAlarmCommand,
  PutCompositeAlarmCommand,
  DescribeAlarmsCommand,
  DeleteAlarmsCommand,
  PutDashboardCommand,
  GetDashboardCommand,
  DeleteDashboardsCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch'
