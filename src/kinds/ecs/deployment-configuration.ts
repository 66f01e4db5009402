import type {
  DeploymentCircuitBreaker,
  DeploymentConfiguration,
  DeploymentLifecycleHookAction,
  DeploymentLifecycleHookStage,
  DeploymentStrategy,
  ThresholdConfiguration,
} from '@aws-sdk/client-ecs'
import { canonical, sorted } from '../../resources/json.ts'
import type { Withdrawal } from '../../resources/withdrawal.ts'

/** How a new revision takes over. Times in minutes, shares in percent of the traffic. */
export interface DeploymentProps {
  /** AWS's default is ROLLING. */
  readonly strategy?: DeploymentStrategy | undefined
  /** Of the desired count, while a rolling deployment runs; the same for the next one. */
  readonly minimumHealthyPercent?: number | undefined
  readonly maximumPercent?: number | undefined
  readonly circuitBreaker?: CircuitBreaker | undefined
  /** For which both revisions stay up when all traffic has moved. */
  readonly bakeMinutes?: number | undefined
  /** CANARY only: what goes first, and how long until the rest follows. */
  readonly canary?: { readonly percent: number; readonly minutes: number } | undefined
  /** LINEAR only: each step, and how long until the next. */
  readonly linear?: { readonly percent: number; readonly minutes: number } | undefined
  /** Names of alarms. One that goes off ends the deployment and rolls it back. */
  readonly rollbackAlarms?: readonly string[] | undefined
  readonly pauses?: readonly Pause[] | undefined
}

/** Ends a deployment whose tasks fail. AWS's defaults are absent, as they are in the answers of older services. */
export interface CircuitBreaker {
  readonly enable: boolean
  readonly rollback: boolean
  /** How many failed tasks end it. Absent: `usualThreshold`. */
  readonly threshold?: { readonly type: NonNullable<ThresholdConfiguration['type']>; readonly value: number }
  /** A task that gets healthy does not set the count of failed tasks back to 0. */
  readonly keepsCount?: true
}

/**
 * AWS's default: half of the desired count, at least 3 and at most 200.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ThresholdConfiguration.html
 */
export const usualThreshold = { type: 'BOUNDED_PERCENT', value: 50 } as const

/** The deployment waits at these stages for someone to continue it. */
export interface Pause {
  readonly stages: readonly DeploymentLifecycleHookStage[]
  readonly timeoutMinutes: number
  readonly onTimeout: DeploymentLifecycleHookAction
}

export const deploymentPropNames = [
  'strategy',
  'minimumHealthyPercent',
  'maximumPercent',
  'circuitBreaker',
  'bakeMinutes',
  'canary',
  'linear',
  'rollbackAlarms',
  'pauses',
] as const satisfies readonly (keyof DeploymentProps)[]

const ofStrategy = { moot: 'AWS keeps it for one strategy alone, and it goes with that' } as const

export const deploymentWithdrawn: Withdrawal<DeploymentProps> = {
  strategy: { becomes: 'ROLLING' },
  minimumHealthyPercent: { becomes: 100 },
  maximumPercent: { becomes: 200 },
  circuitBreaker: { becomes: { enable: false, rollback: false } },
  bakeMinutes: ofStrategy,
  canary: ofStrategy,
  linear: ofStrategy,
  rollbackAlarms: { becomes: [] },
  pauses: { becomes: [] },
}

/** What differs from AWS's defaults: enough for a new service. */
export function firstConfiguration(props: DeploymentProps): {
  deploymentConfiguration?: DeploymentConfiguration
} {
  const { strategy, rollbackAlarms, pauses, bakeMinutes, ...rest } = props
  const configuration = wholeConfiguration({
    ...rest,
    ...(strategy !== 'ROLLING' && { strategy }),
    ...(bakeMinutes && { bakeMinutes }),
    ...(rollbackAlarms?.length && { rollbackAlarms }),
    ...(pauses?.length && { pauses }),
  })
  return Object.keys(configuration).length > 0 ? { deploymentConfiguration: configuration } : {}
}

/**
 * Everything that is known: AWS fills what is missing from a block with its defaults, not with what was there. The
 * threshold of the circuit breaker is the exception: AWS keeps it, so that `live` tells whether it has to be set back.
 */
