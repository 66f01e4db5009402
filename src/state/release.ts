import type { Json } from '../resources/json.ts'

/** How a release ended, or that it has not. */
export type ReleaseOutcome =
  | 'running'
  | 'released'
  | 'rolled-back'
  /** Somebody asked for it with `rollout abort`, and the previous version has the traffic again. */
  | 'aborted'
  /** Another deployment took its place before it was over. */
  | 'superseded'
  | 'stopped'
  /** It waited for someone, or for longer than it was given, and went back. */
  | 'timed-out'
  | 'gate-failed'
  /** It never began to shift traffic, or the end could not be shown to be healthy. */
  | 'failed'

/** `--verify` and `--http`, `--pause`, other services of the same release, and the config's `deployment.analysis`. */
export type ReleaseGate = 'checks' | 'pause' | 'others' | 'analysis'

/** What of a service a release restores besides its task definition. */
export interface ReleaseSettings {
  /** Seconds. */
  readonly healthCheckGracePeriod: number
  /** The load balancer's health check; undefined without a load balancer. Times in seconds. */
  readonly healthCheck?: {
    readonly path: string
    readonly interval: number
    readonly timeout: number
    readonly healthyThreshold: number
    readonly unhealthyThreshold: number
    readonly matcher: string
  }
  /** Undefined for a service whose task count is its own. */
  readonly scaling?: {
    /** Tasks; undefined where schedules move them. */
    readonly bounds?: { readonly min: number; readonly max: number }
    /** Target tracking. Times in seconds. */
    readonly policies: readonly {
      readonly name: string
      readonly targetValue: number
      readonly scaleInCooldown: number
      readonly scaleOutCooldown: number
    }[]
  }
}

/** By which shares a release moves production traffic where ECS does not do it alone. */
export interface TrafficSteps {
  /** Percent on the new version, ascending; the last one is 100. */
  readonly shares: readonly number[]
  /** Minutes of each step. */
  readonly minutes: number
  /** Checks have to pass before each step: a command that has none takes no step. */
  readonly checked?: true
}

/** Which of autoscaling by metrics is suspended. */
export interface ScalingState {
  readonly scaleIn: boolean
  readonly scaleOut: boolean
}

/** One release of one service. Holds no secret: references and names only. */
export interface Release {
  /** Counts the releases of a service from 1. What `rollout rollback --to` takes. */
  readonly number: number
  /** Releases that began and go back together share it. */
  readonly id: string
  /** By digest where the registry could say it. */
  readonly image: string
  readonly digest?: string
  /** ARN. */
  readonly taskDefinition: string
  /** ARN of what ran before; empty when nothing did. */
  readonly previous: string
  /** ARN of the ECS service deployment; absent until AWS has answered. */
  readonly deployment?: string
  readonly strategy: 'ROLLING' | 'BLUE_GREEN' | 'CANARY' | 'LINEAR'
  /** `ada@laptop`, or the address of the CI job. */
  /** Absent where ECS moves the traffic alone. */
  readonly steps?: TrafficSteps
  readonly by: string
  /** Milliseconds since the epoch. */
  readonly started: number
  readonly finished?: number
  readonly outcome: ReleaseOutcome
  /** Who asked for its end with `rollout abort`: written before ECS is told, so that everybody who follows it knows. */
  readonly abortedBy?: string
  /** In AWS's words or ours, where it did not end as wished. */
  readonly why?: string
  /** New tasks of the version that ran; absent where an image was released. */
  readonly action?: 'restart'
  /** How many tasks it starts where the service ran none: when it fails, the service goes back to none. */
  readonly starts?: number
  /** The release whose state this one restores. */
  readonly restores?: number
  /** What it pauses for, beside the pauses of the config. */
  readonly gates?: readonly ReleaseGate[]
  /** Messages about it that were sent, where anybody is told: `end`, and `pause` with the id of ECS's hook. */
  readonly notices?: readonly string[]
  readonly settings: ReleaseSettings
  /** What of autoscaling was suspended before the release suspended all of it; kept until that is restored. */
  readonly suspended?: ScalingState
  /** The deployment configuration that the service gets back at the end; kept until then. */
  readonly configuration?: Json
}

/** By service, oldest first. */
export type Releases = Readonly<Record<string, readonly Release[]>>

/** How many releases of a service are remembered. */
const remembered = 20

/**
 * The list with this release in place of the one of the same number, and without the oldest beyond what is remembered.
 * What the service runs and what it would go back to stay, however many releases have failed since.
 */
export function withRelease(releases: readonly Release[], release: Release): Release[] {
  const all = [...releases.filter(({ number }) => number !== release.number), release].toSorted(
    (a, b) => a.number - b.number,
  )
  const last = all.filter(({ outcome }) => outcome === 'released').slice(-2)
  return all.filter((one, index) => index >= all.length - remembered || last.includes(one))
}

/** True of a release that `rollout rollback` can bring back, or will be able to when it has ended well. */
export function canReturnTo({ outcome }: Release): boolean {
  return outcome === 'released' || outcome === 'running'
}

/** All releases with those of one service exchanged; undefined when none are left. */
export function replaced(
  all: Releases = {},
  service: string,
  releases: readonly Release[],
): Releases | undefined {
  const { [service]: _, ...others } = all
  const next = releases.length > 0 ? { ...others, [service]: releases } : others
  return Object.keys(next).length > 0 ? next : undefined
}
