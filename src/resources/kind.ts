import type { Aws } from '../aws/aws.ts'
import type { Random } from '../effects/random.ts'
import type { Addition } from './additions.ts'
import type { Address } from './address.ts'
import type { Blocker, Companion } from './blocker.ts'
import type { OptionalProp, Withdrawal } from './withdrawal.ts'

export type Tags = Readonly<Record<string, string>>

/** Who a resource of this kind belongs to, and how that is proven. */
export type Ownership =
  /** It carries our tags. Found without a recorded id it is ours only if they say so. */
  | 'tags'
  /** AWS gives it no tags. It is ours if the parent it was found in is ours. */
  | 'parent'
  /** Account-wide and nobody's (a service-linked role): used when there, made when missing, never deleted. */
  | 'shared'
  /** Somebody else's, named in the config: read, and refused where it is not there; never made, changed or deleted. */
  | 'existing'

/** What happens to the data inside when the resource is to be deleted without the user's explicit consent. */
export type DataPolicy =
  /** AWS takes a final snapshot, then it goes. */
  | 'snapshot'
  /** It goes, and AWS can bring it back for some weeks. */
  | 'recoverable'
  /** It stays, and is reported as kept. */
  | 'keep'
  /** It goes when empty. `holds` tells the plan; `delete` throws `HoldsData` when it is not empty by then, and it stays. */
  | 'keep-unless-empty'

/** Something in a resource that nobody has consented to lose. */
export interface Held {
  /** Finishes "it still holds …". */
  readonly what: string
  /** Attributes of the resource that this is, in case it is one of the stack's own: it may be deleted by the same plan. */
  readonly is?: readonly string[]
}

/** Where a kind's calls go, and where it stands. */
export interface KindContext {
  readonly aws: Aws
  readonly account: string
  readonly region: string
  /** `aws`, `aws-cn` or `aws-us-gov`: the first part of every ARN. */
  readonly partition: string
  /** For values that nobody may guess. What is made of it goes to AWS and nowhere else. */
  readonly random: Random
}

export interface ReadRequest<P, A> {
  readonly address: Address
  /** What the ledger knows; undefined when the resource has to be found by name, tag or content of its parent. */
  readonly attributes: A | undefined
  /** The declared props as far as their references are known by now. All of `findBy` is present when `attributes` is not. */
  readonly props: Partial<P>
  /** The tags it should carry, those of its identity among them. */
  readonly tags: Tags
  /** The tags that it carries are wanted also where attributes are recorded: it is to be deleted. */
  readonly tagsToo?: true | undefined
}

/** What AWS has. */
export interface Observed<P, A> {
  readonly attributes: A
  /** In the declared shape: AWS's defaults filled in, sets sorted, so that equal means unchanged. */
  readonly props: P
  /**
   * Its tags. Undefined when this read does not show them (a separate call would be needed); the recorded ones
   * then count. Mandatory when ownership is `tags` and the resource was found without recorded attributes, or `tagsToo`
   * was asked.
   */
  readonly tags: Tags | undefined
  /** Whose it is, where something other than tags or the parent proves it; given only without recorded attributes. */
  readonly ours?: boolean | undefined
  /** AWS's own status word while it is still being created or changed; undefined when settled. */
  readonly pending?: string | undefined
  /** AWS's own status word while it works and takes no change yet: a change of it waits. */
  readonly busy?: string | undefined
  /** Its deletion has begun in AWS, and cannot be taken back. */
  readonly leaving?: true | undefined
  /**
   * By prop, or by the path of a member in it: the attributes of what has taken the place of the resource that it refers
   * to. A release registers a
   * newer task definition and puts it into the service: that one is then the one to compare and to start from.
   */
  readonly successors?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined
  /** It works now: what `successors` names is in use. */
  readonly working?: true | undefined
  /** Set by the engine: what uses it works now. Without a record of the last run, it is not known to be outdated. */
  readonly inUse?: true | undefined
  /**
   * Set by the engine: somebody else has made this and put it in the place of this stack's own, where a resource of this
   * stack uses it. It is compared and used like the stack's own. It is never tagged, a replacement does not remove it, and
   * it goes when the resource is deleted for good.
   */
  readonly madeByOthers?: true | undefined
  /** What is allowed in AWS and still will not work as the config means it: half sentences about it. */
  readonly warnings?: readonly string[] | undefined
  /** What others have added to it, one line for each. It is shown and left alone. */
  readonly unmanaged?: readonly string[] | undefined
}

export interface CreateRequest<P> {
  readonly address: Address
  readonly props: P
  readonly tags: Tags
  /** 32 hexadecimal characters, the same each time this intent is retried: pass it wherever the API takes a token. */
  readonly token: string
}

