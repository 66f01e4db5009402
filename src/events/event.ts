import type { Address } from '../resources/address.ts'
import type { ReleaseOutcome } from '../state/release.ts'

/** What a run tells the world, in order. Never holds a secret: no inputs, no outputs of AWS calls. */
export type RunEvent =
  | {
      readonly type: 'run.started'
      readonly command: string
      readonly stack: string
      readonly environment: string
      readonly resources: number
    }
  | {
      readonly type: 'resource.started'
      readonly address: Address
      readonly label: string
      readonly action: RunAction
      /** Usual time in seconds. */ readonly usually: number
    }
  /**
   * Still waiting; `status` is AWS's own word. With `for`, it waits for that resource, and nothing is done about it until
   * `resource.continued`: that time is not part of `took`.
   */
  | {
      readonly type: 'resource.waiting'
      readonly address: Address
      readonly status: string
      readonly for?: Address
    }
  /** The resource that it waited for is there; it is worked on again. */
  | { readonly type: 'resource.continued'; readonly address: Address }
  | {
      readonly type: 'resource.done'
      readonly address: Address
      readonly label: string
      readonly action: RunAction
      readonly name: string | undefined
      /** Milliseconds in which this run or AWS worked on it. */ readonly took: number
    }
  | {
      readonly type: 'resource.failed'
      readonly address: Address
      readonly label: string
      readonly action: RunAction
      readonly problem: Problem
    }
  /** Not done because something it needs has failed, or because the run was stopped. */
  | {
      readonly type: 'resource.skipped'
      readonly address: Address
      readonly because: Address | 'interrupted'
    }
  /** Left alone on purpose: data, protection. */
  | {
      readonly type: 'resource.kept'
      readonly address: Address
      readonly label: string
      readonly reason: string
    }
  | {
      readonly type: 'note'
      readonly level: 'info' | 'warning'
      readonly message: string
      readonly address?: Address
    }
  | {
      readonly type: 'rollout.started'
      readonly stack: string
      readonly environment: string
      readonly services: readonly string[]
    }
  | {
      readonly type: 'release.started'
      readonly service: string
      /** Counts the releases of the service; 0 without a ledger. */ readonly number: number
      readonly image: string
      readonly strategy: string
      /** New tasks of the version that runs. */ readonly action?: 'restart'
    }
  /** ECS has come to another stage of its deployment. */
  | {
      readonly type: 'release.stage'
      readonly service: string
      /** AWS's own word. */ readonly stage: string
      /** AWS's own word. */ readonly status: string
      /** Percent of production traffic on the new version. */ readonly share: number
    }
  /** What is being waited for, in one line; told when it changes. */
  | { readonly type: 'release.waiting'; readonly service: string; readonly reason: string }
  | {
      readonly type: 'release.check'
      readonly service: string
      readonly check: string
      readonly state: 'started' | 'passed' | 'failed'
      /** Milliseconds. */ readonly took: number
      /** What the check said, when it failed. */ readonly details: readonly string[]
    }
  /** Errors and response times of both versions are compared, in the load balancer's metrics. */
  | {
      readonly type: 'release.analysis'
      readonly service: string
      readonly state: 'started' | 'passed' | 'failed' | 'inconclusive'
      /** Both versions in the same minutes, or the previous one in those before all traffic moved. */
      readonly basis: 'same-minutes' | 'before-the-shift'
      /** Of the response times: `p95`. */ readonly percentile: string
      /** Undefined while it goes on, and where it passed. */ readonly why?: string | undefined
      readonly previous?: VersionMetrics | undefined
      readonly next?: VersionMetrics | undefined
      /** Milliseconds. */ readonly took: number
    }
  | {
      readonly type: 'release.finished'
      readonly service: string
      readonly number: number
      readonly image: string
      /** New tasks of the version that runs. */ readonly action?: 'restart'
      /** How many tasks it was to start where the service ran none. */ readonly starts?: number
      /** `running`: left at a pause, or not followed. */ readonly outcome: ReleaseOutcome
      readonly why: string | undefined
      /** The stage to which it was followed, as `--until` asks. */ readonly reached?:
        'test-traffic' | 'production-traffic'
      /** Stop reasons, exit codes, log lines: what explains a failure. */
      readonly details: readonly string[]
      /** What to type next. */ readonly next: string
      /** Milliseconds. */ readonly took: number
    }
  | {
      readonly type: 'rollout.finished'
      readonly exitCode: number
      /** This command no longer follows the release. */
      readonly interrupted?: true
      /** Milliseconds. */ readonly took: number
      readonly calls: CallCounts
    }
  | {
      readonly type: 'run.finished'
      readonly outcome: 'done' | 'failed' | 'interrupted'
      /** Milliseconds. */ readonly took: number
      readonly counts: RunCounts
      readonly calls: CallCounts
      /** The command that continues it, where it was interrupted. */
      readonly next?: string
    }

/** What a load balancer has measured of one version. */
export interface VersionMetrics {
  /** How many minutes with requests were looked at. */
  readonly minutes: number
  readonly requests: number
  /** Percent. */
  readonly errorRate: number
  /** Seconds; undefined where nothing was answered. */
  readonly responseTime: number | undefined
}

export type RunAction = 'create' | 'update' | 'replace' | 'delete' | 'adopt' | 'resume'

export interface Problem {
  readonly message: string
  /** AWS's code, operation and request id, where AWS said no. */
  readonly code?: string
  readonly operation?: string
  readonly requestId?: string
  readonly hint: string
}

export interface RunCounts {
  readonly created: number
  readonly updated: number
  readonly replaced: number
  readonly deleted: number
  readonly kept: number
  readonly failed: number
  readonly skipped: number
}

export interface CallCounts {
  readonly reads: number
  readonly writes: number
  readonly retried: number
}

export type Listener = (
  event: RunEvent & { /** Milliseconds since the epoch, on the run's clock. */ readonly at: number },
) => void
