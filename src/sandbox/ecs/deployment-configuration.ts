import type { DeploymentConfiguration } from '@aws-sdk/client-ecs'
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
  const { alarms = before.alarms, lifecycleHooks: hooks = before.lifecycleHooks } = given
  const bake = given.bakeTimeInMinutes ?? before.bakeTimeInMinutes
  return {
    strategy,
    maximumPercent,
    minimumHealthyPercent,
    deploymentCircuitBreaker: {
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

function assertFits(given: DeploymentConfiguration, strategy: string): void {
  if (given.canaryConfiguration && strategy !== 'CANARY')
    refuse('canaryConfiguration is only valid for the CANARY deployment strategy.')
  if (given.linearConfiguration && strategy !== 'LINEAR')
    refuse('linearConfiguration is only valid for the LINEAR deployment strategy.')
  const { bakeTimeInMinutes: bake = 0, lifecycleHooks: hooks = [] } = given
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