export function wholeConfiguration(
  props: DeploymentProps,
  live: Pick<DeploymentProps, 'circuitBreaker'> = {},
): DeploymentConfiguration {
  const { strategy, minimumHealthyPercent, maximumPercent, circuitBreaker, bakeMinutes } = props
  const { canary, linear, rollbackAlarms, pauses } = props
  return {
    ...(strategy && { strategy }),
    ...(minimumHealthyPercent !== undefined && { minimumHealthyPercent }),
    ...(maximumPercent !== undefined && { maximumPercent }),
    ...(circuitBreaker && { deploymentCircuitBreaker: awsBreaker(circuitBreaker, live.circuitBreaker) }),
    ...(bakeMinutes !== undefined && strategy !== 'ROLLING' && { bakeTimeInMinutes: bakeMinutes }),
    // AWS refuses the steps of another strategy.
    ...(strategy === 'CANARY' &&
      canary && {
        canaryConfiguration: { canaryPercent: canary.percent, canaryBakeTimeInMinutes: canary.minutes },
      }),
    ...(strategy === 'LINEAR' &&
      linear && {
        linearConfiguration: { stepPercent: linear.percent, stepBakeTimeInMinutes: linear.minutes },
      }),
    ...(rollbackAlarms && {
      alarms: { enable: rollbackAlarms.length > 0, rollback: true, alarmNames: [...rollbackAlarms] },
    }),
    ...(pauses && {
      lifecycleHooks: pauses.map(({ stages, timeoutMinutes, onTimeout }) => ({
        targetType: 'PAUSE' as const,
        lifecycleStages: [...stages],
        timeoutConfiguration: { timeoutInMinutes: timeoutMinutes, action: onTimeout },
      })),
    }),
  }
}

function awsBreaker(
  { enable, rollback, threshold, keepsCount }: CircuitBreaker,
  live: CircuitBreaker | undefined,
): DeploymentCircuitBreaker {
  return {
    enable,
    rollback,
    ...((threshold ?? live?.threshold) && { thresholdConfiguration: { ...(threshold ?? usualThreshold) } }),
    ...((keepsCount ?? live?.keepsCount) && { resetOnHealthyTask: !keepsCount }),
  }
}

function breakerIn({
  enable,
  rollback,
  thresholdConfiguration,
  resetOnHealthyTask,
}: Partial<DeploymentCircuitBreaker> = {}): CircuitBreaker {
  const { type = usualThreshold.type, value = usualThreshold.value } = thresholdConfiguration ?? {}
  return {
    enable: enable ?? false,
    rollback: rollback ?? false,
    ...(canonical({ type, value }) !== canonical(usualThreshold) && { threshold: { type, value } }),
    ...(resetOnHealthyTask === false && { keepsCount: true }),
  }
}

/** With AWS's defaults filled in. */
export function deploymentPropsIn(configuration: DeploymentConfiguration = {}): DeploymentProps {
  const {
    strategy = 'ROLLING',
    deploymentCircuitBreaker: breaker,
    alarms,
    lifecycleHooks = [],
  } = configuration
  const { canaryConfiguration: canary, linearConfiguration: linear } = configuration
  return {
    strategy,
    minimumHealthyPercent: configuration.minimumHealthyPercent ?? 100,
    maximumPercent: configuration.maximumPercent ?? 200,
    circuitBreaker: breakerIn(breaker),
    bakeMinutes: configuration.bakeTimeInMinutes ?? 0,
    ...(canary && {
      canary: { percent: canary.canaryPercent ?? 5, minutes: canary.canaryBakeTimeInMinutes ?? 10 },
    }),
    ...(linear && {
      linear: { percent: linear.stepPercent ?? 10, minutes: linear.stepBakeTimeInMinutes ?? 6 },
    }),
    rollbackAlarms: alarms?.enable ? sorted(alarms.alarmNames ?? []) : [],
    pauses: sorted(
      lifecycleHooks
        .filter(({ targetType }) => targetType === 'PAUSE')
        .map(({ lifecycleStages = [], timeoutConfiguration: timeout }) => ({
          stages: sorted(lifecycleStages),
          timeoutMinutes: timeout?.timeoutInMinutes ?? 1440,
          onTimeout: timeout?.action ?? 'ROLLBACK',
        })),
    ),
  }
}

/** What a deployment usually takes, in seconds: new tasks, every wait that is configured, old tasks. */
export function usualSeconds(configuration: DeploymentConfiguration = {}): number {
  const { strategy = 'ROLLING', bakeTimeInMinutes: bake = 0 } = configuration
  if (strategy === 'ROLLING') return 120 + bake * 60
  const { canaryConfiguration: canary, linearConfiguration: linear } = configuration
  const steps = Math.ceil(100 / (linear?.stepPercent ?? 10)) - 1
  const stepping =
    strategy === 'CANARY'
      ? (canary?.canaryBakeTimeInMinutes ?? 10)
      : strategy === 'LINEAR'
        ? steps * (linear?.stepBakeTimeInMinutes ?? 6)
        : 0
  return 240 + (bake + stepping) * 60
}

/**
 * ECS moves tasks between zones by default, and starts the new one first: there has to be room for it above the desired
 * count. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html
 */
export function rebalancing({ maximumPercent = 200 }: Pick<DeploymentProps, 'maximumPercent'>) {
  return maximumPercent > 100 ? {} : { availabilityZoneRebalancing: 'DISABLED' as const }
}
