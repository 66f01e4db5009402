/** An attribute of a row. */
export type Value = string | number | boolean

/** One item of the table. `ledger` and `row` are its key. */
export interface Row {
  readonly ledger: string
  readonly row: string
  readonly [attribute: string]: Value
}

export interface Key {
  readonly ledger: string
  readonly row: string
}

/** What has to hold for a write: no row there, or one with these attributes. */
export type Condition = 'absent' | Readonly<Record<string, Value>>

export type RowWrite =
  { readonly put: Row; readonly when?: Condition } | { readonly remove: Key; readonly when?: Condition }

/**
 * The operations of DynamoDB that a ledger needs. One attempt each: what a failure means is the caller's to decide, by
 * `meaningOf`. Anything that behaves so can keep a ledger.
 */
export interface Table {
  /** For people: `dynamodb:TABLE`. */
  readonly location: string
  /** Strongly consistent. */
  get(key: Key): Promise<Row | undefined>
  /** Every row of a ledger from `from` up to, not including, `to`; strongly consistent, in order. */
  rows(ledger: string, from: string, to: string): Promise<Row[]>
  /**
   * All of them or none. Rejects with `ConditionFailed` when one does not hold: nothing has been written then. `token`
   * makes a repetition of the very same writes harmless. At most 100 writes and 4 MB.
   */
  write(writes: readonly RowWrite[], token: string): Promise<void>
}

/** Nothing was written, because a row was not as it had to be. */
export class ConditionFailed extends Error {
  constructor() {
    super('a condition did not hold')
    this.name = 'ConditionFailed'
  }
}

/** DynamoDB's limits: items in a transaction, bytes in a transaction, bytes in an item. */
export const limits = { writes: 100, transaction: 4 * 1024 * 1024, item: 400 * 1024 } as const
