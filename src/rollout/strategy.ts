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
import type { TrafficSteps } from '../state/release.ts'
import { minutesBetween, trafficSteps, usualStepMinutes } from './wanted-steps.ts'
import type { ReleaseWish } from './wish.ts'

/** What AWS takes where nothing else is said. */
const usual = { bakeMinutes: 5, canaryPercent: 5, stepPercent: 10, stepMinutes: 6 }

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
  const steps = trafficSteps(live, wish)
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
        canaryPercent:
          wish.steps?.[0] ??
          wish.canaryPercent ??
          steps?.shares[0] ??
          canary?.canaryPercent ??
          usual.canaryPercent,
        canaryBakeTimeInMinutes: wish.stepMinutes ?? canary?.canaryBakeTimeInMinutes ?? usualStepMinutes,
      },
    }),
    ...(strategy === 'LINEAR' && {
      linearConfiguration: {
        stepPercent: wish.stepPercent ?? linear?.stepPercent ?? usual.stepPercent,
        stepBakeTimeInMinutes: wish.stepMinutes ?? linear?.stepBakeTimeInMinutes ?? usual.stepMinutes,
      },
    }),
    lifecycleHooks: hooksFor(now.lifecycleHooks ?? [], wish, {
      strategy,
      together,
      testable: ends?.testRule !== undefined,
      steps,
      analysis: analysisOf(live, wish),
    }),
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
  { checks, pause }: ReleaseWish,
  {
    strategy,
    together,
    testable,
    steps,
    analysis,
  }: {
    readonly strategy: DeploymentStrategy
    readonly together: boolean
    readonly testable: boolean
    readonly steps: TrafficSteps | undefined
    readonly analysis: Analysis | undefined
  },
): DeploymentLifecycleHook[] {
  const stages = new Set<DeploymentLifecycleHookStage>()
  // A rolling deployment has no moment at which the new version can be reached and the old one has all the traffic.
  if (strategy !== 'ROLLING') {
    if (checks.length > 0) {
      if (testable) stages.add('POST_TEST_TRAFFIC_SHIFT')
      stages.add('POST_PRODUCTION_TRAFFIC_SHIFT')
    }
    // For canary and linear ECS comes by here before each step.
    if (pause || (checks.length > 0 && strategy !== 'BLUE_GREEN' && !steps))
      stages.add('PRE_PRODUCTION_TRAFFIC_SHIFT')
    if (analysis) {
      stages.add('POST_PRODUCTION_TRAFFIC_SHIFT')
      if (strategy !== 'BLUE_GREEN' && !steps) stages.add('PRE_PRODUCTION_TRAFFIC_SHIFT')
    }
    if (together) stages.add('POST_PRODUCTION_TRAFFIC_SHIFT')
    // One pause is enough for a stage.
    for (const stage of pausedStages(own)) stages.delete(stage)
  }
  const waits = (lifecycleStages: readonly DeploymentLifecycleHookStage[], timeoutInMinutes: number) =>
    lifecycleStages.length === 0
      ? []
      : [
          {
            targetType: 'PAUSE' as const,
            lifecycleStages: [...lifecycleStages],
            timeoutConfiguration: { timeoutInMinutes, action: 'ROLLBACK' as const },
          },
        ]
  return [
    ...own,
    ...waits([...stages], pause ? patience.people : patience.checks + timeOf(analysis)),
    // The same pause comes before the first step, and after it, for as long as the steps between take.
    ...(steps
      ? waits(
          ['PRE_PRODUCTION_TRAFFIC_SHIFT'],
          patience.checks + minutesBetween(steps) + steps.shares.length * timeOf(analysis),
        )
      : []),
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
