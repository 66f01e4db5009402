import { awsFault } from '../fault.ts'
import { roleKnown } from '../iam.ts'
import type { World } from '../world.ts'

/** Enhanced monitoring needs a role that RDS may assume and has heard of. */
export function assertMonitoring(
  world: World,
  {
    MonitoringInterval = 0,
    MonitoringRoleArn,
  }: { readonly MonitoringInterval?: number | undefined; readonly MonitoringRoleArn?: string | undefined },
): void {
  if (![0, 1, 5, 10, 15, 30, 60].includes(MonitoringInterval))
    throw awsFault(
      'InvalidParameterValue',
      'Invalid Enhanced Monitoring interval: use 0, 1, 5, 10, 15, 30 or 60.',
    )
  if (MonitoringInterval === 0) return
  if (!MonitoringRoleArn)
    throw awsFault(
      'InvalidParameterCombination',
      'A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0.',
    )
  if (!roleKnown(world, MonitoringRoleArn))
    throw awsFault(
      'InvalidParameterValue',
      'IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING',
    )
}
