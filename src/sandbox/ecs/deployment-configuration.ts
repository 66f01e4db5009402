import type { DeploymentCircuitBreaker, DeploymentConfiguration } from '@aws-sdk/client-ecs'
import { awsFault } from '../fault.ts'

/**
 * What AWS makes of the configuration in a request: a block that is given replaces the one before it, and what is
 * missing inside gets AWS's defaults, not the values that were there.
 */
export function completed(
  given: DeploymentConfiguration = {},
  before: DeploymentConfiguration,
): DeploymentConfiguration {
  const strategy = given.strategy ?? before.strategy ?? 'ROLLING'
  assertFits(given, strategy)
  const maximumPercent = given.maximumPercent ?? before.maximumPercent ?? 200
  const minimumHealthyPercent = given.minimumHealthyPercent ?? before.minimumHealthyPercent ?? 100
  if (strategy === 'ROLLING' && maximumPercent === 100 && minimumHealthyPercent === 100)
    refuse('Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.')
  const { canaryConfiguration: canary = before.canaryConfiguration } = given
  const { linearConfiguration: linear = before.linearConfiguration } = given
  const { deploymentCircuitBreaker: breaker = before.deploymentCircuitBreaker } = given
  const kept: Partial<DeploymentCircuitBreaker> = before.deploymentCircuitBreaker ?? {}
  const { alarms = before.alarms, lifecycleHooks: hooks = before.lifecycleHooks } = given
  const bake = given.bakeTimeInMinutes ?? before.bakeTimeInMinutes
  return {
    strategy,
    maximumPercent,
    minimumHealthyPercent,
    deploymentCircuitBreaker: {
      // Unlike the rest of the block, these two stay as they were where a request leaves them out.
      ...(kept.thresholdConfiguration && { thresholdConfiguration: kept.thresholdConfiguration }),
      ...(kept.resetOnHealthyTask !== undefined && { resetOnHealthyTask: kept.resetOnHealthyTask }),
      ...breaker,
      enable: breaker?.enable ?? false,
      rollback: breaker?.rollback ?? false,
    },
    ...(strategy !== 'ROLLING' || bake !== undefined ? { bakeTimeInMinutes: bake ?? 0 } : {}),
    ...(strategy === 'CANARY' && {
      canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: 10, ...canary },
    }),
    ...(strategy === 'LINEAR' && {
      linearConfiguration: { stepPercent: 10, stepBakeTimeInMinutes: 6, ...linear },
    }),
    ...(alarms && { alarms }),
    ...(hooks && {
      lifecycleHooks: hooks.map(({ timeoutConfiguration: timeout, ...hook }) => ({
        ...hook,
        ...(hook.targetType === 'PAUSE' && {
          timeoutConfiguration: { timeoutInMinutes: 1440, action: 'ROLLBACK' as const, ...timeout },
        }),
      })),
    }),
  }
}

/** How many tasks have to fail until the circuit breaker ends a deployment of so many. */
export function breakerThreshold(
  { deploymentCircuitBreaker }: DeploymentConfiguration,
  desiredCount: number,
): number {
  const { type = 'BOUNDED_PERCENT', value = 50 } = deploymentCircuitBreaker?.thresholdConfiguration ?? {}
  if (type === 'COUNT') return value
  const share = Math.ceil((desiredCount * value) / 100)
  return type === 'BOUNDED_PERCENT' ? Math.min(200, Math.max(3, share)) : Math.max(1, share)
}

function assertFits(given: DeploymentConfiguration, strategy: string): void {
  if (given.canaryConfiguration && strategy !== 'CANARY')
    refuse('canaryConfiguration is only valid for the CANARY deployment strategy.')
  if (given.linearConfiguration && strategy !== 'LINEAR')
    refuse('linearConfiguration is only valid for the LINEAR deployment strategy.')
  const { bakeTimeInMinutes: bake = 0, lifecycleHooks: hooks = [], deploymentCircuitBreaker: breaker } = given
  if ((breaker?.thresholdConfiguration?.value ?? 1) < 1)
    refuse('The value of thresholdConfiguration must be at least 1.')
  if (bake < 0 || bake > 1440) refuse('bakeTimeInMinutes must be between 0 and 1440.')
  if (hooks.filter(({ targetType }) => targetType === 'PAUSE').length > 10)
    refuse('A service can have at most 10 PAUSE lifecycle hooks.')
  const held = hooks.flatMap(({ lifecycleStages = [] }) => lifecycleStages)
  if (held.some(stage => stage === 'TEST_TRAFFIC_SHIFT' || stage === 'PRODUCTION_TRAFFIC_SHIFT'))
    refuse('PAUSE lifecycle hooks are not supported for traffic shift stages.')
}

function refuse(message: string): never {
  throw awsFault('InvalidParameterException', message)
}
