/**
 * Enhanced monitoring of all databases of an account and region writes into one log group, which RDS makes:
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.CloudWatchLogs.html
 */
export function monitoringLeft({
  monitoringInterval = 0,
}: {
  readonly monitoringInterval?: number | undefined
}) {
  return monitoringInterval > 0
    ? [
        'its enhanced monitoring stays in the log group RDSOSMetrics, which all databases of the region share; if no other needs it: aws logs delete-log-group --log-group-name RDSOSMetrics',
      ]
    : []
}
