import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import type { Companion } from '../../resources/blocker.ts'

/**
 * Into it Container Insights writes for a cluster. ECS makes it, with no tags, and does not delete it with the cluster:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-reference-performance-logs-ECS.html
 */
function logGroupOf(clusterName: string): string {
  return `/aws/ecs/containerinsights/${clusterName}/performance`
}

/** What Container Insights has written for each of these clusters. It belongs to the cluster, and goes with it. */
export function insightsOf(clusterNames: readonly string[], aws: Aws): Promise<Companion[][]> {
  return Promise.all(
    clusterNames.map(async clusterName => {
      const id = logGroupOf(clusterName)
      const { logGroups = [] } = await aws.logs.describeLogGroups({ logGroupNamePrefix: id })
      return logGroups.some(({ logGroupName }) => logGroupName === id)
        ? [
            {
              id,
              what: `log group ${id} of Container Insights`,
              within: 5,
              remove: () => orAbsent(aws.logs.deleteLogGroup({ logGroupName: id })),
            },
          ]
        : []
    }),
  )
}

/** To be called when the cluster has gone: before that, ECS would make it again. Absent already is success. */
export async function removeInsights(clusterName: string, aws: Aws): Promise<void> {
  const [found = []] = await insightsOf([clusterName], aws)
  await Promise.all(found.map(({ remove }) => remove()))
}
