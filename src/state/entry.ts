import type { Address } from '../resources/address.ts'
import type { Json } from '../resources/json.ts'
import type { Tags } from '../resources/kind.ts'
import type { Releases } from './release.ts'

export type Recorded = { readonly [name: string]: Json | undefined }

/** An order recorded for teardown, when the config that gave it may be gone. */
export interface RecordedEdge {
  readonly address: Address
  /** False: only the beginning of the user's deletion has to be waited for. See `Reference.holds`. */
  readonly holds: boolean
}

interface Common {
  readonly address: Address
  /** The kind's type, e.g. `ec2/vpc`. */
  readonly type: string
  /** What this resource refers to. */
  readonly dependsOn: readonly RecordedEdge[]
  /** Another one for each deliberate making at this address, of the ledger's serial; part of the token. */
  readonly generation: number
  /** Earlier makings that a replacement has left to be deleted. */
  readonly deposed: readonly Deposed[]
  /** It was imported: it is changed with the stack, and deleted only when that is said in so many words. */
  readonly retained?: true
}

export interface Deposed {
  readonly attributes: Recorded
  readonly dependsOn: readonly RecordedEdge[]
}

/** What is remembered of one resource; each status holds what recovery from there needs. */
export type Entry =
  /** Written before the create call leaves. Whether AWS has it is unknown. */
  | (Common & {
      readonly status: 'creating'
      readonly token: string
      readonly props: Recorded
      readonly tags: Tags
    })
  /** AWS gave its id; it is not finished or not ready. */
  | (Common & {
      readonly status: 'created'
      readonly token: string
      readonly attributes: Recorded
      readonly props: Recorded
      readonly tags: Tags
    })
  | (Common & {
      readonly status: 'ready'
      readonly attributes: Recorded
      readonly props: Recorded
      readonly tags: Tags
    })
  /** Some calls of the change to `props` may have been carried out. */
  | (Common & {
      readonly status: 'updating'
      readonly attributes: Recorded
      readonly props: Recorded
      readonly tags: Tags
    })
  | (Common & {
      readonly status: 'deleting'
      readonly attributes: Recorded
      readonly finalSnapshot?: string
    })

/** What every ledger says about itself. */
export interface LedgerHeader {
  /** Format of the stored bytes. A newer one is refused, nothing is written. */
  readonly format: 1
  readonly stack: string
  readonly environment: string
  /** Made once per life of a stack; in the tags of everything it owns. */
  readonly lineage: string
  readonly account: string
  readonly region: string
  /** Version of `provision` that wrote last. */
  readonly tool: string
  /** Where `ledger migrate` has taken everything; reading it here is refused from then on. */
  readonly movedTo?: string
}

/** A ledger's content at one moment. */
export interface LedgerContent {
  readonly header: LedgerHeader
  /** Raised by every write. */
  readonly serial: number
  readonly entries: ReadonlyMap<Address, Entry>
  /** Absent until the first release. */
  readonly releases?: Releases
}
