export {
  CloudWatchClient as Client,
  PutMetricAlarmCommand,
  PutCompositeAlarmCommand,
  DescribeAlarmsCommand,
  DeleteAlarmsCommand,
  PutDashboardCommand,
  GetDashboardCommand,
  DeleteDashboardsCommand,
  GetMetricDataCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch'
