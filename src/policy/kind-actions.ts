import type { Kinds } from '../kinds/index.ts'

/** What IAM has to allow for one kind, and where. ARNs stand without their `arn:<partition>:`. */
export interface KindActions {
  /**
   * The ARNs of its resources, with `{region}`, `{account}`, `{stack}` and `{name}`. A `{name}` becomes each name that the
   * config and the ledger know; `{cluster}`, `{service}` and `{loadBalancer}` the names of those that the stack has or uses.
   */
  readonly arns: readonly string[]
  /** `tag`: changes are allowed by the stack's tag. `name`: AWS does not look at tags here, so the ARN says whose it is. */
  readonly ours: 'tag' | 'name'
  /** Allowed everywhere: nearly all of them are lists, which AWS gives whole or not at all. */
  readonly read: readonly string[]
  /** Reads that AWS allows by ARN, and whose answers are nobody else's business. */
  readonly readOwn?: readonly string[]
  /** Reads that tell what keeps one from being deleted. */
  readonly blockers?: readonly string[]
  /** What others have put into it and what is deleted with it: allowed by their tag. */
  readonly companions?: {
    readonly arns: readonly string[]
    readonly actions: readonly string[]
    readonly tag: readonly [key: string, value: string]
  }
  /** Those that carry the stack's tag in the request; where the kind is known by name, those that make it. */
  readonly create: readonly string[]
  /** Where creations are authorised, when that is not at `arns`: at a parent, or at no resource (`*`). */
  readonly createOn?: readonly Place[]
  readonly update: readonly string[]
  readonly delete: readonly string[]
  /** Those that set and remove tags: in the create call and later. */
  readonly tag: readonly string[]
  /** By action: what else it is authorised at: the VPC of a new subnet, an image of AWS. */
  readonly also?: Readonly<Record<string, readonly Place[]>>
  /** The same for deletions. */
  readonly alsoToDelete?: Readonly<Record<string, readonly Place[]>>
  /** ARNs of what AWS creates and tags in the caller's name when one is used: the instances of a launch template. */
  readonly launches?: readonly string[]
  /** The kind whose names `{name}` means, for a part of another resource. */
  readonly partOf?: string
  /** Actions that AWS scopes neither by ARN nor by tag. */
  readonly anywhere?: readonly string[]
  /** Principal of the role that AWS makes in the account at the first use of the service. */
  readonly serviceRole?: string
}

/**
 * A kind of the stack, allowed as its own changes are (and by its id where the config names an existing one); or an ARN,
 * for what belongs to AWS or is authorised without tags.
 */
export type Place = keyof Kinds | `${string}:${string}` | '*'

/** For what belongs to somebody else, or is part of a resource that has its own actions. */
export const nothing = {
  arns: [],
  ours: 'tag',
  read: [],
  create: [],
  update: [],
  delete: [],
  tag: [],
} as const satisfies KindActions

/** An ARN in the stack's region and account. */
export function here<Resource extends string>(service: string, resource: Resource) {
  return `${service}:{region}:{account}:${resource}` as const
}
