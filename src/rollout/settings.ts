import type { TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Aws } from '../aws/aws.ts'
import type { ReleaseSettings } from '../state/release.ts'
import type { Live } from './live.ts'

/** What of the service, besides its task definition, a rollback brings back. */
export async function settingsOf({ service, ends }: Live, aws: Aws): Promise<ReleaseSettings> {
  const group = ends?.targetGroups[0] ?? service.loadBalancers?.[0]?.targetGroupArn
  const { TargetGroups = [] } = group
    ? await aws.elbv2.describeTargetGroups({ TargetGroupArns: [group] })
    : {}
  const [found] = TargetGroups
  return {
    healthCheckGracePeriod: service.healthCheckGracePeriodSeconds ?? 0,
    ...(found && { healthCheck: healthCheckOf(found) }),
  }
}

/** Gives the target groups the health check of that release. The grace period goes with the deployment. */
export async function restoreHealthCheck(
  { service, ends }: Live,
  settings: ReleaseSettings,
  aws: Aws,
): Promise<void> {
  const { healthCheck } = settings
  const groups =
    ends?.targetGroups ?? (service.loadBalancers ?? []).flatMap(({ targetGroupArn }) => targetGroupArn ?? [])
  if (!healthCheck) return
  for (const TargetGroupArn of groups)
    await aws.elbv2.modifyTargetGroup({
      TargetGroupArn,
      HealthCheckPath: healthCheck.path,
      HealthCheckIntervalSeconds: healthCheck.interval,
      HealthCheckTimeoutSeconds: healthCheck.timeout,
      HealthyThresholdCount: healthCheck.healthyThreshold,
      UnhealthyThresholdCount: healthCheck.unhealthyThreshold,
      Matcher: { HttpCode: healthCheck.matcher },
    })
}

function healthCheckOf(group: TargetGroup): NonNullable<ReleaseSettings['healthCheck']> {
  return {
    path: group.HealthCheckPath ?? '/',
    interval: group.HealthCheckIntervalSeconds ?? 30,
    timeout: group.HealthCheckTimeoutSeconds ?? 5,
    healthyThreshold: group.HealthyThresholdCount ?? 5,
    unhealthyThreshold: group.UnhealthyThresholdCount ?? 2,
    matcher: group.Matcher?.HttpCode ?? '200',
  }
}
