export type ErrorCode =
  'usage' | 'config' | 'failed' | 'refused' | 'ledger' | 'locked' | 'access' | 'interrupted' | 'bug'

export interface ProvisionErrorOptions {
  readonly code: ErrorCode
  /** What failed, in one line. */
  readonly message: string
  /** What to type or change next. */
  readonly hint: string
  readonly cause?: unknown
}

/** An error for people: says what failed and what to do next. Anything else that reaches `cli.ts` is a bug of ours. */
export class ProvisionError extends Error {
  readonly code: ErrorCode
  readonly hint: string

  constructor({ code, message, hint, cause }: ProvisionErrorOptions) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'ProvisionError'
    this.code = code
    this.hint = hint
  }
}

/** Thrown by a kind's `delete` instead of destroying data nobody has let go of. `what` finishes "it still holds …". */
export class HoldsData extends Error {
  readonly what: string

  constructor(what: string) {
    super(`it still holds ${what}`)
    this.name = 'HoldsData'
    this.what = what
  }
}
