import type { TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Aws } from '../aws/aws.ts'
import type { ReleaseSettings } from '../state/release.ts'
import type { Live } from './live.ts'
import { restoreScaling, scalingOf } from './scaling-settings.ts'

/** What of the service, besides its task definition, a rollback brings back. */
export async function settingsOf({ target, service, ends }: Live, aws: Aws): Promise<ReleaseSettings> {
  const group = ends?.targetGroups[0] ?? service.loadBalancers?.[0]?.targetGroupArn
  const [found, scaling] = await Promise.all([
    group && aws.elbv2.describeTargetGroups({ TargetGroupArns: [group] }),
    scalingOf(target, aws),
  ])
  const [targetGroup] = (found && found.TargetGroups) || []
  return {
    healthCheckGracePeriod: service.healthCheckGracePeriodSeconds ?? 0,
    ...(targetGroup && { healthCheck: healthCheckOf(targetGroup) }),
    ...(scaling && { scaling }),
  }
}

/** Gives the service what it had besides its task definition. The grace period goes with the deployment. */
export async function restoreSettings(live: Live, settings: ReleaseSettings, aws: Aws): Promise<void> {
  await restoreHealthCheck(live, settings, aws)
  if (settings.scaling) await restoreScaling(live.target, settings.scaling, aws)
}

async function restoreHealthCheck(
  { service, ends }: Live,
  { healthCheck }: ReleaseSettings,
  aws: Aws,
): Promise<void> {
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
