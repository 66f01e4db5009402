import type { Aws } from '../aws/aws.ts'
import type { Clock } from '../effects/clock.ts'
import type { RunEvent } from '../events/event.ts'
import type { ReleaseOutcome } from '../state/release.ts'
import type { Book } from './book.ts'
import type { Notices } from './notices.ts'
import type { CheckTools } from './checks.ts'
import type { Until } from './until.ts'

/** Whose release it is, and what it reaches the world through. */
export interface ReleaseEnvironment {
  readonly aws: Aws
  readonly region: string
  readonly clock: Clock
  /** Aborted when nobody wants to follow any longer. ECS goes on. */
  readonly signal: AbortSignal | undefined
  readonly say: (event: RunEvent) => void
  readonly tools: CheckTools
  readonly book: Book
  /** Undefined where nobody is told of releases. */
  readonly notices?: Notices | undefined
  readonly stack: string
  readonly environment: string
  /** Names of the ECR repositories that this stack has in this environment. */
  readonly repositories: readonly string[]
  /** Options that name the same stack, to put behind a command that is to be typed next; empty or with a blank before. */
  readonly again: string
  /** `ada@laptop`, or the address of the CI job. */
  readonly by: string
  /** Of this run: releases that begin together share it. */
  readonly id: string
}

/** What has become of one service's release. */
export interface ReleaseEnd {
  readonly service: string
  /** 0 when it was not recorded. */
  readonly number: number
  readonly image: string
  /** It started new tasks of the version that ran. */
  readonly action?: 'restart'
  /** How many tasks it was to start where the service ran none. */
  readonly starts?: number
  /** `running`: it was left at a pause, or nobody followed it. */
  readonly outcome: ReleaseOutcome
  readonly why: string | undefined
  readonly details: readonly string[]
  readonly next: string
  /** Milliseconds. */
  readonly took: number
  /** It was followed to this stage only, as `--until` asks, and is right so far. */
  readonly reached?: Until
  /** It did not pass its checks, and ECS holds it to be over: it has all the traffic. */
  readonly serves?: boolean
}
