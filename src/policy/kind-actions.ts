/** What IAM has to allow for one kind, and where. ARNs stand without their `arn:<partition>:`. */
export interface KindActions {
  /**
   * The ARNs of its resources, with `{region}`, `{account}` and `{name}`. A `{name}` becomes each name that the config and
   * the ledger know.
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
  /** Where creations are authorised, when that is not at `arns`: at a parent, or nowhere in particular (`*`). */
  readonly createOn?: readonly string[]
  readonly update: readonly string[]
  readonly delete: readonly string[]
  /** Those that set and remove tags: in the create call and later. */
  readonly tag: readonly string[]
  /** By action: what else it is authorised at. That may be somebody else's: the existing VPC of a new subnet, an image. */
  readonly also?: Readonly<Record<string, readonly string[]>>
  /** The same for deletions. */
  readonly alsoToDelete?: Readonly<Record<string, readonly string[]>>
  /** The kind whose names `{name}` means, for a part of another resource. */
  readonly partOf?: string
  /** Actions that AWS scopes neither by ARN nor by tag. */
  readonly anywhere?: readonly string[]
  /** Principal of the role that AWS makes in the account at the first use of the service. */
  readonly serviceRole?: string
}

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
export function here(service: string, resource: string): string {
  return `${service}:{region}:{account}:${resource}`
}
