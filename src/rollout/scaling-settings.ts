import type { ScalingPolicy } from '@aws-sdk/client-application-auto-scaling'
import type { Aws } from '../aws/aws.ts'
import type { ReleaseSettings } from '../state/release.ts'
import type { Target } from './target.ts'

type Scaling = NonNullable<ReleaseSettings['scaling']>

/** What of an ECS service is scaled. */
export const desiredCount = {
  ServiceNamespace: 'ecs',
  ScalableDimension: 'ecs:service:DesiredCount',
} as const

/** How AWS scales the service now; undefined where the config leaves its task count alone. */
export async function scalingOf(target: Target, aws: Aws): Promise<Scaling | undefined> {
  const { scaling } = target.config
  if (!scaling) return undefined
  const [{ ScalableTargets: [found] = [] }, policies] = await Promise.all([
    aws.applicationAutoScaling.describeScalableTargets({
      ...desiredCount,
      ResourceIds: [resourceIdOf(target)],
    }),
    policiesOf(target, aws),
  ])
  const { MinCapacity: min, MaxCapacity: max } = found ?? {}
  // What schedules move is of the hour, not of the release. A service without an image is held at no tasks.
  const lasting = Object.keys(scaling.schedules).length === 0 && (min ?? 0) >= Math.min(scaling.min, 1)
  return {
    ...(lasting && min !== undefined && max !== undefined && { bounds: { min, max } }),
    policies: policies.flatMap(
      ({ PolicyName, TargetTrackingScalingPolicyConfiguration: tracking }) =>
        (PolicyName !== undefined &&
          tracking?.TargetValue !== undefined && {
            name: PolicyName,
            targetValue: tracking.TargetValue,
            scaleInCooldown: tracking.ScaleInCooldown ?? 300,
            scaleOutCooldown: tracking.ScaleOutCooldown ?? 300,
          }) ||
        [],
    ),
  }
}

/**
 * Has AWS scale the service as that release had it. Policies that only one of the two has are left to the config: `up`
 * makes and removes them.
 */
export async function restoreScaling(target: Target, { bounds, policies }: Scaling, aws: Aws): Promise<void> {
  if (!target.config.scaling) return
  const ResourceId = resourceIdOf(target)
  if (bounds && Object.keys(target.config.scaling.schedules).length === 0)
    await setBounds(target, bounds, aws)
  const now = await policiesOf(target, aws)
  for (const { name, targetValue, scaleInCooldown, scaleOutCooldown } of policies) {
    const tracking = now.find(
      ({ PolicyName }) => PolicyName === name,
    )?.TargetTrackingScalingPolicyConfiguration
    if (!tracking) continue
    // What it watches stays: target groups may have been replaced since.
    await aws.applicationAutoScaling.putScalingPolicy({
      ...desiredCount,
      ResourceId,
      PolicyName: name,
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        ...tracking,
        TargetValue: targetValue,
        ScaleInCooldown: scaleInCooldown,
        ScaleOutCooldown: scaleOutCooldown,
      },
    })
  }
}

/** Registers how many tasks autoscaling may leave; it brings the service between the two at once. */
export async function setBounds(
  target: Target,
  { min, max }: { readonly min: number; readonly max: number },
  aws: Aws,
): Promise<void> {
  await aws.applicationAutoScaling.registerScalableTarget({
    ...desiredCount,
    ResourceId: resourceIdOf(target),
    MinCapacity: min,
    MaxCapacity: max,
  })
}

async function policiesOf(target: Target, aws: Aws): Promise<ScalingPolicy[]> {
  const { ScalingPolicies = [] } = await aws.applicationAutoScaling.describeScalingPolicies({
    ...desiredCount,
    ResourceId: resourceIdOf(target),
  })
  return ScalingPolicies
}

/** `service/<cluster>/<service>`. */
export function resourceIdOf({ cluster, serviceName }: Target): string {
  return `service/${cluster}/${serviceName}`
}