export interface UpdateRequest<P, A> {
  readonly address: Address
  readonly attributes: A
  /** What AWS has, what it shall have, and the names of the props that differ. */
  readonly observed: P
  readonly props: P
  readonly changed: readonly (keyof P & string)[]
}

export interface DeleteRequest<A> {
  readonly address: Address
  readonly attributes: A
  /** True when the user named this data and let it go: no final snapshot, protection may be lifted. */
  readonly dataMayGo: boolean
  /** Name for the final snapshot; given exactly when the kind's data policy is `snapshot` and the data must not go. */
  readonly finalSnapshot?: string
  /** Given when it is deleted for good, and not to make room for a replacement: the tags of its identity. */
  readonly forGood?: Tags | undefined
}

/** A change that AWS does not make, and what to do instead. */
export interface Impossible<P extends object = Record<string, unknown>> {
  readonly why: string
  /** What to do; `{name}` is the name that the config has for it, the last part of its address. */
  readonly instead: string
  /**
   * Present where the resource works on as it is, and only these props are refused: it keeps what AWS has, and the other
   * changes of the plan are made. Otherwise the whole plan is refused.
   */
  readonly blocks?: readonly (keyof P & string)[]
}

/**
 * Props that AWS allows no two resources of the kind to share. The first one tells them apart within the others; of a list,
 * each member does.
 */
export interface UniqueKey<P extends object> {
  readonly props: readonly (keyof P & string)[]
  /** What people call it: `priority`. */
  readonly label: string
  /** The units that a value takes up, where two values can collide without being equal: address ranges. Pure. */
  units?(value: string): readonly string[]
  /** The kind exchanges it between two resources of the stack while the plan runs. */
  readonly exchanged?: true
}

/** A port that something outside the stack may connect to. */
export interface Opening {
  /** `tcp/443`, `udp/1000-2000`, `all ports`. */
  readonly port: string
  /** The CIDR block that it is open to. */
  readonly to: string
}

/** What a change does to whoever uses the resource. */
export interface Interrupting {
  /** `changing its instance class reboots it`. */
  readonly reason: string
  /** Usual duration; undefined where it lasts until the config changes again. */
  readonly seconds?: number
}

/** One look at a resource that is being made or changed. */
export type Readiness<A> =
  /** `busy`: AWS's status while it works already and takes no change yet, like that of a first backup. */
  | { readonly state: 'ready'; readonly attributes: A; readonly busy?: string | undefined }
  /**
   * `advice` is what somebody outside AWS may have to do for it to go on. `usually` is what it takes, in seconds, where
   * only the resource itself can tell.
   */
  | {
      readonly state: 'waiting'
      readonly status: string
      readonly advice?: string | undefined
      readonly usually?: number | undefined
    }
  /** It will never get ready by itself; `reason` is AWS's own words. */
  | { readonly state: 'failed'; readonly reason: string }

/** One look at a resource that is being deleted. */
export type Goneness =
  | { readonly state: 'gone' }
  | { readonly state: 'waiting'; readonly status: string }
  | { readonly state: 'failed'; readonly reason: string }

/**
 * Everything that is known about one AWS resource type. The only code that calls the SDK for it. A kind never
 * loops, waits, retries, prints or decides: the engine does, from what a kind says here.
 *
 * `P` are the props: a camelCase subset of the SDK's input, as the user would say it. `A` are the attributes:
 * the ids, ARNs and endpoints that AWS gave.
 */
