import type { DeploymentStrategy } from '@aws-sdk/client-ecs'
import type { ScanLimit } from '../config/schema/deployment.ts'
import type { Check } from './checks.ts'
import type { Until } from './until.ts'

/** How a release is to go: what was asked for, beyond what the service's own configuration says. */
export interface ReleaseWish {
  readonly strategy?: DeploymentStrategy | undefined
  /** Percent of the traffic that goes first. */
  readonly canaryPercent?: number | undefined
  /** Percent of the traffic that each step moves. */
  readonly stepPercent?: number | undefined
  /** Percent of the traffic, step by step, up to 100. */
  readonly steps?: readonly number[] | undefined
  /** Minutes from one step to the next. */
  readonly stepMinutes?: number | undefined
  /** Minutes for which the old version stands by under full traffic. */
  readonly bakeMinutes?: number | undefined
  /** Run where ECS pauses; all have to pass. */
  readonly checks: readonly Check[]
  /** Pause before production traffic until someone says `continue`. */
  readonly pause: boolean
  /** Milliseconds after which the release is rolled back. */
  readonly timeout: number
  /** The weights are not those of the last release, and this one may take them over. */
  readonly acceptWeights: boolean
  /** Release an image that runs already. */
  readonly force?: boolean
  /** In place of the service's `deployment.scan`; `off`: findings of ECR's image scan do not matter. */
  readonly scan?: ScanLimit | 'off' | undefined
  /** False: the service's `deployment.analysis` does not count for this release. */
  readonly analysis?: boolean
  /** Several services were named: those that are over already count too. */
  readonly together: boolean
  /** Follow it to this stage only; undefined: to its end. */
  readonly until?: Until | undefined
  /** Start it and do not follow it. */
  readonly detach: boolean
}
