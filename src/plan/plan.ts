import type { Address } from '../resources/address.ts'
import type { Opening } from '../resources/kind.ts'

/** `keep`: data or protection forbids the deletion. `adopt`: ours, found again. `resume`: begun by an earlier run. */
export type Action =
  'create' | 'update' | 'replace' | 'delete' | 'keep' | 'adopt' | 'resume' | 'forget' | 'none'

export interface Change {
  /** `enableDnsHostnames`, `ingress.0.cidr`, `tags.team`. */
  readonly path: string
  /** Undefined: not set. An `Unknown` stands for "known after …". */
  readonly before: unknown
  readonly after: unknown
  /** True when AWS answers this change only with a new resource. */
  readonly replaces: boolean
  /** What it does to running things: "reboots the database". */
  readonly effect?: string
  /** `drift`: someone changed it in AWS since the last run; `config`: the wish changed. */
  readonly cause: 'config' | 'drift'
}

export interface PlannedResource {
  readonly address: Address
  readonly type: string
  /** The kind's name for people: `VPC`. */
  readonly label: string
  /** The physical name or id where one is known: `production-vpc`, `vpc-0a1b`. */
  readonly name: string | undefined
  readonly action: Action
  readonly changes: readonly Change[]
  /** What a release has set and is left so: `before` is what AWS has, `after` what the config says. */
  readonly held?: readonly Change[]
  /** What the config names no more and AWS keeps, with what to write to change it. Said once. */
  readonly notes?: readonly string[]
  /** What is allowed in AWS and still will not work as the config means it. */
  readonly warnings?: readonly string[]
  /** The ports that become open to addresses that could not connect so far. */
  readonly opens?: readonly Opening[]
  /** For a replacement, a deletion, a kept or adopted one: why, in half a sentence. */
  readonly reason?: string
  /** It holds data: databases, file systems, repositories. */
  readonly data: boolean
  /** For the deletion of data: what is done to keep it ("final snapshot shop-prod-database-final-…"). */
  readonly snapshot?: string
  /** For the deletion of data: the user has named it and let it go. */
  readonly dataMayGo?: boolean
  /** For the deletion of data: AWS can bring it back for a while. */
  readonly recoverable?: boolean
  /** For a deletion: what others have put into it by themselves and what is deleted with it. */
  readonly companions?: readonly string[]
  /** For a deletion: what AWS keeps of it, because others may share it. */
  readonly remains?: readonly string[]
  /** What has to come first, an image or a value of a secret: created at zero tasks. */
  readonly awaits?: readonly string[]
  /** `up` starts it by a release, when all else is done. */
  readonly startedByRelease?: boolean
  /** It keeps its present version until then. */
  readonly keepsVersion?: boolean
}

/** What the plan does to whoever uses a service. It runs only with the user's consent. */
export interface Interruption {
  /** Its name in the config. */
  readonly service: string
  /** What interrupts it and why, as half a sentence. */
  readonly reason: string
  /** Usual duration; undefined where it lasts until the config changes again. */
  readonly seconds?: number
}

/** What a replacement of an earlier run has left in AWS: the next run removes it. */
export interface Leftover {
  readonly address: Address
  readonly type: string
  readonly label: string
  /** Its id, ARN or name. */
  readonly id: string
}

/** Why the plan, or what it has for one resource, may not run, with what to do about it. */
export interface Refusal {
  readonly address: Address
  readonly message: string
  readonly hint: string
  /** Present where the resource stays as it is and the other changes of the plan can be made. */
  readonly blocks?: 'resource'
}

export interface PlanSummary {
  readonly create: number
  readonly update: number
  readonly replace: number
  readonly delete: number
  readonly keep: number
  readonly adopt: number
  readonly resume: number
  readonly unchanged: number
}
