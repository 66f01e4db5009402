import type {
  DeploymentConfiguration,
  DeploymentLifecycleHook,
  DeploymentLifecycleHookStage,
  DeploymentStrategy,
} from '@aws-sdk/client-ecs'
import { ProvisionError } from '../errors.ts'
import type { Analysis } from '../config/schema/deployment.ts'
import type { Json } from '../resources/json.ts'
import { analysisOf } from './analysis.ts'
import type { Live } from './live.ts'
import type { ReleaseWish } from './wish.ts'

/** What AWS takes where nothing else is said. */
const usual = { bakeMinutes: 5, canaryPercent: 5, canaryMinutes: 10, stepPercent: 10, stepMinutes: 6 }

/** Minutes after which ECS rolls back by itself when nobody has answered a pause: long enough for checks, and for people. */
const patience = { checks: 30, people: 1440, metrics: 10 }

/**
 * The complete deployment configuration of a release. AWS replaces it as a whole: what is left out of a block gets
 * AWS's default, not the value that was there. Throws with code `refused` when the service has not what it needs.
 */
export function configurationFor(
  live: Live,
  wish: ReleaseWish,
  /** Holds at the end of the shift until the other services of the release have come as far. */
  together: boolean,
): DeploymentConfiguration {
  const { target, service, ends, strategy: usually } = live
  const now = service.deploymentConfiguration ?? {}
  const strategy = wish.strategy ?? usually
  if (strategy !== 'ROLLING' && !ends && (service.loadBalancers ?? []).length > 0)
    throw new ProvisionError({
      code: 'refused',
      message: `${target.name} has no second target group to move its traffic to`,
      hint: `set deployment: ${strategy.toLowerCase().replace('_', '-')} for it in the config and run provision up, or release with --strategy rolling`,
    })
  const { canaryConfiguration: canary, linearConfiguration: linear } = now
  return {
    strategy,
    maximumPercent: now.maximumPercent ?? 200,
    minimumHealthyPercent: now.minimumHealthyPercent ?? 100,
    ...(now.alarms && { alarms: now.alarms }),
    ...(now.deploymentCircuitBreaker && { deploymentCircuitBreaker: now.deploymentCircuitBreaker }),
    ...(strategy !== 'ROLLING' && {
      bakeTimeInMinutes: wish.bakeMinutes ?? now.bakeTimeInMinutes ?? usual.bakeMinutes,
    }),
    ...(strategy === 'CANARY' && {
      canaryConfiguration: {
        canaryPercent: wish.canaryPercent ?? canary?.canaryPercent ?? usual.canaryPercent,
        canaryBakeTimeInMinutes: canary?.canaryBakeTimeInMinutes ?? usual.canaryMinutes,
      },
    }),
    ...(strategy === 'LINEAR' && {
      linearConfiguration: {
        stepPercent: wish.stepPercent ?? linear?.stepPercent ?? usual.stepPercent,
        stepBakeTimeInMinutes: linear?.stepBakeTimeInMinutes ?? usual.stepMinutes,
      },
    }),
    lifecycleHooks: hooksFor(
      now.lifecycleHooks ?? [],
      strategy,
      wish,
      together,
      ends?.testRule !== undefined,
      analysisOf(live, wish),
    ),
  }
}

/** That of a release which starts a service without tasks: it has no traffic to shift, and no old version to keep. */
export function firstConfiguration(
  live: Live,
  wish: ReleaseWish,
  together: boolean,
): DeploymentConfiguration {
  const strategy = (wish.strategy ?? live.strategy) === 'ROLLING' ? 'ROLLING' : 'BLUE_GREEN'
  return configurationFor(live, { ...wish, strategy, bakeMinutes: 0 }, together)
}

/** The service's own hooks, and those at which ECS is to wait for us. Nobody answering means that the release goes back. */
function hooksFor(
  own: readonly DeploymentLifecycleHook[],
  strategy: DeploymentStrategy,
  { checks, pause }: ReleaseWish,
  together: boolean,
  testable: boolean,
  analysis: Analysis | undefined,
): DeploymentLifecycleHook[] {
  const stages = new Set<DeploymentLifecycleHookStage>()
  // A rolling deployment has no moment at which the new version can be reached and the old one has all the traffic.
  if (strategy !== 'ROLLING') {
    if (checks.length > 0) {
      if (testable) stages.add('POST_TEST_TRAFFIC_SHIFT')
      stages.add('POST_PRODUCTION_TRAFFIC_SHIFT')
    }
    // For canary and linear ECS comes by here before each step.
    if (pause || (checks.length > 0 && strategy !== 'BLUE_GREEN')) stages.add('PRE_PRODUCTION_TRAFFIC_SHIFT')
    if (analysis) {
      stages.add('POST_PRODUCTION_TRAFFIC_SHIFT')
      if (strategy !== 'BLUE_GREEN') stages.add('PRE_PRODUCTION_TRAFFIC_SHIFT')
    }
    if (together) stages.add('POST_PRODUCTION_TRAFFIC_SHIFT')
    // One pause is enough for a stage.
    for (const stage of pausedStages(own)) stages.delete(stage)
  }
  if (stages.size === 0) return [...own]
  return [
    ...own,
    {
      targetType: 'PAUSE',
      lifecycleStages: [...stages],
      timeoutConfiguration: {
        timeoutInMinutes: pause ? patience.people : patience.checks + timeOf(analysis),
        action: 'ROLLBACK',
      },
    },
  ]
}

/** Minutes that a comparison of metrics may take. */
function timeOf(analysis: Analysis | undefined): number {
  return analysis === undefined ? 0 : analysis.minutes + patience.metrics
}

/** Where hooks make ECS wait for someone. */
export function pausedStages(hooks: readonly DeploymentLifecycleHook[]): DeploymentLifecycleHookStage[] {
  return hooks
    .filter(({ targetType }) => targetType === 'PAUSE')
    .flatMap(({ lifecycleStages }) => lifecycleStages ?? [])
}

/** What the service had before, to be given back after the release. Hooks that are not named would stay. */
export function configurationAfter({ service }: Live): Json {
  return JSON.parse(JSON.stringify({ lifecycleHooks: [], ...service.deploymentConfiguration })) as Json
}

/** The quickest way back: all at once, nothing to wait for. */
export function quickConfiguration({ service, strategy }: Live): DeploymentConfiguration {
  const now = service.deploymentConfiguration ?? {}
  const { canaryConfiguration: _canary, linearConfiguration: _linear, ...rest } = now
  return strategy === 'ROLLING'
    ? { ...rest, lifecycleHooks: [] }
    : { ...rest, strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0, lifecycleHooks: [] }
}