interface KindOf<P extends object, A extends object> {
  /** AWS's service and type, e.g. `ec2/vpc`. */
  readonly type: string
  /** For people, e.g. `VPC`. */
  readonly label: string
  readonly ownership: Ownership
  /** Undefined when it holds no data. A kind with data is never replaced by `up`. */
  readonly data?: DataPolicy
  /** The prop that, when true in AWS, forbids deletion. */
  readonly protection?: keyof P & string
  /** Props that only a new one gets: nothing depends on them later, and AWS's value stays. */
  readonly initial?: readonly (keyof P & string)[]
  /** Props whose change AWS answers only with a new resource. */
  readonly replaceOn: readonly (keyof P & string)[]
  /**
   * `create-first`: the new one is made beside the old one, under a name of its own, and the old one is deleted when
   * everything has moved over. `deleteFirst`: the AWS rule that makes this impossible, in one line.
   */
  readonly replacement: 'create-first' | { readonly deleteFirst: string }
  /** Props that `create` does not need and `finish` applies: what they refer to holds up only `finish`. */
  readonly late?: readonly (keyof P & string)[]
  /**
   * Present where AWS makes another one each time it is asked: no name and no token tells a repeated call from a
   * second wish. The engine then looks longer before it asks again, and removes what came late.
   */
  readonly anonymous?: {
    /** The attributes that deleting one takes, from its ARN; undefined when the ARN is of another type. */
    attributesOf(arn: string): Partial<A> | undefined
    /** Earlier ones stay on purpose as long as the stack lives: a release may go back to them. */
    readonly lasting?: true
  }
  /** Attributes that are known only once `ready` says so. All others are in the answer of `create`. */
  readonly readyAttributes?: readonly (keyof A & string)[]
  /** Attributes that an update gives other values: whatever refers to them is planned as if they were not known. Pure. */
  updatedAttributes?(before: P, after: P): readonly (keyof A & string)[]
  /** Props that `read` needs to find it without recorded attributes. Empty: by its tags alone. */
  readonly findBy: readonly (keyof P & string)[]
  /**
   * What AWS usually takes, in seconds: from the call until ready, or until gone. `settled`: from the create call until
   * it takes changes, where it is ready before.
   */
  readonly seconds: {
    readonly create: number
    readonly settled?: number
    readonly update?: number
    readonly delete: number
  }
  /**
   * Seconds from the create call until other services usually know of it. What refers to it is made at once; where AWS
   * refuses that because it does not know of this one yet, it is asked again at that time, and from then on repeatedly.
   */
  readonly settles?: number
  /** Seconds after an update for which AWS may still show it as it was before, and settled. */
  readonly lag?: number
  /** Seconds after which waiting for it is given up, where a person may have to act first. Default: six times the usual. */
  readonly patience?: number
  /** What others may add inside of it, and what becomes of that. `docs/changes-by-others.md` has a row for each. */
  readonly additions?: readonly Addition<P, A>[]
  /**
   * Seconds for which AWS may refuse the deletion after the last user has gone, or while it does not show who uses it.
   * Default: 300.
   */
  readonly releases?: number
  /** What a change of a prop does to running things, for the plan: `{ instanceClass: 'reboots the database' }`. */
  readonly effects?: Partial<Record<keyof P & string, string>>
  /**
   * The changes that interrupt whatever uses the resource, each with the usual duration in seconds. Pure. A
   * `deleteFirst` replacement always does and needs no entry.
   */
  interrupts?(before: P, after: P): readonly Interrupting[]
  /** What it opens to addresses, of which the plan has a line each. Pure; the props may hold `Unknown`s. */
  opens?(props: Partial<P>): readonly Opening[]
  /** It is what customers reach: interruptions of what it uses are announced under its name. */
  readonly serves?: true
  /** It sends requests to what uses it: it follows when its users are ready, and goes before they do. */
  readonly directsTraffic?: true

