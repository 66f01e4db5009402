import type { Address } from './address.ts'
import type { Generated } from './generated-name.ts'
import type { Tags } from './kind.ts'

/** An order that no prop expresses. */
export interface After {
  readonly address: Address
  /** `id`: its create call has answered. `ready`: it is finished and ready. `settled`: AWS takes changes of it, too. */
  readonly needs: 'id' | 'ready' | 'settled'
  /** True when the other one cannot be deleted while this one exists. Otherwise its deletion only begins later. */
  readonly holds?: boolean
}

/** One declared AWS resource: the wish, as a step says it. */
export interface Resource {
  readonly address: Address
  /** The kind's type, e.g. `ec2/vpc`. */
  readonly type: string
  /** With references and templates inside. A prop that is not present is left to AWS. */
  readonly props: Readonly<Record<string, unknown>>
  /** The user's tags and `Name`. The engine adds those of the identity. */
  readonly tags: Tags
  readonly after: readonly After[]
  /**
   * Props that go their own way once the resource is made, such as a task count under auto scaling: what AWS has made
   * of them stays, and only a changed wish is applied.
   */
  readonly released?: readonly string[]
  /** What it waits for, `a push of shop/web:v1`: it is made at zero tasks until then. */
  readonly awaits?: readonly string[]
  /** All that it needs is there: `up` makes it at zero tasks, and starts it by a release. */
  readonly startedByRelease?: boolean
  /** Where it exists it stays as it is in this plan, whatever the config says. */
  readonly held?: boolean
  /** It runs already, and keeps its present version until then. */
  readonly keepsVersion?: boolean
  /** The physical name, where the config decides it. */
  readonly name?: string
  /** Props whose value is a name or number that the tool generated, each with what it would generate today. */
  readonly generated?: Readonly<Record<string, Generated>>
  /** Somebody else's, and looked for only until there is something at this address. */
  readonly neededFor?: Address
  /** Where in the config it comes from, e.g. `databases.database`. */
  readonly origin?: string
}
