import type { Tags } from './kind.ts'

/** Whose something is: in words, and by what stands among the attributes of the owner in case it is the stack's. */
export interface Owner {
  /** `EC2 instance i-0a1b (bastion)`. */
  readonly words: string
  /** Ids, ARNs and names. */
  readonly ids: readonly string[]
}

/** What keeps a resource from being deleted: AWS refuses the deletion while it is there. */
export interface Blocker {
  /** `eni-0a1b`, `sg-0a1b`, an ARN, a name. */
  readonly id: string
  /** `network interface eni-0a1b (RDSNetworkInterface)`. */
  readonly what: string
  /** Undefined where AWS does not say whose it is; itself, where it is nobody else's part. */
  readonly owner?: Owner | undefined
  /**
   * Where AWS does not name the owner: the types one of which has made it, and the ids that this one refers to. RDS says of
   * a network interface that it is RDS's, not which database's, but its security groups are those of the database.
   */
  readonly madeBy?: { readonly types: readonly string[]; readonly referring: readonly string[] } | undefined
  /** Ids and ARNs of what it is deleted together with: a rule goes with its listener. */
  readonly containers?: readonly string[] | undefined
  /** Its tags, where AWS shows them. */
  readonly tags?: Tags | undefined
  /** It is a setting of the resource itself, and nobody's use of it. `what` is then a clause: `its deletion protection is on`. */
  readonly setting?: true | undefined
  /** How it is removed, by whoever it belongs to. */
  readonly hint: string
  /**
   * Present where AWS removes it by itself once its owner has gone. Asks for the owner: undefined when there is none any
   * more. `within` is what the removal takes at most, in seconds.
   */
  readonly release?: { readonly within: number; owner(): Promise<Owner | undefined> } | undefined
}

/**
 * What another service has put into a resource by itself, and what nobody needs without it: it is removed together with
 * the resource.
 */
export interface Companion {
  readonly id: string
  /** `VPC endpoint vpce-0a1b of GuardDuty`. */
  readonly what: string
  /** Seconds from the start of its removal until nothing is left of it. */
  readonly within: number
  /** Starts its removal. Absent already is success; refused while something is left in it. */
  remove(): Promise<unknown>
}