  /** Resources that share this prop are created and changed one after the other. */
  readonly oneAtATime?: keyof P & string
  /** Why `up` does not replace it because of these props, and what to do instead; undefined when it does. Pure. */
  irreplaceable?(changed: readonly string[]): Impossible | undefined
  /** What AWS allows only once: names, and places in a parent. */
  readonly uniqueKeys?: readonly UniqueKey<P>[]
  /** The attributes by which `read` finds one from its ARN alone; undefined when the ARN is of another type. */
  fromArn?(arn: string): Partial<A> | undefined
  /**
   * Props that may be applied before the users of the resource are ready, on the way from one to the other: they must
   * not move traffic. Pure.
   */
  ahead?(before: P, after: P): P
  /**
   * Props that serve those who rely on `before` and those who rely on `after`. They are applied first; `after` itself
   * follows when everything has moved over. Pure.
   */
  wide?(before: P, after: P): P
  /**
   * As `create`, in a parent that serves already: beside others that may still have its place, and hidden from production
   * traffic where what it sends requests to is new too. What it then differs in is applied once it is ready, or its users
   * are.
   */
  readonly joining?: {
    readonly parent: keyof P & string
    readonly target: keyof P & string
    create(request: CreateRequest<P>, context: KindContext, hidden: boolean): Promise<A>
  }
  /**
   * True when what was found without recorded attributes can only be what was wished for. For kinds that AWS gives no
   * tags, in parents that others write to as well. Pure; the wish may hold `Unknown`s.
   */
  proves?(wish: P, found: P): boolean
  /**
   * What `read` finds the one by that a person has named by its id or its name; undefined when AWS gives such an id to
   * another type. Absent on kinds that cannot be imported. Pure.
   */
  identify?(id: string): { readonly attributes: Partial<A> } | { readonly props: Partial<P> } | undefined
  /** For what somebody else owns: the command that lists what AWS has of it. */
  readonly listing?: string
  /** What to do about one that exists and is somebody else's, where the usual advice (another name) does not help. */
  foreignHint?(attributes: A): string
  /** The declared props in the shape that `read` gives: sets sorted, documents canonical. May hold `Unknown`s. Pure. */
  normalise?(props: P): P
  /**
   * The wish with what releases and AWS itself own put in as AWS has it: the weights of a rule, the image that a release
   * has brought, a newer version that AWS has installed. It is what is compared and applied; the ledger keeps the wish itself. `last` is the wish of the last run, undefined
   * when that run did not finish: AWS may then not have what it wished for. Pure.
   */
  yields?(wish: P, observed: Observed<P, A>, last: P | undefined): P
  /** Why AWS would refuse to go from one to the other at all (shrinking storage); undefined when it would not. Pure. */
  refuses?(before: P, after: P): Impossible<P> | undefined
  /**
   * Reads many at once, batched as AWS allows, aligned with `requests`; undefined where AWS has none. Must find a
   * resource without recorded attributes. Throws on anything but absence.
   */
  read(requests: readonly ReadRequest<P, A>[], context: KindContext): Promise<(Observed<P, A> | undefined)[]>
  /**
   * Makes the one call that brings the resource into being and returns as soon as AWS has given its id; the engine
   * records that before anything else happens. Tags go into the same call wherever AWS takes them.
   */
  create(request: CreateRequest<P>, context: KindContext): Promise<A>
  /** The remaining calls after `create` (attributes, rules, policies). Each must be harmless when repeated. */
  finish?(request: CreateRequest<P>, attributes: A, context: KindContext): Promise<A>
  /** True when `create` cannot take all of these props: what still differs once it is ready is then updated. Pure. */
  converges?(props: P): boolean
  /** Applies exactly the changed props, touching no neighbour. Each call in it must be harmless when repeated. */
  update?(request: UpdateRequest<P, A>, context: KindContext): Promise<A>
  /** Sets and removes tags on a living resource. Present on every kind with ownership `tags`. */
  retag?(
    attributes: A,
    change: { readonly set: Tags; readonly remove: readonly string[] },
    context: KindContext,
  ): Promise<void>
  /**
   * Those whose deletion is scheduled, aligned with `requests`: `read` leaves them out, their names stay taken, and `create`
   * brings back the stack's own. Only reads. Absent on kinds whose deletion cannot be taken back.
   */
  scheduled?(
    requests: readonly ReadRequest<P, A>[],
    context: KindContext,
  ): Promise<(Observed<P, A> | undefined)[]>
  /** Starts the deletion. Absent already is success. Throws `HoldsData` instead of destroying data that must stay. */
  delete(request: DeleteRequest<A>, context: KindContext): Promise<void>
  /**
   * What in AWS keeps each from being deleted, aligned with `attributes`: whoever it belongs to, the stack's own included,
   * but nothing that `delete` removes by itself. Batched, only reads. Absent on kinds whose deletion nothing else forbids.
   */
  blockers?(attributes: readonly A[], context: KindContext): Promise<(readonly Blocker[])[]>
  /** What AWS keeps of one that is deleted for good, because others may share it: whole clauses, for the plan. Pure. */
  leaves?(props: P): readonly string[]
  /** What goes with each although it is nobody's of the stack, aligned with `attributes`. Batched, only reads. */
  companions?(attributes: readonly A[], context: KindContext): Promise<(readonly Companion[])[]>
  /** One look each, batched. Absent on kinds that are ready as soon as their calls have returned. */
  ready?(attributes: readonly A[], context: KindContext): Promise<Readiness<A>[]>
  /** One look each, batched. Absent on kinds that are gone as soon as `delete` has returned. */
  gone?(attributes: readonly A[], context: KindContext): Promise<Goneness[]>
}

/** What each holds that keeps it from being deleted without consent, aligned with `attributes`. Batched, only reads. */
type Holds<A> = (attributes: readonly A[], context: KindContext) => Promise<(readonly Held[])[]>

/** Required where the data policy asks whether it is empty. */
type Holding<A> =
  | { readonly data?: Exclude<DataPolicy, 'keep-unless-empty'>; readonly holds?: never }
  | { readonly data: 'keep-unless-empty'; readonly holds: Holds<A> }

/** `withdrawn`: what becomes of each optional prop when the config no longer names it. Kinds without any have none. */
export type Kind<P extends object, A extends object> = KindOf<P, A> &
  Holding<A> &
  ([OptionalProp<P>] extends [never] ? { readonly withdrawn?: never } : { readonly withdrawn: Withdrawal<P> })

/** A kind whose types no longer matter: what the engine handles. */
export type AnyKind = KindOf<any, any> & {
  readonly holds?: Holds<any>
  readonly withdrawn?: Withdrawal<any>
}
